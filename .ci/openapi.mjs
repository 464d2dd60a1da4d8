#!/usr/bin/env node
// Checks /openapi.json, as the built server serves it, by Redocly's recommended rules.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const tools = join(root, 'artifacts', 'openapi')
const mostSeconds = 120 // of the server's start, and of any program that is run

const folder = mkdtempSync(join(tmpdir(), 'ordergrpc-openapi-'))
const server = spawn('dotnet', [join(root, 'server/bin/Debug/net10.0/server.dll'), '--data', join(folder, 'data'), '--urls', 'http://127.0.0.1:0'],
  { env: { ...process.env, XDG_CONFIG_HOME: join(folder, 'config') }, stdio: ['ignore', 'pipe', 'inherit'], timeout: mostSeconds * 1000 })
const ended = new Promise(resolve => server.once('exit', resolve))
const run = (program, ...args) => execFileSync(program, args, { cwd: tools, stdio: 'inherit', timeout: mostSeconds * 1000 })
try {
  let address
  for await (const line of createInterface({ input: server.stdout })) {
    if ((address = /listening on (http:\S+)/.exec(line)?.[1])) break
  }
  mkdirSync(tools, { recursive: true })
  writeFileSync(join(tools, 'package.json'), '{ "private": true }')
  writeFileSync(join(tools, 'openapi.json'), await (await fetch(`${address}/openapi.json`)).text())
  run('npm', 'install', '--no-audit', '--no-fund', '--silent', '@redocly/cli@2.77.0')
  writeFileSync(join(tools, 'redocly.yaml'), 'extends: [recommended]\ntelemetry: off\n')
  run(join('node_modules', '.bin', 'redocly'), 'lint', '--max-problems=20', 'openapi.json')
} finally {
  server.kill()
  await ended
  rmSync(folder, { recursive: true })
}

#!/usr/bin/env node
// Checks docs/process.bpmn: correct by bpmnlint, and opened by bpmn-js in a browser without a warning.
// With --draw the picture docs/process.svg is drawn anew, too. It names the digest of the model that it
// shows; a test holds the two together. Needs chromium, and to draw alike everywhere a font as wide as
// Arial (Debian: fonts-liberation).
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const model = join(root, 'docs', 'process.bpmn')
const tools = join(root, 'artifacts', 'model')
const mostSeconds = 120 // of any program that is run
const mostOutput = 1 << 26 // bytes

function run(program, ...args) {
  try {
    return execFileSync(program, args, { cwd: tools, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: mostOutput, timeout: mostSeconds * 1000 })
  } catch (failed) {
    return fail(`${failed.message}\n${failed.stdout ?? ''}`)
  }
}

function fail(why) {
  console.error(why)
  process.exit(1)
}

// What bpmn-js makes of the model: its warnings and its drawing.
function open(xml) {
  const script = `
    const tell = what => { document.body.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(what)))) }
    const viewer = new BpmnJS({ container: '#canvas', textRenderer: { defaultStyle: { fontFamily: 'Arial, "Liberation Sans", sans-serif' } } })
    viewer.importXML(${JSON.stringify(xml).replaceAll('<', '\\u003c')})
      .then(async ({ warnings }) => tell({ warnings: warnings.map(warning => warning.message), ...await viewer.saveSVG() }))
      .catch(error => tell({ warnings: [error.message] }))`
  writeFileSync(join(tools, 'open.html'), `<!doctype html><meta charset="utf-8"><div id="canvas" style="width:1000px;height:800px"></div>
    <script src="node_modules/bpmn-js/dist/bpmn-viewer.production.min.js"></script><script>${script}</script>`)
  const page = run('chromium', '--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(tools, 'profile')}`, '--virtual-time-budget=10000', '--dump-dom', `file://${join(tools, 'open.html')}`)
  const told = /<body>\s*([\w+/=]+)\s*<\/body>/.exec(page) ?? fail('bpmn-js did not answer.')
  return JSON.parse(Buffer.from(told[1], 'base64'))
}

// On white, so that it is seen on a dark page too; with ids that are not drawn by lot, so that the same model is the same picture.
const numbered = svg => [...svg.matchAll(/ id="(marker-\w+)"/g)].reduce((text, [, id], i) => text.replaceAll(id, `marker-${i}`), svg)
const picture = (svg, xml) => numbered(svg)
  .replace(/<svg [^>]*>/, head => `${head}<title>The process of an order, as a BPMN model</title><rect x="-50%" y="-50%" width="200%" height="200%" fill="white"/>`)
  .replace('<!DOCTYPE', `<!-- process.bpmn, SHA-256 ${createHash('sha256').update(xml).digest('hex')} -->\n<!DOCTYPE`)

mkdirSync(tools, { recursive: true })
writeFileSync(join(tools, 'package.json'), '{ "private": true }')
writeFileSync(join(tools, '.bpmnlintrc'), '{ "extends": "bpmnlint:recommended" }')
run('npm', 'install', '--no-audit', '--no-fund', '--silent', 'bpmnlint@11.15.0', 'bpmn-js@18.31.1')
run(join('node_modules', '.bin', 'bpmnlint'), '--max-warnings=0', model)
const xml = readFileSync(model, 'utf8')
const { warnings, svg } = open(xml)
if (warnings.length > 0) fail(['bpmn-js warns of the model:', ...warnings].join('\n'))
if (process.argv.includes('--draw')) writeFileSync(join(root, 'docs', 'process.svg'), picture(svg, xml))
console.log('docs/process.bpmn: no fault, no warning')

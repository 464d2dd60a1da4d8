#!/usr/bin/env node
// Tries the page in a browser: both parties beside each other, in both languages, by mouse and by keyboard alone, through
// a killed server; hostile texts; axe-core; and that no request leaves the server. Needs chromium, and a build of the server
// and the tools. With --pictures DIR it leaves a picture of each view there, at three widths, light and dark.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const tools = join(root, 'artifacts', 'page')
const patience = 15_000 // ms that anything may take before it fails
const pictures = process.argv.includes('--pictures') ? process.argv[process.argv.indexOf('--pictures') + 1] : null
const hostile = `"><img src=x onerror="window.hurt=1"><script>window.hurt=1</script>{{7*7}}`

mkdirSync(tools, { recursive: true })
writeFileSync(join(tools, 'package.json'), '{ "private": true }')
execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', 'playwright-core@1.65.1', 'axe-core@4.14.1'], { cwd: tools, stdio: 'inherit' })
const require = createRequire(join(tools, 'package.json'))
const { chromium } = require('playwright-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

const home = mkdtempSync(join(tmpdir(), 'ordergrpc-page-'))
const environment = { ...process.env, XDG_CONFIG_HOME: home, LANG: 'en_US.UTF-8' }
const url = `http://127.0.0.1:${await freePort()}`
let server = await startServer()
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
const faults = []
let failed = false
try {
  for (const [what, attempt] of Object.entries(attempts())) {
    await attempt()
    console.log(`ok  ${what}`)
  }
  if (pictures) await takePictures()
  check(faults.length === 0, `the browser reports: ${faults.join('\n')}`)
} catch (failure) {
  failed = true
  console.error(failure)
} finally {
  await browser.close()
  server.kill()
  await once(server, 'exit').catch(() => {})
  rmSync(home, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0)

function attempts() {
  return {
    'an order from both sides, by mouse, in English and French': async () => {
      const [client, supplier] = [await open('client', { locale: 'fr-FR' }), await open('supplier')]
      check(!(await client.evaluate(() => location.href)).includes('token'), 'the token is out of the address bar')
      check(await client.evaluate(() => document.cookie === '' && !JSON.stringify(localStorage).includes('eyJ')), 'the token is kept in this tab alone')
      const id = await place(client, 'Jon Doe', ['Garden fence', 'Gate'])
      await said(client, 'Commande reçue, en attente de validation')
      await supplier.click(`a.card[href="#/orders/${id}"]`)
      await see(supplier, `Verify order ${id}.`)
      await supplier.click('#do-approveOrder')
      await said(supplier, `Order ${id} approved. Notification sent to the client.`)
      await supplier.click('#do-draftQuote')
      await supplier.fill('tbody tr:nth-child(1) [name=unitPrice]', '30')
      await supplier.fill('tbody tr:nth-child(2) [name=unitPrice]', '4.50')
      await supplier.fill('tbody tr:nth-child(2) [name=quantity]', '2')
      await see(supplier, '€39.00') // the server's sum
      await supplier.reload()
      await see(supplier, '€39.00') // nothing typed is lost
      await supplier.click('form button.primary')
      await see(supplier, `Verify quote ${id}.`)
      check(!(await client.textContent('main')).includes('39'), 'a client sees no draft')
      await supplier.click('#do-approveQuote')
      await see(supplier, 'can accept it at once')
      await supplier.click('dialog button.primary')
      await see(client, 'veuillez le consulter')
      await client.click('#do-approveQuote')
      await client.click('dialog button.primary')
      await said(client, `Devis ${id} accepté.`)
      await supplier.click('#do-reportRealization')
      await supplier.fill('dialog textarea', hostile)
      await supplier.click('dialog button.primary')
      await see(client, hostile)
      await client.click('#do-rejectRealization')
      await client.fill('dialog textarea', 'La porte manque')
      await client.click('dialog form button:not([type])')
      await supplier.click('#do-reportRealization')
      await supplier.click('dialog button.primary')
      await client.click('#do-approveRealization')
      await see(client, 'La commande est terminée')
      await see(supplier, 'The order has ended')
      await close(client, supplier)
    },
    'an order from both sides, by keyboard alone': async () => {
      const [client, supplier] = [await open('client'), await open('supplier')]
      const type = async (page, ...keys) => { for (const key of keys) await (key.length > 1 && key === key.trim() && /^(Tab|Enter|Escape|[jk/?])$/.test(key) ? page.keyboard.press(key) : page.keyboard.type(key)) }
      await press(client, 'Place an order')
      await client.getByLabel('Name', { exact: true }).focus()
      await type(client, 'Ann', 'Tab', 'ann@example.com', 'Tab', 'Roof', 'Enter', 'Gutter')
      await press(client, 'Place the order', 'button')
      await see(client, 'Waiting on the supplier')
      const id = (await client.evaluate(() => location.hash)).split('/').at(-1)
      await supplier.waitForSelector(`a.card[href="#/orders/${id}"]`, { timeout: patience })
      await supplier.evaluate(() => document.activeElement.blur())
      await type(supplier, 'j', 'Enter')
      await see(supplier, `Verify order ${id}.`)
      await press(supplier, 'Reject', 'button')
      await see(supplier, `This rejects order ${id}, which ends it.`)
      await type(supplier, 'Escape')
      await supplier.locator('dialog').waitFor({ state: 'detached' })
      check(await supplier.evaluate(() => document.activeElement.id) === 'do-rejectOrder', 'and comes back to its button')
      await press(supplier, 'Reject', 'button')
      await type(supplier, hostile, 'Tab', 'Enter')
      await see(client, hostile)
      await press(client, 'Place it anew')
      await see(client, `It replaces order ${id}.`)
      check(await client.inputValue('[name=name]') === 'Ann', 'what is placed anew is filled in')
      await close(client, supplier)
    },
    'a server that is killed is said to be gone, and what was sent meanwhile is done once': async () => {
      const [client, supplier] = [await open('client'), await open('supplier')]
      const id = await place(client, 'Bob', ['Shed'])
      await supplier.click(`a.card[href="#/orders/${id}"]`)
      await see(supplier, `Verify order ${id}.`)
      server.kill('SIGKILL')
      await once(server, 'exit')
      for (const page of [client, supplier]) await page.waitForFunction(() => document.body.classList.contains('lost'), null, { timeout: patience })
      await see(client, 'Not connected')
      await supplier.click('#do-approveOrder')
      await see(supplier, 'done once')
      server = await startServer()
      await see(client, 'approved the order')
      check(await client.locator('.history li').count() === 2, 'it was done once')
      await client.waitForFunction(() => !document.body.classList.contains('lost'), null, { timeout: patience })
      await close(client, supplier)
    },
    'what has changed meanwhile is refused beside its button, and shown as it is': async () => {
      const [one, other, client] = [await open('supplier'), await open('supplier'), await open('client')]
      const id = await place(client, 'Eve', [hostile])
      for (const page of [one, other]) await page.goto(`${url}/#/orders/${id}`)
      await one.click('#do-rejectOrder')
      await other.click('#do-approveOrder')
      await see(other, 'A quote for order')
      await one.fill('dialog textarea', 'Too late')
      await one.click('dialog button.danger')
      await see(one, 'read it again')
      check(await one.inputValue('dialog textarea') === 'Too late', 'what was typed is kept')
      check(await client.evaluate(() => window.hurt === undefined), 'hostile texts do nothing')
      await close(one, other, client)
    },
    'the list: filters in the address, what happens, and a file': async () => {
      const [client, supplier] = [await open('client'), await open('supplier')]
      await show(supplier, '/orders')
      const id = await place(client, '=1+1', ['Wall'])
      await supplier.locator(`#row-${id}`).waitFor()
      await supplier.selectOption('[name=state]', 'STATE_PLACED')
      await supplier.waitForFunction(() => location.hash.includes('state=STATE_PLACED'))
      const [download] = await Promise.all([supplier.waitForEvent('download'), supplier.click('text=Save as CSV')])
      const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n')
      check(lines[0].includes('"order","state"') && lines[1].startsWith(`"${id}","PLACED"`) && lines[1].includes(`"'=1+1"`), `the file: ${lines.join('\n')}`)
      await supplier.fill('#find', String(id))
      await supplier.press('#find', 'Enter')
      await see(supplier, `Verify order ${id}.`)
      await close(client, supplier)
    },
    'a link shows its order, which can be answered there, and nothing else': async () => {
      const client = await open('client')
      const [id, other] = [await place(client, 'Jon Doe', ['Fence']), await place(client, 'Jane Roe', ['Gate'])]
      const link = execFileSync(join(root, 'client-cli/bin/Debug/net10.0/client-cli'), ['order', 'link', id, '--server', url], { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
      const page = await visit(`${url}/#/orders/${id}?token=${link.split('token=').at(-1)}`)
      await page.waitForSelector('.way')
      check(!(await page.evaluate(() => location.href)).includes('token'), 'the token is out of the address bar')
      check(await page.locator('nav, #find').count() === 0, 'there is nowhere else to go')
      await page.evaluate(other => { location.hash = `/orders/${other}` }, other)
      await page.waitForFunction(id => location.hash === `#/orders/${id}`, id)
      check(!(await page.textContent('main')).includes('Jane Roe'), 'the other order is not shown')
      await page.click('#do-cancelOrder')
      await page.locator('dialog .buttons button').first().click()
      await show(client, `/orders/${id}`)
      await client.waitForFunction(() => document.querySelector('main').textContent.toLowerCase().includes('cancelled'))
      await close(page, client)
    },
    'a token that does not let in, and signing out': async () => {
      const page = await open('client')
      await page.click('#signOut')
      await see(page, 'You are signed out')
      check(await page.evaluate(() => sessionStorage.length) === 0, 'nothing is kept')
      await page.fill('[name=token]', 'nonsense')
      await page.click('form button.primary')
      await see(page, 'not signed in any more')
      faults.splice(0, faults.length, ...faults.filter(fault => !fault.includes('401')))
      await page.context().close()
    },
    'axe-core finds nothing, in light and dark': async () => {
      for (const colorScheme of ['light', 'dark']) {
        for (const [role, paths] of Object.entries({ client: ['/', '/place', '/orders', '/orders/1', '/orders/2'], supplier: ['/', '/orders', '/orders/3', '/orders/3/quote'] })) {
          const page = await open(role, { colorScheme, reducedMotion: 'reduce', bypassCSP: true })
          for (const path of paths) {
            await show(page, path)
            await page.evaluate(axe)
            const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
            check(violations.length === 0, `${role} ${path} ${colorScheme}: ${JSON.stringify(violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 120))]))}`)
          }
          await page.context().close()
        }
      }
    },
  }
}

// A page that is signed in as the tool signs it in.
async function open(role, options = {}) {
  const tool = join(root, `${role}-cli/bin/Debug/net10.0/${role}-cli`)
  const address = execFileSync(tool, ['web', '--no-browser', '--server', url], { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  const page = await visit(address, options)
  await page.waitForSelector('main section, main .empty')
  return page
}

async function visit(address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(patience)
  page.on('pageerror', error => faults.push(error.stack))
  page.on('console', message => message.type() === 'error' && !/ERR_|40[039]|409/.test(message.text()) && faults.push(message.text()))
  page.on('request', request => new URL(request.url()).origin === url || request.url().startsWith('blob:') || faults.push(`asked elsewhere: ${request.url()}`))
  await page.goto(address)
  return page
}

async function place(client, name, lines) {
  await show(client, '/place')
  await client.fill('[name=name]', name)
  await client.fill('[name=email]', 'john@example.com')
  for (const [i, line] of lines.entries()) await client.fill(`tbody tr:nth-child(${i + 1}) [name=description]`, line)
  await client.click('main form button.primary')
  await client.waitForSelector('.way')
  return (await client.evaluate(() => location.hash)).split('/').at(-1)
}

async function show(page, path) {
  await page.evaluate(path => { location.hash = path }, path)
  await page.waitForFunction(() => !document.querySelector('main > * > .quiet:only-of-type')?.textContent.endsWith('…'))
  await page.waitForTimeout(200) // for what is read besides
}

function see(page, text) { return page.getByText(text).locator('visible=true').first().waitFor() }
function said(page, text) { return page.locator('#said', { hasText: text }).waitFor() }
function close(...pages) { return Promise.all(pages.map(page => page.context().close())) }

// Goes to a link or button with Tab, and presses it.
async function press(page, name, role = 'link') {
  const target = page.getByRole(role, { name, exact: true })
  await target.waitFor()
  for (let i = 0; i < 60; i++) {
    if (await target.evaluate(element => element === document.activeElement)) return page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not come to ${name}`)
}

async function takePictures() {
  mkdirSync(pictures, { recursive: true })
  for (const width of [360, 768, 1280]) {
    for (const colorScheme of ['light', 'dark']) {
      for (const locale of ['en-GB', 'fr-FR']) {
        for (const [role, paths] of Object.entries({ client: ['/', '/place', '/orders', '/orders/1', '/orders/2'], supplier: ['/', '/orders', '/orders/3', '/orders/3/quote'] })) {
          const page = await open(role, { viewport: { width, height: 800 }, colorScheme, locale })
          for (const path of paths) {
            await show(page, path)
            await page.screenshot({ path: join(pictures, `${role}${path.replaceAll('/', '-')}.${width}.${colorScheme}.${locale.slice(0, 2)}.png`), fullPage: true })
          }
          await page.context().close()
        }
      }
    }
  }
}

async function startServer() {
  const started = spawn(join(root, 'server/bin/Debug/net10.0/server'), ['--data', join(home, 'data'), '--urls', url], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
  const [told] = await once(started.stdout, 'data')
  check(String(told).startsWith('OrderGrpc is listening'), told)
  return started
}

async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address()
  listener.close()
  return port
}

function check(holds, what) {
  if (!holds) throw new Error(what)
}

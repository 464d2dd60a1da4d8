// The page: who is signed in, which view is shown, and what moves it. A client of the public API and of nothing else.
import { Refused, get, useToken, pause } from './api.js'
import { copyButton, field, fill, h } from './dom.js'
import { Orders } from './orders.js'
import { ago, others, preferred, speak, t, word } from './text.js'
import { watch } from './watch.js'
import { draftView } from './view-draft.js'
import { inboxView } from './view-inbox.js'
import { listView } from './view-list.js'
import { orderView } from './view-order.js'
import { placeView } from './view-place.js'

const tokenKey = 'token' // of sessionStorage: it ends with the tab, and no other tab has it
const shownFor = 6000 // ms that what was done is shown

const routes = [
  [/^\/$/, inboxView],
  [/^\/orders$/, listView],
  [/^\/orders\/([1-9]\d{0,18})$/, orderView],
  [/^\/orders\/([1-9]\d{0,18})\/quote$/, draftView],
  [/^\/place$/, placeView],
]

const main = document.getElementById('main')
const [top, line, said] = ['top', 'connection', 'said'].map(id => document.getElementById(id))
let desk = null // of who is signed in
let view = null
let ending = new AbortController()

// The token comes behind the #, which no server sees, and is out of the address bar before anything else is done. That
// of a link to an order comes behind where it leads.
function takeToken() {
  const [, to = '/', given] = /^#(?:(\/[\w/]*)\?)?token=([\w.~+/=-]+)/.exec(location.hash) ?? []
  if (!given) return false
  sessionStorage.setItem(tokenKey, given)
  history.replaceState(null, '', location.pathname + '#' + to)
  return true
}

async function start() {
  ending.abort()
  ending = new AbortController()
  const { signal } = ending
  desk = null
  line.replaceChildren()
  const token = sessionStorage.getItem(tokenKey)
  useToken(token)
  if (!token) return showSignIn()
  drawTop()
  fill(main, h('p', { class: 'quiet' }, t('working')))
  const caller = await whoCalls(signal)
  if (!caller || signal.aborted) return
  const role = caller.role === 'ROLE_SUPPLIER' ? 'supplier' : 'client'
  const only = Number(caller.orderId ?? 0) ? caller.orderId : null // of a link
  const orders = new Orders(only)
  desk = { caller, role, only, mine: role === 'supplier' ? 'WAITING_ON_SUPPLIER' : 'WAITING_ON_CLIENT', orders, say, go }
  orders.addEventListener('change', ({ detail }) => {
    view?.update?.(detail)
    drawCount()
  })
  drawTop()
  route()
  watch({
    signal,
    told: message => message.event && happened(message.event),
    connection: tellConnection,
    begun: () => orders.load(),
    restored: () => location.reload(),
  })
}

async function whoCalls(signal) {
  while (!signal.aborted) {
    try {
      return await get('/v1/caller')
    } catch (failure) {
      if (failure.http === 401) return null
      tellConnection('lost', failure)
      await pause(2000, signal).catch(() => {})
    }
  }
}

function happened({ event, order }) {
  desk.orders.take(order, event)
  if (event.actor?.name !== desk.caller.name || event.actor?.role !== desk.caller.role) say(t('news', order.id, word('state', order.state)))
}

function tellConnection(state, failure) {
  const lost = state === 'lost'
  if (lost === document.body.classList.contains('lost')) return
  document.body.classList.toggle('lost', lost)
  if (lost) fill(line, failure instanceof Refused ? t('connection.why', failure.message) : t('connection.lost'))
  else {
    line.replaceChildren()
    say(t('connection.back'))
  }
}

let saying = 0
// Said to who sees and to who hears.
function say(text) {
  clearTimeout(saying)
  fill(said, text)
  saying = setTimeout(() => said.replaceChildren(), shownFor)
}

function go(path) { location.hash = path }

function route(focus = false) {
  if (takeToken()) return start()
  if (!desk) return
  if (desk.only) history.replaceState(null, '', `${location.pathname}#/orders/${desk.only}`)
  const [path, parameters] = (location.hash.slice(1) || '/').split('?')
  const [pattern, make] = routes.find(([pattern]) => pattern.test(path)) ?? routes[0]
  view?.end?.()
  view = make({ ...desk, id: pattern.exec(path)?.[1], parameters: new URLSearchParams(parameters) })
  fill(main, view.element)
  view.update?.({})
  document.title = `${view.title} · ${t('app')}`
  drawTop()
  drawCount()
  if (focus) {
    scrollTo(0, 0)
    main.querySelector('h1')?.focus({ preventScroll: true })
  }
}

function drawCount() {
  if (!desk) return // signed out since
  const waiting = desk.orders.all().filter(order => order.waitingOn === desk.mine).length
  const shown = document.getElementById('count')
  if (shown) shown.textContent = waiting || ''
  document.title = document.title.replace(/^\(\d+\) /, '').replace(/^/, waiting ? `(${waiting}) ` : '')
}

function drawTop() {
  const here = location.hash.slice(1).split('?')[0] || '/'
  const link = (path, text, more) => h('a', { href: '#' + path, 'aria-current': here === path && 'page' }, text, more)
  fill(top,
    h('a', { class: 'skip', href: '#main', onclick: e => { e.preventDefault(); main.querySelector('h1')?.focus() } }, t('skip')),
    h('div', { class: 'bar' },
      h('span', { class: 'brand' }, t('app')),
      desk && !desk.only && h('nav', { 'aria-label': t('nav') },
        link('/', t('nav.inbox'), h('b', { id: 'count' })), link('/orders', t('nav.orders')), desk.role === 'client' && link('/place', t('nav.place'))),
      desk && !desk.only && h('form', { class: 'find', role: 'search', onsubmit: find }, h('input', { id: 'find', type: 'search', 'aria-label': t('search'), placeholder: t('search.label'), autocomplete: 'off' })),
      h('span', { class: 'who' },
        desk && h('span', null, t('signedIn', desk.caller.name, word('role', desk.caller.role))),
        others().map(other => h('button', { id: 'language', type: 'button', lang: other, 'aria-label': t('language.label'), onclick: () => choose(other) }, t('language'))),
        desk && h('button', { id: 'signOut', type: 'button', onclick: signOut }, t('signOut')),
        desk && h('button', { id: 'keys', type: 'button', 'aria-label': t('keys'), onclick: showKeys }, '?'))))
}

async function choose(other) {
  await speak(other, true)
  drawTop()
  if (desk) route()
  else showSignIn()
}

function find(submitted) {
  submitted.preventDefault()
  const wanted = document.getElementById('find').value.trim()
  if (/^[1-9]\d{0,18}$/.test(wanted)) go(`/orders/${wanted}`)
  else go(wanted ? `/orders?reference=${encodeURIComponent(wanted)}` : '/orders')
}

function signOut() {
  sessionStorage.clear()
  start().then(() => showSignIn(t('signIn.out')))
}

function showSignIn(why) {
  ending.abort()
  desk = null
  view?.end?.()
  view = null
  document.title = t('app')
  drawTop()
  const token = h('input', { type: 'password', name: 'token', autocomplete: 'off', required: true })
  const tool = name => h('p', { class: 'command' }, h('code', null, name), copyButton(name, t('copy'), t('copied')))
  const submit = submitted => {
    submitted.preventDefault()
    sessionStorage.setItem(tokenKey, token.value.trim())
    start()
  }
  fill(main, h('section', { class: 'narrow' },
    h('h1', { tabindex: -1 }, t('signIn')),
    why && h('p', { class: 'notice', role: 'alert' }, why),
    h('p', null, t('signIn.how')), tool('client-cli web'), tool('supplier-cli web'),
    h('form', { onsubmit: submit }, field(t('signIn.token'), token), h('button', { class: 'primary' }, t('signIn.do')))))
}

function showKeys() {
  const dialog = h('dialog', { 'aria-labelledby': 'keys-title', onclose: () => dialog.remove() },
    h('h2', { id: 'keys-title' }, t('keys')),
    h('dl', { class: 'facts' }, ['/', 'j', 'k', 'Enter', '?'].map(key => [h('dt', null, h('kbd', null, key)), h('dd', null, t('keys.' + key))])),
    h('p', { class: 'buttons' }, h('button', { type: 'button', onclick: () => dialog.close() }, t('close'))))
  document.body.append(dialog)
  dialog.showModal()
}

// One key each, and none while somebody types.
addEventListener('keydown', pressed => {
  if (!desk || pressed.ctrlKey || pressed.metaKey || pressed.altKey || document.querySelector('dialog[open]') || pressed.target.closest('input, textarea, select')) return
  if (pressed.key === '/') document.getElementById('find')?.focus()
  else if (pressed.key === '?') showKeys()
  else if (pressed.key === 'j' || pressed.key === 'k') {
    const rows = [...main.querySelectorAll('a.row')]
    const at = rows.indexOf(document.activeElement)
    rows[pressed.key === 'j' ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)]?.focus()
  } else return
  pressed.preventDefault()
})

// "3 minutes ago" is soon 4.
setInterval(() => {
  for (const time of document.querySelectorAll('time')) time.textContent = ago(time.dateTime)
}, 60_000)

addEventListener('hashchange', () => route(true))
addEventListener('token-ended', ({ detail }) => {
  sessionStorage.removeItem(tokenKey)
  document.body.classList.remove('lost')
  showSignIn(t('signIn.ended', detail.message))
})

const taken = takeToken()
for (;;) {
  try {
    await speak(preferred())
    break
  } catch (failure) {
    if (!(failure instanceof TypeError)) throw failure
    await pause(2000)
  }
}
await start()
if (taken) main.querySelector('h1')?.focus()

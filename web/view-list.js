// Orders in a table, newest first: filtered by what the address says, more as one scrolls, and as a file.
import { get, pages, query } from './api.js'
import { field, fill, h, save } from './dom.js'
import { firstLine, stateBadge, time } from './parts.js'
import { count, money, plain, t, word } from './text.js'

const pageSize = 50
const mostInFile = 10_000 // orders
const states = ['PLACED', 'APPROVED', 'QUOTE_DRAFTED', 'QUOTE_SENT', 'IN_REALIZATION', 'REALIZED', 'COMPLETED', 'REJECTED', 'QUOTE_WITHHELD', 'QUOTE_DECLINED', 'CANCELLED']

export function listView({ orders, mine, role, parameters }) {
  const body = h('tbody')
  const note = h('p', { class: 'quiet', role: 'status' })
  const more = h('button', { type: 'button', hidden: true, onclick: () => read() }, t('more'))
  let shown = [] // ids
  let next = ''
  let reading = 0

  const filters = () => ({
    states: parameters.get('state') ?? '', waiting_on: parameters.get('turn') ?? '', client: parameters.get('client') ?? '', client_reference: parameters.get('reference') ?? '',
    placed_from: start(parameters.get('from')), placed_before: start(parameters.get('before')),
  })
  const draw = () => fill(body, shown.map(id => orders.get(id)).filter(Boolean).map(order => row(order, mine, orders.marked.has(order.id))))
  const read = async (anew = false) => {
    const own = ++reading
    fill(note, t('working'))
    try {
      const page = await get('/v1/orders', { ...filters(), page_size: pageSize, page_token: anew ? '' : next })
      if (own !== reading) return
      const ids = (page.orders ?? []).map(order => orders.put(order).id)
      shown = anew ? ids : [...shown, ...ids]
      next = page.nextPageToken ?? ''
      more.hidden = !next
      fill(note, shown.length === 0 ? t('nothing') : '')
      draw()
    } catch (failure) {
      if (own === reading) fill(note, failure.http ? failure.message : t('connection.lost'))
    }
  }
  const update = ({ id, event }) => {
    if (event?.orderPlaced && !shown.includes(id) && matches(orders.get(id), parameters)) shown.unshift(id)
    if (shown.includes(id)) draw()
  }

  const change = event => {
    const { name, value } = event.target
    if (value) parameters.set(name, value)
    else parameters.delete(name)
    history.replaceState(null, '', `#/orders${parameters.size ? '?' + parameters : ''}`)
    read(true)
  }
  const csv = async () => {
    fill(note, t('working'))
    const all = await pages('/v1/orders', filters(), 'orders', mostInFile)
    save('orders.csv', 'text/csv;charset=utf-8', '\ufeff' + [columns.map(([name]) => name), ...all.map(order => columns.map(([, value]) => value(order)))].map(line => line.map(cell).join(',')).join('\r\n') + '\r\n')
    fill(note, all.length >= mostInFile ? t('orders.csvCut', count(mostInFile)) : '')
  }
  const seen = new IntersectionObserver(([entry]) => entry.isIntersecting && next && read(), { rootMargin: '400px' })
  seen.observe(more)
  read(true)

  return {
    element: h('div', null, h('h1', { tabindex: -1 }, t('orders.title')), filterForm(parameters, role, change),
      h('p', { class: 'buttons' }, h('button', { type: 'button', onclick: () => csv().catch(failure => fill(note, failure.http ? failure.message : t('connection.lost'))) }, t('orders.csv')), parameters.size > 0 && h('a', { class: 'button', href: '#/orders' }, t('orders.clear'))),
      h('div', { class: 'wide' }, h('table', { class: 'list' }, h('thead', null, h('tr', null, ['order', 'state', 'turn', 'customer', 'description', 'total', 'updated'].map(name => h('th', { scope: 'col', class: name }, t('label.' + name))))), body)),
      note, more),
    title: t('orders.title'),
    update,
    end: () => seen.disconnect(),
  }
}

function filterForm(parameters, role, change) {
  const choose = (name, options) => h('select', { name }, h('option', { value: '' }, t('orders.any')), options.map(([value, text]) => h('option', { value, selected: parameters.get(name) === value }, text)))
  const text = (name, type = 'text') => h('input', { name, type, value: parameters.get(name), autocomplete: 'off' })
  return h('form', { class: 'filters', 'aria-label': t('orders.filters'), onchange: change, onsubmit: submitted => submitted.preventDefault() },
    field(t('label.state'), choose('state', states.map(state => [`STATE_${state}`, word('state', state)]))),
    field(t('label.turn'), choose('turn', ['CLIENT', 'SUPPLIER', 'NOBODY'].map(turn => [`WAITING_ON_${turn}`, t('turn.' + turn)]))),
    role === 'supplier' && field(t('label.client'), text('client')),
    field(t('label.reference'), text('reference')), field(t('orders.from'), text('from', 'date')), field(t('orders.before'), text('before', 'date')))
}

const row = (order, mine, marked) => h('tr', { class: marked && 'changed' },
  h('td', null, h('a', { id: `row-${order.id}`, class: 'row', href: `#/orders/${order.id}` }, '#' + order.id)),
  h('td', null, stateBadge(order)),
  h('td', { class: 'turn' }, order.waitingOn === mine ? t('turn.mine') : word('turn', order.waitingOn)),
  h('td', { class: 'customer' }, order.customer?.name), h('td', { class: 'description' }, h('span', { class: 'first' }, firstLine(order))),
  h('td', { class: 'total number' }, money(order.quote?.total)), h('td', { class: 'updated' }, time(order.updateTime)))

const matches = (order, parameters) =>
  [['state', order.state], ['turn', order.waitingOn], ['client', order.client], ['reference', order.clientReference]].every(([name, value]) => !parameters.get(name) || parameters.get(name) === value)

const start = date => /^\d{4}-\d\d-\d\d$/.test(date ?? '') ? new Date(`${date}T00:00:00`).toISOString() : ''

const columns = [
  ['order', order => order.id], ['state', order => order.state.replace('STATE_', '')], ['waiting_on', order => order.waitingOn.replace('WAITING_ON_', '')],
  ['client', order => order.client], ['supplier', order => order.supplier], ['customer', order => order.customer?.name], ['email', order => order.customer?.email],
  ['reference', order => order.clientReference], ['currency', order => order.quote?.total?.currencyCode], ['total', order => order.quote?.total ? plain(order.quote.total) : ''],
  ['placed', order => order.placeTime], ['updated', order => order.updateTime],
]

// A spreadsheet takes what begins like a formula for one.
const cell = value => {
  const text = String(value ?? '')
  return `"${(/^[=+\-@\t\r]/.test(text) ? "'" + text : text).replaceAll('"', '""')}"`
}

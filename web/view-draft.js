// A supplier drafts a quote: a table that a keyboard fills. What it comes to is the server's own sum.
import { Refused, call, command } from './api.js'
import { field, fill, forget, h, keep, kept } from './dom.js'
import { decimal, faults, lineEditor, moneyOf } from './lines.js'
import { money, plain, quantity, t } from './text.js'

const quiet = 300 // ms without a key, before the server is asked
const currencies = ['EUR', 'CHF', 'GBP', 'JPY', 'USD']

export function draftView({ id, orders, role, say, go }) {
  const title = t('draft.title', id)
  const element = h('section', null, h('h1', { tabindex: -1 }, title), h('p', { class: 'quiet' }, t('working')))
  const leaving = new AbortController()
  const draw = order => {
    const { form, warning } = draftForm({ order, orders, role, say, go, signal: leaving.signal })
    fill(element, h('h1', { tabindex: -1 }, title), warning, form)
  }
  orders.read(id).then(draw, failure => fill(element, h('h1', { tabindex: -1 }, title), h('p', { class: 'notice' }, failure.http === 404 ? t('order.missing', id) : failure.http ? failure.message : t('connection.lost'))))
  return { element, title, end: () => leaving.abort() }
}

function draftForm({ order, orders, role, say, go, signal }) {
  const key = `draft ${order.id}`
  const begin = kept(key) ?? beginning(order)
  const currency = h('input', { name: 'currency', value: begin.currency, list: 'currencies', maxlength: 3, size: 4, required: true, autocomplete: 'off', autocapitalize: 'characters' })
  const until = h('input', { name: 'validUntil', type: 'date', value: begin.until })
  const total = h('output', { class: 'total', 'aria-live': 'polite' })
  const problem = h('p', { class: 'problem', role: 'alert' })
  const button = h('button', { class: 'primary' }, t('draft.do'))
  let waiting = 0
  const changed = () => {
    fill(problem)
    keep(key, { lines: editor.values(), currency: currency.value, until: until.value })
    clearTimeout(waiting)
    waiting = setTimeout(sum, quiet)
  }
  const editor = lineEditor(['description', 'quantity', 'unitPrice'], begin.lines, changed, true)

  const lines = () => editor.values().map(line => ({ description: line.description, quantity: decimal(line.quantity), unitPrice: moneyOf(line.unitPrice, currency.value.trim().toUpperCase()) }))
  const body = () => ({ lines: lines(), ...(until.value ? { validUntil: new Date(`${until.value}T23:59:59`).toISOString() } : {}) })

  // Of the lines as they would be if they were all there: what is not typed yet has no say in it.
  async function sum() {
    const whole = lines().map(line => ({ ...line, description: line.description || '…' }))
    if (whole.length === 0 || whole.some(line => !line.unitPrice || !line.quantity)) return fill(total)
    try {
      const { order: would } = await call('POST', `/v1/${role}/orders/${order.id}:draftQuote`, { lines: whole, validateOnly: true }, signal)
      editor.amounts(would.quote.lines.map(line => money(line.amount)))
      fill(total, money(would.quote.total))
    } catch {
      fill(total) // what is wrong is said when it is sent
    }
  }

  async function submit(submitted) {
    submitted.preventDefault()
    fill(problem)
    const wrong = lines().findIndex(line => !line.unitPrice)
    if (lines().length === 0) return fill(problem, t('draft.empty'))
    if (wrong >= 0) {
      editor.mark(wrong, 'unitPrice').focus()
      return fill(problem, t('draft.fault', wrong + 1, t('label.unitPrice'), t('draft.notMoney')))
    }
    button.disabled = true
    try {
      const answer = await command(role, order.id, 'draftQuote', { ...body(), expectedRevision: order.revision }, { signal, waiting: () => fill(problem, t('waiting')) })
      forget(key)
      orders.take(answer.order)
      say(answer.message)
      go(`/orders/${order.id}`)
    } catch (failure) {
      if (!(failure instanceof Refused)) return
      fill(problem, faults(failure, editor, form))
      order = await orders.read(order.id).catch(() => order)
    } finally {
      button.disabled = false
    }
  }

  const form = h('form', { onsubmit: submit },
    h('div', { class: 'filters' }, field(t('label.currency'), currency), h('datalist', { id: 'currencies' }, currencies.map(code => h('option', { value: code }))), field(t('label.validUntil'), until)),
    editor.element, h('p', { class: 'sum' }, h('span', null, t('label.sum')), ' ', total), h('small', { class: 'quiet' }, t('draft.hint')),
    problem, h('p', { class: 'buttons' }, button, h('a', { class: 'button', href: `#/orders/${order.id}` }, t('cancel'))))
  for (const input of [currency, until]) input.addEventListener('input', changed)
  sum()
  return { form, warning: order.state === 'STATE_QUOTE_SENT' && h('p', { class: 'notice' }, t('draft.takesBack')) }
}

// The quote there is, or what was ordered.
const beginning = order => ({
  currency: order.quote?.total?.currencyCode ?? 'EUR',
  until: '',
  lines: (order.quote?.lines ?? order.lines ?? []).map(line => ({ description: line.description, quantity: quantity(line.quantity), unitPrice: line.unitPrice ? quantity(plain(line.unitPrice)) : '' })),
})

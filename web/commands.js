// The commands of the process, as each role sends them: what is asked before, and how it is done. Texts are by role and verb.
import { Refused, command } from './api.js'
import { field, fill, forget, h, keep, kept } from './dom.js'
import { t } from './text.js'

const reasonLength = 1000 // characters
const noteLength = 2000

// In the order of their buttons. forward: the step forward, the one primary button. ends: said and confirmed before.
export const commands = {
  client: {
    COMMAND_APPROVE_QUOTE: { verb: 'approveQuote', forward: true, ends: true, body: order => ({ quoteRevision: order.quote.revision, digest: order.quote.digest }) },
    COMMAND_APPROVE_REALIZATION: { verb: 'approveRealization', forward: true },
    COMMAND_REQUEST_QUOTE_REVISION: { verb: 'requestQuoteRevision', text: 'reason' },
    COMMAND_REJECT_QUOTE: { verb: 'rejectQuote', text: 'reason', ends: true, danger: true },
    COMMAND_REJECT_REALIZATION: { verb: 'rejectRealization', text: 'reason' },
    COMMAND_CANCEL_ORDER: { verb: 'cancelOrder', text: 'reason', ends: true, danger: true },
  },
  supplier: {
    COMMAND_APPROVE_ORDER: { verb: 'approveOrder', forward: true },
    COMMAND_APPROVE_QUOTE: { verb: 'approveQuote', forward: true, ends: true },
    COMMAND_REPORT_REALIZATION: { verb: 'reportRealization', forward: true, text: 'note' },
    COMMAND_DRAFT_QUOTE: { verb: 'draftQuote', forward: true, link: order => `#/orders/${order.id}/quote` },
    COMMAND_REJECT_QUOTE: { verb: 'rejectQuote', text: 'reason', ends: true, danger: true },
    COMMAND_REJECT_ORDER: { verb: 'rejectOrder', text: 'reason', ends: true, danger: true },
  },
}

// The buttons for what may be done now. Those that need no word more are done at once.
export function actions({ role, orders, say }, order) {
  const allowed = Object.entries(commands[role]).filter(([name]) => order.allowedCommands?.includes(name)).map(([, one]) => one)
  const forward = allowed.find(one => one.forward && !(one.link && order.quote))
  const problem = h('p', { class: 'problem', role: 'alert' })
  const text = key => t(`${role}.${key}`, order.id)
  const button = one => {
    const label = text(one.verb + (one.link && order.quote ? '.again' : ''))
    const look = one === forward ? 'primary' : one.danger ? 'danger' : ''
    if (one.link) return h('a', { id: `do-${one.verb}`, class: `button ${look}`, href: one.link(order) }, label)
    const pressed = one.text || one.ends ? () => ask({ role, orders, say }, order, one) : event => run({ role, orders, say }, order, one, {}, { button: event.currentTarget, problem })
    return h('button', { id: `do-${one.verb}`, type: 'button', class: look, onclick: pressed }, label)
  }
  if (allowed.length === 0) return null
  const question = forward && text(`${forward.verb}.ask`)
  return h('section', { class: 'actions', 'aria-labelledby': 'actions' },
    h('h2', { id: 'actions', class: question ? 'hidden' : '' }, t('order.actions')),
    question && h('p', { class: 'question' }, question),
    h('p', { class: 'buttons' }, allowed.sort((a, b) => (b === forward) - (a === forward)).map(button)),
    problem)
}

// Sends it about the order as it was seen; a refusal is shown where it was caused, beside the order as it now is.
async function run({ role, orders, say }, order, one, fields, { button, problem, signal }) {
  button.disabled = true
  fill(problem)
  const label = button.textContent
  try {
    const body = { ...one.body?.(order), ...fields, expectedRevision: order.revision }
    const answer = await command(role, order.id, one.verb, body, { signal, waiting: () => { fill(problem, t('waiting')); button.textContent = t('sending') } })
    say(answer.message)
    orders.take(answer.order)
    return true
  } catch (failure) {
    if (!(failure instanceof Refused)) throw failure
    fill(problem, failure.message)
    orders.read(order.id).catch(() => {})
    return false
  } finally {
    button.disabled = false
    button.textContent = label
  }
}

// Says what it ends, asks why, and does it only then.
function ask(desk, order, one) {
  const { role, orders } = desk
  const key = `${order.id} ${one.verb}`
  const text = one.text && h('textarea', { name: one.text, rows: 3, maxlength: one.text === 'note' ? noteLength : reasonLength }, kept(key) ?? '')
  text?.addEventListener('input', () => keep(key, text.value))
  const own = t(`${role}.${one.verb}.reason`)
  const problem = h('p', { class: 'problem', role: 'alert' })
  const button = h('button', { class: one.danger ? 'danger' : 'primary' }, t(`${role}.${one.verb}`))
  const leaving = new AbortController()
  let seen = order
  const submit = async submitted => {
    submitted.preventDefault()
    const done = await run(desk, seen, one, text ? { [one.text]: text.value } : {}, { button, problem, signal: leaving.signal }).catch(() => false)
    if (done) {
      forget(key)
      dialog.close()
    } else {
      seen = orders.get(order.id) ?? seen // what is shown behind it is what is decided about next
    }
  }
  const dialog = h('dialog', { 'aria-labelledby': 'ask-title', onclose: () => { leaving.abort(); dialog.remove() } },
    h('form', { onsubmit: submit },
      h('h2', { id: 'ask-title' }, `${t('order', order.id)} – ${t(`${role}.${one.verb}`)}`),
      one.ends && h('p', null, t(`${role}.${one.verb}.ends`, order.id)),
      one.verb === 'reportRealization' && h('p', null, t('supplier.reportRealization.ask', order.id)),
      text && field(own.includes('.reason') ? t(one.text) : own, text),
      problem,
      h('p', { class: 'buttons' }, button, h('button', { type: 'button', onclick: () => dialog.close() }, t('cancel')))))
  document.body.append(dialog)
  dialog.showModal()
}

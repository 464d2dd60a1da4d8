// What several views show: a state, a time, an amount, the way of an order, its lines.
import { h } from './dom.js'
import { ago, exactly, money, quantity, t, word } from './text.js'

const marks = { PLACED: '○', APPROVED: '◔', QUOTE_DRAFTED: '◑', QUOTE_SENT: '◑', IN_REALIZATION: '◕', REALIZED: '●', COMPLETED: '✓' }
const steps = ['Placed', 'Verified', 'Quote', 'Accepted', 'Realized', 'Confirmed']
const stepsDone = { PLACED: 1, APPROVED: 2, QUOTE_DRAFTED: 2, QUOTE_SENT: 3, IN_REALIZATION: 4, REALIZED: 5, COMPLETED: 6 }

const short = state => state.replace('STATE_', '')

// A state in words, with a shape; no meaning is in the colour alone.
export const stateBadge = order =>
  h('span', { class: `state ${order.waitingOn === 'WAITING_ON_NOBODY' ? 'over' : ''}` }, h('span', { 'aria-hidden': 'true' }, (marks[short(order.state)] ?? '✗') + ' '), word('state', order.state))

// Relative; exact for who points at it, or comes to it by keyboard.
export const time = (when, focusable) => when ? h('time', { datetime: when, 'data-exact': exactly(when), title: exactly(when), tabindex: focusable && 0 }, ago(when)) : ''

export const isPast = quote => Boolean(quote?.validUntil) && new Date(quote.validUntil) < Date.now()

// The way: what is done, the present step, what is to come, or where it ended.
export function way(order) {
  const done = stepsDone[short(order.state)] ?? known(order)
  const ended = !(short(order.state) in stepsDone)
  const shown = ended ? [...steps.slice(0, done), null] : steps
  return h('ol', { class: 'way', 'aria-label': t('order.way') }, shown.map((step, i) =>
    step === null ? h('li', { class: 'ended', 'aria-current': 'step' }, h('span', { 'aria-hidden': 'true' }, '✗ '), word('state', order.state))
      : i < done ? h('li', { class: 'done' }, h('span', { 'aria-label': t('step.done'), role: 'img' }, '✓ '), t('step.' + step))
        : i === done ? h('li', { class: 'present', 'aria-current': 'step' }, h('span', { 'aria-hidden': 'true' }, '► '), t('step.' + step))
          : h('li', null, h('span', { 'aria-hidden': 'true' }, '◦ '), t('step.' + step))))
}

// What an order that ended shows of its way itself.
function known(order) {
  if (order.state === 'STATE_QUOTE_DECLINED') return 3
  if (order.state === 'STATE_QUOTE_WITHHELD') return 2
  if (order.reworkRound > 0 || order.realizationNote) return 4
  return order.quote?.sendTime ? 3 : order.quote ? 2 : 1
}

export const orderLines = lines => h('ul', { class: 'lines' }, lines.map(line =>
  h('li', null, h('span', null, line.description), h('span', { class: 'number' }, '× ' + quantity(line.quantity)))))

export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value)
  return shown.length > 0 && h('dl', { class: 'facts' }, shown.map(([name, value]) => [h('dt', null, name), h('dd', null, value)]))
}

// What somebody did, as a sentence without its subject; and what they said.
export function did(event) {
  const name = Object.keys(event).find(key => `did.${key}` !== t(`did.${key}`)) ?? ''
  const body = event[name] ?? {}
  const sentence = t(`did.${name}`, body.quoteRevision)
  return [body.total?.currencyCode ? t('did.of', sentence, money(body.total)) : sentence, body.reason || (name === 'orderPlaced' || name === 'realizationReported' ? body.note : '') || body.text || '']
}

export const actor = who => !who ? '' : who.name.toLowerCase() === who.role.replace('ROLE_', '').toLowerCase() ? word('role', who.role) : `${word('role', who.role)} ${who.name}`

export const firstLine = order => {
  const [first, ...more] = order.lines ?? []
  return first ? [first.description, more.length > 0 && h('span', { class: 'quiet' }, ' ' + t('order.andMore', more.length))] : order.note ?? ''
}

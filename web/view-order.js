// One order: where it stands, what may be done, what it is about, its quote as it was frozen, and what happened.
import { pages } from './api.js'
import { actions } from './commands.js'
import { fill, h } from './dom.js'
import { actor, did, facts, isPast, orderLines, stateBadge, time, way } from './parts.js'
import { quoteSection } from './quote.js'
import { day, t, word } from './text.js'

const mostEvents = 2000 // of one order that are shown
const retry = 2000 // ms until it is read again

export function orderView(desk) {
  const { id, orders } = desk
  const title = t('order', id)
  const [head, body, history] = [h('header', { class: 'order-head screen' }), h('div'), h('ol', { class: 'history' })]
  const element = h('article', null, head, body, h('section', { class: 'screen', 'aria-labelledby': 'history' }, h('h2', { id: 'history' }, t('order.history')), history))
  const quote = quoteSection(desk)
  const events = new Map()
  let missing = false
  let reading = false
  let drawn = ''

  const drawHistory = () => fill(history, [...events.values()].sort((a, b) => Number(a.revision) - Number(b.revision)).map(event => {
    const [what, said] = did(event)
    return h('li', null, h('span', { class: 'quiet' }, time(event.time, true)), h('span', null, h('strong', null, actor(event.actor)), ' ', what, said && h('q', null, said)))
  }))
  const read = async () => {
    reading = true
    try {
      await orders.read(id)
      for (const event of await pages(`/v1/orders/${id}/events`, {}, 'events', mostEvents)) events.set(event.revision, event)
      drawHistory()
    } catch (failure) {
      if (failure.http === 404) {
        missing = true
        fill(element, h('h1', { tabindex: -1 }, title), h('p', { class: 'notice' }, t('order.missing', id)))
      } else if (failure.http !== 401) {
        setTimeout(() => element.isConnected && read(), retry)
      }
    } finally {
      reading = false
    }
  }

  const update = ({ id: changed, event }) => {
    const order = orders.get(id)
    if (missing || !order) return
    if (event && changed === id) {
      events.set(event.revision, event)
      drawHistory()
    }
    if (changed === id && !reading && events.size < Number(order.revision)) read() // a command's answer brings no event, and what was missed is caught up
    const seen = `${order.revision} ${order.allowedCommands} ${orders.marked.has(id)}`
    if (seen === drawn) return // what happens to others draws nothing anew
    drawn = seen
    head.classList.toggle('changed', orders.marked.has(id))
    element.classList.toggle('has-quote', Boolean(order.quote))
    fill(head, heading(desk, order, title))
    fill(body, parts(desk, order, quote))
  }

  fill(head, h('h1', { tabindex: -1 }, title), h('p', { class: 'quiet' }, t('working')))
  read()
  return { element, title, update }
}

function heading({ mine }, order, title) {
  const turn = order.waitingOn === mine ? t('awaited.mine') : word('awaited', order.waitingOn)
  const due = order.state === 'STATE_QUOTE_SENT' && order.quote?.validUntil
  return [
    h('h1', { tabindex: -1 }, title), stateBadge(order),
    h('p', null, turn, due ? ` · ${t(isPast(order.quote) ? 'quote.expired' : 'quote.validUntil', day(due))}` : ''),
    way(order),
  ]
}

function parts(desk, order, quote) {
  const replaceable = !desk.only && desk.role === 'client' && order.waitingOn === 'WAITING_ON_NOBODY' && order.state !== 'STATE_COMPLETED'
  return [
    h('div', { class: 'screen acts' }, actions(desk, order) ?? h('p', { class: 'quiet' }, replaceable ? h('a', { class: 'button', href: `#/place?replaces=${order.id}` }, t('order.replace')) : t('order.noActions'))),
    h('section', { class: 'screen', 'aria-labelledby': 'lines' },
      h('h2', { id: 'lines' }, t('order.lines')),
      orderLines(order.lines ?? []),
      order.note && h('p', { class: 'note' }, order.note),
      facts([
        [t('label.customer'), `${order.customer?.name} <${order.customer?.email}>`],
        [t('label.client'), order.client], [t('label.supplier'), order.supplier],
        [t('label.reference'), order.clientReference],
        [t('label.replaces'), Number(order.replacesOrderId) > 0 && h('a', { href: `#/orders/${order.replacesOrderId}` }, t('order', order.replacesOrderId))],
        [t('label.placed'), time(order.placeTime, true)],
        [t('order.realizationNote'), order.realizationNote && h('span', { class: 'note' }, order.realizationNote)],
      ])),
    quote.draw(order),
  ]
}

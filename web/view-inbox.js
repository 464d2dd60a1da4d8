// What waits: mine first, then the other's, then what ended lately. By state, newest first; the counts move as it happens.
import { copyButton, fill, h } from './dom.js'
import { firstLine, stateBadge, time } from './parts.js'
import { count, day, money, t, word } from './text.js'

const mostCards = 50 // of one state; the rest is a link away
const endedShown = 10
const example = 'client-cli order place --name "Jon Doe" --email john@example.com --line "Garden fence"'

export function inboxView({ orders, mine, role }) {
  const groups = h('div')
  return { element: h('div', null, h('h1', { tabindex: -1 }, t('nav.inbox')), groups), title: t('nav.inbox'), update: () => fill(groups, draw(orders, mine, role)) }
}

function draw(orders, mine, role) {
  if (!orders.loaded) return h('p', { class: 'quiet' }, t('working'))
  const all = orders.all()
  if (all.length === 0) return empty(role)
  const theirs = mine === 'WAITING_ON_CLIENT' ? 'WAITING_ON_SUPPLIER' : 'WAITING_ON_CLIENT'
  const of = turn => all.filter(order => order.waitingOn === turn)
  const ended = of('WAITING_ON_NOBODY').sort((a, b) => new Date(b.updateTime) - new Date(a.updateTime)).slice(0, endedShown)
  return [
    !orders.complete && h('p', { class: 'notice' }, t('turn.manyOpen', count(orders.known.size))),
    group('mine', t('turn.mine'), of(mine), orders, t('turn.none')),
    group('theirs', word('turn', theirs), of(theirs), orders),
    ended.length > 0 && h('section', { 'aria-labelledby': 'ended' }, h('h2', { id: 'ended' }, t('turn.latest')), cards(ended, orders)),
  ]
}

function group(id, title, members, orders, none) {
  if (members.length === 0 && !none) return null
  const states = [...Map.groupBy(members, order => order.state)]
  return h('section', { 'aria-labelledby': id },
    h('h2', { id }, title, ' ', h('span', { class: 'count' }, count(members.length))),
    members.length === 0 && h('p', { class: 'quiet' }, none),
    states.map(([state, ones]) => [
      h('h3', null, word('state', state), ' ', h('span', { class: 'count' }, count(ones.length))),
      cards(ones.slice(0, mostCards), orders),
      ones.length > mostCards && h('p', null, h('a', { href: `#/orders?state=${state}` }, t('turn.all', count(ones.length)))),
    ]))
}

const cards = (ones, orders) => h('ul', { class: 'cards' }, ones.map(order => h('li', null,
  h('a', { id: `card-${order.id}`, class: `row card ${orders.marked.has(order.id) ? 'changed' : ''}`, href: `#/orders/${order.id}` },
    h('span', { class: 'number' }, '#' + order.id),
    h('span', { class: 'what' }, h('strong', null, order.customer?.name), h('span', { class: 'first' }, firstLine(order))),
    h('span', { class: 'amount' }, money(order.quote?.total)),
    h('span', { class: 'when' }, stateBadge(order), order.state === 'STATE_QUOTE_SENT' && order.quote?.validUntil ? h('span', null, t('quote.validUntil', day(order.quote.validUntil))) : time(order.updateTime))))))

const empty = role => h('div', { class: 'empty' },
  h('p', null, t(`turn.noneYet.${role}`)),
  h('p', { class: 'command' }, h('code', null, example), copyButton(example, t('copy'), t('copied'))),
  role === 'client' && h('p', null, h('a', { class: 'button primary', href: '#/place' }, t('nav.place'))))

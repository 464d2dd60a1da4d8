// The quote of an order as it stands: a sheet that also prints, the frozen document, and whether it is the one of the digest.
import { get } from './api.js'
import { copyButton, fill, h, save } from './dom.js'
import { facts, isPast, time } from './parts.js'
import { day, exactly, money, quantity, t } from './text.js'

const digestShown = 12 // of its 64 digits

export function quoteSection(desk) {
  let shown = null // the revision and digest that the section is of
  let section = null
  return {
    draw(order) {
      const quote = order.quote
      if (!quote) return shown = section = null
      const key = `${quote.revision} ${quote.digest} ${isPast(quote)}`
      if (key !== shown) [shown, section] = [key, sheet(desk, order, quote)]
      return section
    },
  }
}

function sheet({ role }, order, quote) {
  const document = h('pre', { tabindex: 0, 'aria-label': t('quote.document') })
  const genuine = h('p', { class: 'quiet' })
  const read = reading(order, quote, document, genuine)
  const details = h('details', { class: 'screen', ontoggle: () => details.open && read().catch(failure => fill(genuine, failure.message)) },
    h('summary', null, t(quote.digest ? 'quote.document' : 'quote.documentDraft')), document, genuine)
  return h('section', { class: 'quote', 'aria-labelledby': 'quote' },
    h('h2', { id: 'quote' }, t('quote.title', order.id, quote.revision)),
    !quote.digest && h('p', { class: 'notice' }, t('quote.draft')),
    isPast(quote) && h('p', { class: 'notice' }, t('quote.expired', exactly(quote.validUntil))),
    h('div', { class: 'print' }, facts([[t('quote.for'), `${order.customer?.name} <${order.customer?.email}>`], [t('quote.from'), order.supplier], [t('label.reference'), order.clientReference]])),
    table(quote),
    facts([
      [t('label.validUntil'), quote.validUntil && day(quote.validUntil)],
      [t('quote'), quote.sendTime && [t('quote.sent', ''), h('span', { class: 'screen' }, time(quote.sendTime, true)), h('span', { class: 'print' }, exactly(quote.sendTime))]],
      [t('quote.digest'), quote.digest && [h('code', { class: 'screen', title: quote.digest }, quote.digest.slice(0, digestShown) + '…'), h('span', { class: 'screen' }, ' ', copyButton(quote.digest, t('copy'), t('copied'))), h('code', { class: 'print' }, quote.digest)]],
    ]),
    h('p', { class: 'buttons screen' },
      h('button', { type: 'button', onclick: () => print() }, t('quote.print')),
      h('button', { type: 'button', onclick: async () => { const { fileName, bytes } = await read(); save(fileName, 'text/plain;charset=utf-8', bytes) } }, t('quote.save'))),
    details)
}

const table = quote => h('div', { class: 'wide' }, h('table', { class: 'sums' },
  h('thead', null, h('tr', null, ['description', 'quantity', 'unitPrice', 'amount'].map(name => h('th', { scope: 'col', class: name === 'description' ? '' : 'number' }, t('label.' + name))))),
  h('tbody', null, (quote.lines ?? []).map(line => h('tr', null,
    h('td', null, line.description),
    h('td', { class: 'number' }, quantity(line.quantity)), h('td', { class: 'number' }, money(line.unitPrice)), h('td', { class: 'number' }, money(line.amount))))),
  h('tfoot', null, h('tr', null, h('th', { scope: 'row', colspan: 3 }, t('label.sum')), h('td', { class: 'number' }, money(quote.total))))))

// Reads the document once, and holds it against the digest where the browser can.
function reading(order, quote, document, genuine) {
  let read = null
  return () => read ??= (async () => {
    const answer = await get(`/v1/orders/${order.id}/quoteDocument`, { quote_revision: quote.revision })
    const bytes = Uint8Array.from(atob(answer.content), character => character.charCodeAt(0))
    fill(document, new TextDecoder().decode(bytes))
    if (quote.digest && crypto.subtle) {
      const digest = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map(byte => byte.toString(16).padStart(2, '0')).join('')
      fill(genuine, t(digest === quote.digest ? 'quote.genuine' : 'quote.notGenuine'))
    }
    return { fileName: answer.fileName, bytes }
  })().catch(failure => { read = null; throw failure })
}

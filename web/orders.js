// What is known of orders: those that have not ended, the latest that have, and whatever was looked at. An order
// that comes twice is the one of the higher revision, so it does not matter what comes first, the list or the event.
import { get, pages } from './api.js'

const mostOpen = 2000 // orders that are kept of those that have not ended
const latestEnded = 20
const mostKnown = 5000 // orders; past it the oldest that has ended is forgotten
const markedFor = 4000 // ms that what has changed is marked

export class Orders extends EventTarget {
  known = new Map()
  marked = new Set()
  complete = true // whether all that have not ended are known
  loaded = false

  // Of a link only one order can be known.
  constructor(only) {
    super()
    this.only = only
  }

  // The server's own words for the states there are: those of a newer one are known too.
  async load() {
    if (this.only) {
      await this.read(this.only)
      this.loaded = true
      return
    }

    const { states = [] } = await get('/v1/process')
    const named = terminal => states.filter(s => Boolean(s.terminal) === terminal).map(s => s.state)
    const [open, ended] = await Promise.all([
      pages('/v1/orders', { states: named(false) }, 'orders', mostOpen),
      get('/v1/orders', { states: named(true), page_size: latestEnded }),
    ])
    this.complete = open.length < mostOpen
    for (const order of [...open, ...(ended.orders ?? [])]) this.put(order)
    this.loaded = true
    this.changed(null)
  }

  // Takes an order as it was read.
  put(order) {
    const had = this.known.get(order.id)
    if (had && Number(had.revision) > Number(order.revision)) return had
    this.known.set(order.id, order)
    if (this.known.size > mostKnown) this.known.delete(this.all().findLast(one => one.waitingOn === 'WAITING_ON_NOBODY')?.id)
    return order
  }

  // Takes what happened, or an order as a command has left it.
  take(order, event) {
    const had = this.known.get(order.id)
    if (this.put(order) === order && Number(had?.revision ?? 0) < Number(order.revision)) {
      this.marked.add(order.id)
      setTimeout(() => this.marked.delete(order.id) && this.changed(order.id), markedFor)
    }
    this.changed(order.id, event)
  }

  async read(id) {
    const { order } = await get(`/v1/orders/${id}`)
    this.put(order)
    this.changed(id)
    return this.known.get(id)
  }

  get(id) { return this.known.get(id) }

  // Newest first.
  all() { return [...this.known.values()].sort((a, b) => Number(b.id) - Number(a.id)) }

  changed(id, event) { this.dispatchEvent(new CustomEvent('change', { detail: { id, event } })) }
}

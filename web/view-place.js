// A client places an order.
import { Refused, command } from './api.js'
import { field, fill, forget, h, keep, kept } from './dom.js'
import { decimal, faults, lineEditor } from './lines.js'
import { t } from './text.js'

export function placeView({ orders, role, say, go, parameters }) {
  const replaces = parameters.get('replaces')
  const key = `place ${replaces ?? ''}`
  const old = replaces && orders.get(replaces)
  const begin = kept(key) ?? { name: old?.customer?.name, email: old?.customer?.email, reference: old?.clientReference, note: old?.note, lines: old?.lines }
  const input = (name, type, more) => h('input', { name, type, value: begin[name], ...more })
  const name = input('name', 'text', { required: true, maxlength: 200, autocomplete: 'name' })
  const email = input('email', 'email', { required: true, maxlength: 254, autocomplete: 'email' })
  const reference = input('reference', 'text', { maxlength: 100, autocomplete: 'off' })
  const note = h('textarea', { name: 'note', rows: 4, maxlength: 2000 }, begin.note ?? '')
  const store = () => keep(key, { name: name.value, email: email.value, reference: reference.value, note: note.value, lines: editor.values() })
  const editor = lineEditor(['description', 'quantity'], begin.lines ?? [], store)
  const problem = h('p', { class: 'problem', role: 'alert' })
  const button = h('button', { class: 'primary' }, t('place.do'))
  const leaving = new AbortController()

  const submit = async submitted => {
    submitted.preventDefault()
    button.disabled = true
    fill(problem)
    const body = {
      customer: { name: name.value.trim(), email: email.value.trim() },
      lines: editor.values().map(line => ({ ...line, quantity: decimal(line.quantity) })),
      clientReference: reference.value.trim(),
      note: note.value,
      ...(replaces ? { replacesOrderId: replaces } : {}),
    }
    try {
      const { order, message } = await command(role, null, 'placeOrder', body, { signal: leaving.signal, waiting: () => fill(problem, t('waiting')) })
      forget(key)
      orders.take(order)
      say(message)
      go(`/orders/${order.id}`)
    } catch (failure) {
      if (failure instanceof Refused) fill(problem, faults(failure, editor, form))
    } finally {
      button.disabled = false
    }
  }

  const form = h('form', { onsubmit: submit, oninput: store },
    field(t('label.name'), name), field(t('label.email'), email),
    h('fieldset', null, h('legend', null, t('order.lines')), editor.element, h('small', { class: 'quiet' }, t('draft.hint'))),
    field(t('note'), note), field(t('place.reference'), reference),
    problem, h('p', { class: 'buttons' }, button))
  return {
    element: h('section', { class: 'narrow' }, h('h1', { tabindex: -1 }, t('place.title')), replaces && h('p', null, t('place.replaces', replaces)), form),
    title: t('place.title'),
    end: () => leaving.abort(),
  }
}

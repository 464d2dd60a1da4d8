// A table of lines that a keyboard fills: Tab to the next field, Enter to the next line, and a new one comes by itself.
import { h } from './dom.js'
import { t } from './text.js'

const most = 100 // lines
const types = { description: { maxlength: 500 }, quantity: { inputmode: 'decimal', class: 'number', size: 6 }, unitPrice: { inputmode: 'decimal', class: 'number', size: 10 } }

// columns: of description, quantity, unitPrice. lines: what it begins with. changed: after each change.
export function lineEditor(columns, lines, changed, withAmount = false) {
  const body = h('tbody')
  const rows = () => [...body.rows]
  const inputs = row => [...row.querySelectorAll('input')]
  const isEmpty = row => inputs(row).every(input => input.name === 'quantity' || input.value.trim() === '')

  const add = (line = {}) => {
    const row = h('tr', null,
      columns.map(name => h('td', null, h('input', { name, value: line[name] ?? (name === 'quantity' ? '1' : ''), autocomplete: 'off', placeholder: t('label.' + name), 'data-label': t('label.' + name), ...types[name] }))),
      withAmount && h('td', { class: 'number' }, h('output')),
      h('td', null, h('button', { type: 'button', class: 'small', onclick: () => { row.remove(); tidy(); changed() } }, '✕')))
    body.append(row)
  }
  // There is an empty line at the end always, and each says which it is.
  const tidy = () => {
    if (rows().length < most && (rows().length === 0 || !isEmpty(rows().at(-1)))) add()
    rows().forEach((row, i) => {
      inputs(row).forEach(input => input.setAttribute('aria-label', `${t('label.line', i + 1)}, ${input.dataset.label}`))
      row.querySelector('button').setAttribute('aria-label', t('draft.remove', i + 1))
    })
  }
  body.addEventListener('input', event => {
    event.target.removeAttribute('aria-invalid')
    tidy()
    changed()
  })
  body.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.target.tagName !== 'INPUT') return
    event.preventDefault()
    const next = rows()[rows().indexOf(event.target.closest('tr')) + 1]
    if (next) inputs(next)[0].focus()
  })
  lines.forEach(add)
  tidy()

  const element = h('div', { class: 'wide' }, h('table', { class: 'edit' },
    h('thead', null, h('tr', null, columns.map(name => h('th', { scope: 'col', class: name === 'description' ? '' : 'number' }, t('label.' + name))),
      withAmount && h('th', { scope: 'col', class: 'number' }, t('label.amount')), h('td'))),
    body))
  const filled = () => rows().filter(row => !isEmpty(row))
  return {
    element,
    // The lines that have something in them, as text.
    values: () => filled().map(row => Object.fromEntries(inputs(row).map(input => [input.name, input.value.trim()]))),
    amounts: amounts => filled().forEach((row, i) => { row.querySelector('output').textContent = amounts[i] ?? '' }),
    // Marks the field of lines[i].name, and goes to it.
    mark: (i, name) => {
      const input = filled()[i]?.querySelector(`[name=${name}]`)
      input?.setAttribute('aria-invalid', 'true')
      return input
    },
  }
}

// As the contract has a decimal: with a point.
export const decimal = text => text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.')

// An amount as the contract has it; null where the text is none.
export function moneyOf(text, currencyCode) {
  const [, units, decimals = ''] = /^(\d{1,18})(?:\.(\d{1,9}))?$/.exec(decimal(text)) ?? []
  return units === undefined ? null : { currencyCode, units, nanos: Number(decimals.padEnd(9, '0')) }
}

// The faults that a refusal names, beside the fields they are of: marks those, and gives the sentences for people.
export function faults(refused, editor, form) {
  const sentences = refused.fields.map(({ field, description }) => {
    const [, i, name] = /^lines\[(\d+)\]\.(\w+)/.exec(field) ?? []
    if (i === undefined) {
      const plain = field.replace('customer.', '')
      form.querySelector(`:scope > label [name="${plain}"], :scope fieldset [name="${plain}"]`)?.setAttribute('aria-invalid', 'true')
      return `${labelOf(plain)} ${description}`
    }
    const camel = name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())
    editor.mark(Number(i), camel)
    return t('draft.fault', Number(i) + 1, t('label.' + camel), description)
  })
  form.querySelector('[aria-invalid=true]')?.focus()
  return sentences.length > 0 ? sentences.map(sentence => h('span', { class: 'block' }, sentence)) : [refused.message]
}

const labelOf = name => {
  const key = 'label.' + ({ client_reference: 'reference', valid_until: 'validUntil', currency_code: 'currency' }[name] ?? name)
  return t(key) === key ? name : t(key)
}

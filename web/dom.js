// Makes elements. What comes from elsewhere is only ever text here: nothing is parsed as HTML.

// An element: h('a', { href: '#/', onclick: go }, 'text', child, …). Attributes that are null or false are left out.
export function h(name, attributes, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...children.flat(9).filter(child => child !== null && child !== undefined && child !== false))
  return element
}

// Puts other content in, and leaves the focus on what has the same id there: who is at a button that is drawn anew stays at it.
export function fill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.id : ''
  element.replaceChildren(...children.flat(9).filter(child => child !== null && child !== undefined && child !== false))
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
  return element
}

// A button that copies a text.
export function copyButton(text, label, done) {
  const button = h('button', { type: 'button', class: 'small' }, label)
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text)
      button.textContent = done
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling) // not allowed here: one more key copies it
    }
  })
  return button
}

// A label with its field.
export const field = (label, input, hint) => h('label', { class: 'field' }, h('span', null, label), input, hint && h('small', null, hint))

// Gives the browser a file to save.
export function save(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }))
  h('a', { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

// What was typed is there again after a reload, in this tab, until it is forgotten.
export const keep = (key, value) => sessionStorage.setItem(key, JSON.stringify(value))
export const forget = key => sessionStorage.removeItem(key)

export function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key))
  } catch {
    return null
  }
}

// The page's language: its texts, and how it writes money, times and numbers.
const languages = ['en', 'fr']
const kept = 'language'

let texts = {}
let relative, exact, days
export let language = 'en'

// Of those the page has: the one that was chosen here before, or the browser's first.
export const preferred = () => localStorage.getItem(kept)
  ?? navigator.languages.map(tag => tag.slice(0, 2).toLowerCase()).find(tag => languages.includes(tag)) ?? 'en'

export const others = () => languages.filter(one => one !== language)

export async function speak(wanted, choose = false) {
  language = languages.includes(wanted) ? wanted : 'en'
  texts = await (await fetch(`${language}.json`)).json()
  if (choose) localStorage.setItem(kept, language)
  document.documentElement.lang = language
  relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  exact = new Intl.DateTimeFormat(locale(), { dateStyle: 'long', timeStyle: 'short' })
  days = new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' })
}

// A text with its values: {0}, {1}…
export const t = (key, ...values) => (texts[key] ?? key).replace(/\{(\d)\}/g, (_, i) => values[i])

// What the contract names: word('state', 'STATE_QUOTE_SENT'). A name that is newer than this page is said as the contract has it.
export function word(kind, name = '') {
  const short = name.replace(/^(STATE|WAITING_ON|ROLE)_/, '')
  return texts[`${kind}.${short}`] ?? short
}

// The browser's own locale where it is of this language: it knows how dates are written there.
const locale = () => navigator.languages.find(tag => tag.slice(0, 2).toLowerCase() === language) ?? language

export const count = number => new Intl.NumberFormat(locale()).format(number)

// Such as €38.50 or 38,50 €; empty for none. Exact, as a number would not be.
export function money(amount) {
  if (!amount?.currencyCode) return ''
  return new Intl.NumberFormat(locale(), { style: 'currency', currency: amount.currencyCode, currencyDisplay: 'narrowSymbol', ...decimals(amount) }).format(plain(amount))
}

// As a field has it: 38.5
export const plain = amount => `${amount.units ?? 0}` + (amount.nanos ? '.' + String(Math.abs(amount.nanos)).padStart(9, '0').replace(/0+$/, '') : '')

// A quantity with the language's decimal sign.
export const quantity = text => language === 'fr' ? String(text).replace('.', ',') : String(text)

export const exactly = time => exact.format(new Date(time))
export const day = time => days.format(new Date(time))

// Such as "3 hours ago", or the day where it is long ago.
export function ago(time) {
  const seconds = (new Date(time) - Date.now()) / 1000
  if (Math.abs(seconds) < 60) return t('now')
  for (const [unit, size, most] of [['minute', 60, 60], ['hour', 3600, 24], ['day', 86_400, 14]]) {
    const passed = Math.trunc(seconds / size)
    if (Math.abs(passed) < most) return relative.format(passed, unit)
  }
  return day(time)
}

function decimals(amount) {
  const written = plain(amount).split('.')[1]?.length ?? 0
  return written > 2 ? { maximumFractionDigits: written } : {}
}

// The server's API, as JSON over HTTP: the same calls, errors and texts as every other client has.
import { language } from './text.js'

const longestWait = 10_000 // ms between two tries of a command that did not get through
const callTime = 30_000 // ms for one try

let token = null

export const useToken = value => { token = value }

// The server said no: with its text, its reason (WRONG_STATE…), and the fields that are at fault.
export class Refused extends Error {
  constructor(http, status) {
    const of = type => status?.details?.find(detail => detail['@type']?.endsWith('/' + type))
    super(of('google.rpc.LocalizedMessage')?.message ?? status?.message ?? `HTTP ${http}`)
    this.http = http
    this.reason = of('google.rpc.ErrorInfo')?.reason ?? ''
    this.fields = of('google.rpc.BadRequest')?.fieldViolations ?? []
  }

  // Whether the same request may be let in a moment later, or its outcome is not known: it is sent again, and done once.
  get passes() { return this.http === 503 || this.http === 504 || (this.http === 429 && /^(QUEUE_FULL|RATE_LIMITED)$/.test(this.reason)) }
}

// The server was not reached.
export class Unreachable extends Error {}

export const headers = () => ({ Authorization: `Bearer ${token}`, 'Accept-Language': language })

// One call. Throws Refused or Unreachable.
export async function call(method, path, body, signal) {
  let answer, text
  try {
    answer = await fetch(path, {
      method,
      headers: body ? { ...headers(), 'Content-Type': 'application/json' } : headers(),
      body: body && JSON.stringify(body),
      signal: AbortSignal.any([AbortSignal.timeout(callTime), ...(signal ? [signal] : [])]),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    })
    text = await answer.text()
  } catch (failure) {
    if (signal?.aborted) throw failure
    throw new Unreachable(failure.message)
  }
  const json = parse(text)
  if (answer.ok && json) return json
  const refused = new Refused(answer.status, json)
  if (answer.status === 401) dispatchEvent(new CustomEvent('token-ended', { detail: refused }))
  throw refused
}

export const get = (path, parameters, signal) => call('GET', parameters ? `${path}?${query(parameters)}` : path, null, signal)

// A command. It has one request id, so it is tried until the server has answered, and is done once.
export async function command(role, orderId, verb, body, { signal, waiting } = {}) {
  const path = orderId ? `/v1/${role}/orders/${orderId}:${verb}` : `/v1/${role}/orders`
  const request = { ...body, requestId: newRequestId() }
  for (let wait = 500; ; wait = Math.min(2 * wait, longestWait)) {
    try {
      return await call('POST', path, request, signal)
    } catch (failure) {
      if (!(failure instanceof Unreachable || failure.passes)) throw failure
      waiting?.()
      await pause(wait, signal)
    }
  }
}

// All entries of a list that comes in pages, at most so many.
export async function pages(path, parameters, entries, most) {
  const all = []
  for (let pageToken = ''; all.length < most;) {
    const page = await get(path, { ...parameters, page_size: Math.min(most, 500), page_token: pageToken }).catch(failure => {
      if (!failure.passes) throw failure // a long list may be more than the caller's share of a second
      return pause(500).then(() => null)
    })
    if (!page) continue
    all.push(...(page[entries] ?? []))
    pageToken = page.nextPageToken
    if (!pageToken) break
  }
  return all
}

export function pause(time, signal) {
  return new Promise((resolve, reject) => {
    const end = setTimeout(resolve, time)
    signal?.addEventListener('abort', () => { clearTimeout(end); reject(signal.reason) })
  })
}

export function query(parameters) {
  const written = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of [value].flat()) if (one) written.append(name, one)
  }
  return written
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

// A UUID of version 7: the server's index likes ids that ascend.
function newRequestId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const hex = Date.now().toString(16).padStart(12, '0') + [...bytes.slice(6)].map(byte => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), '7' + hex.slice(13, 16), 'a' + hex.slice(17, 20), hex.slice(20)].join('-')
}

// The one stream of the page: what happens, as it happens. It resumes after the position it had, for as long as the page is open.
import { Refused, Unreachable, headers, pause } from './api.js'

const silence = 45_000 // ms: a heartbeat comes every 15 s, so whoever is silent for three of them has gone
const longestWait = 10_000 // ms between two tries
const crowded = 30_000 // ms until the next try where the caller has as many watches as it may

// Tells each message, and how the connection is: 'live', or 'lost' with the failure. Before the first message it awaits
// begun(), and what it tells from then on is after that. Ends only with the signal, with the token, or with restored():
// the server's log is an older backup's, and nothing that is known holds any more.
export async function watch({ told, connection, begun, restored, signal }) {
  let position = null
  let wait = 500
  while (!signal.aborted) {
    try {
      for await (const message of messages(position, signal)) {
        if (position === null) await begun()
        position = message.position
        wait = 500
        connection('live')
        told(message)
      }
    } catch (failure) {
      if (signal.aborted || failure.http === 401) return
      if (failure.reason === 'POSITION_AHEAD') return restored()
      connection('lost', failure)
      await Promise.race([pause(failure.reason === 'TOO_MANY_WATCHES' ? crowded : wait, signal), networkIsBack(signal)]).catch(() => {})
      wait = Math.min(2 * wait, longestWait)
    }
  }
}

// The messages of one connection, which ends with an error always.
async function* messages(position, signal) {
  const quiet = new AbortController()
  let alarm = setTimeout(() => quiet.abort(), silence)
  try {
    const answer = await fetch(position === null ? '/v1/orders:watch?now=true' : `/v1/orders:watch?after_position=${position}`, {
      headers: { ...headers(), Accept: 'text/event-stream', ...(position === null ? {} : { 'Last-Event-ID': position }) },
      signal: AbortSignal.any([signal, quiet.signal]),
      cache: 'no-store',
      credentials: 'omit',
    })
    if (!answer.ok) throw refusal(answer.status, await answer.text())
    for await (const [event, data] of events(answer.body)) {
      clearTimeout(alarm)
      alarm = setTimeout(() => quiet.abort(), silence)
      if (event === 'end') throw refusal(503, data)
      yield JSON.parse(data)
    }
  } catch (failure) {
    throw failure instanceof Refused || signal.aborted ? failure : new Unreachable(failure.message)
  } finally {
    clearTimeout(alarm)
    quiet.abort()
  }
  throw new Unreachable('the stream ended')
}

// The server-sent events of a body, each as its name and its data.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  let event = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      if (line.startsWith('event: ')) event = line.slice(7)
      else if (line.startsWith('data: ')) yield [event, line.slice(6)]
      else if (line === '') event = ''
    }
  }
}

function refusal(http, text) {
  let status = null
  try {
    status = JSON.parse(text)
  } catch {
    // said by a proxy, in words of its own
  }
  const refused = new Refused(http, status)
  if (http === 401 || refused.reason.startsWith('TOKEN_')) {
    refused.http = 401
    dispatchEvent(new CustomEvent('token-ended', { detail: refused }))
  }
  return refused
}

const networkIsBack = signal => new Promise(resolve => {
  addEventListener('online', resolve, { once: true, signal })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && resolve(), { signal })
})

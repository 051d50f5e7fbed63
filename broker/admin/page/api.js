// The requests of this page. The token is kept for the life of the tab, and is sent in no other way than in the header.

const KEY = 'grapnel-token'
const BASE = '/api/v1'

// An answer that is no success. status 0: there was no answer.
export class ApiError extends Error {
  constructor(status, text, faults = []) {
    super(text)
    this.status = status
    this.faults = faults
  }
}

let token = null

// Takes the token of `#token=…`, and removes it from the address and the history of the tab. Whether there was one.
export function takeTokenOfAddress() {
  const found = /^#token=([^&]+)/.exec(location.hash)
  if (!found) return false
  setToken(decodeURIComponent(found[1]))
  history.replaceState(null, '', location.pathname + location.search)
  return true
}

export function setToken(value) {
  token = value
  try {
    if (value === null) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, value)
  } catch {
    /* storage is forbidden: it holds until the page is loaded again */
  }
}

export function hasToken() {
  try {
    token = token ?? sessionStorage.getItem(KEY)
  } catch {
    /* as above */
  }
  return token !== null
}

// A path from its parts, and a query from the members that are not empty.
export function url(parts, query = {}) {
  const chosen = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  const text = new URLSearchParams(chosen).toString()
  return `${BASE}/${parts.map(encodeURIComponent).join('/')}${text ? '?' + text : ''}`
}

async function errorOf(response) {
  let body = {}
  try {
    body = await response.json()
  } catch {
    /* something between us and the broker answered */
  }
  const texts = { 401: 'The token is not accepted.', 403: 'This is not allowed.', 404: 'Not found.' }
  return new ApiError(
    response.status,
    body.error || texts[response.status] || `The broker answered ${response.status}.`,
    Array.isArray(body.faults) ? body.faults : []
  )
}

async function send(method, address, body, signal) {
  if (/[^\x20-\x7e]/.test(token)) throw new ApiError(401, 'This token cannot be sent.')
  const headers = { Authorization: `Bearer ${token}` }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  let response
  try {
    response = await fetch(address, {
      method,
      headers,
      signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      body: body === undefined ? undefined : JSON.stringify(body)
    })
  } catch (error) {
    if (error.name === 'AbortError') throw error
    throw new ApiError(0, 'The broker does not answer.')
  }
  if (response.ok) return response
  const error = await errorOf(response)
  if (error.status === 401) document.dispatchEvent(new CustomEvent('signed-out'))
  throw error
}

// The JSON of the answer, or null where there is none.
export async function call(method, address, body, signal) {
  const response = await send(method, address, body, signal)
  const text = await response.text()
  return text === '' ? null : JSON.parse(text)
}

export const get = (address, signal) => call('GET', address, undefined, signal)

// Reads server-sent events until they end or `signal` aborts; `take(event, data)` gets each, `heard()` is told of every
// piece that arrives.
export async function readEvents(address, signal, take, heard = () => {}) {
  const response = await send('GET', address, undefined, signal)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    let piece
    try {
      piece = await reader.read()
    } catch (error) {
      if (signal.aborted) throw error
      throw new ApiError(0, 'The connection broke off.')
    }
    if (piece.done) return
    heard()
    const blocks = (rest + piece.value).split(/\r?\n\r?\n/)
    rest = blocks.pop()
    for (const block of blocks) takeBlock(block, take)
  }
}

function takeBlock(block, take) {
  let event = 'message'
  const data = []
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith('event:')) event = line.slice(6).trim()
    else if (line.startsWith('data:')) data.push(line.slice(5))
  }
  if (data.length > 0) take(event, JSON.parse(data.join('\n')))
}

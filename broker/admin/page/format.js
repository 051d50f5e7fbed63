// Numbers, sizes and times for people. The blank before a unit does not break.

const GAP = '\u00a0'
const MISSING = '–'

// At most three digits that count.
function short(value) {
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return Number(value.toFixed(digits)).toString()
}

function scaled(value, step, units) {
  let at = 0
  while (value >= step * 0.9995 && at + 1 < units.length) {
    value /= step
    ++at
  }
  return short(value) + (units[at] ? GAP + units[at] : '')
}

export function number(value) {
  return value === null || value === undefined
    ? MISSING
    : Math.round(value).toLocaleString('en').replaceAll(',', '\u202f')
}

// Short: 12345678 becomes 12.3 M.
export function count(value) {
  if (value === null || value === undefined) return MISSING
  return value < 10000 ? number(value) : scaled(value, 1000, ['', 'k', 'M', 'G', 'T'])
}

export function bytes(value) {
  if (value === null || value === undefined) return MISSING
  return scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB'])
}

export function rate(value) {
  if (value === null || value === undefined) return MISSING
  return scaled(value, 1000, ['', 'k', 'M', 'G']) + '/s'
}

export function byteRate(value) {
  return value === null || value === undefined ? MISSING : bytes(value) + '/s'
}

// A duration from microseconds.
export function micros(value) {
  if (value === null || value === undefined) return MISSING
  if (value >= 60e6) return seconds(value / 1e6)
  return scaled(value, 1000, ['µs', 'ms', 's'])
}

export function nanos(value) {
  if (value === null || value === undefined) return MISSING
  return value < 1000 ? short(value) + GAP + 'ns' : micros(value / 1000)
}

// A duration with its two largest units: 3 d 4 h.
export function seconds(value) {
  if (value < 60) return `${Math.max(0, Math.round(value))}${GAP}s`
  const units = [
    ['d', 86400],
    ['h', 3600],
    ['min', 60],
    ['s', 1]
  ]
  const first = units.findIndex(([, size]) => value >= size)
  const parts = []
  for (const [name, size] of units.slice(first, first + 2)) {
    const whole = Math.floor(value / size)
    value -= whole * size
    if (whole > 0) parts.push(`${whole}${GAP}${name}`)
  }
  return parts.join(' ')
}

export function expiry(value_s) {
  if (value_s === 0) return 'at the end of the connection'
  return value_s >= 4294967295 ? 'never' : seconds(value_s)
}

// How long ago, or in how long: "3 min ago", "in 2 h".
export function relative(time_ms, now_ms) {
  const away = (time_ms - now_ms) / 1000
  if (Math.abs(away) < 2) return 'now'
  const units = [
    ['d', 86400],
    ['h', 3600],
    ['min', 60],
    ['s', 1]
  ]
  const [name, size] = units.find(([, least]) => Math.abs(away) >= least)
  const text = `${Math.floor(Math.abs(away) / size)}${GAP}${name}`
  return away < 0 ? `${text} ago` : `in ${text}`
}

const two = (value) => String(value).padStart(2, '0')

export function clock(time_ms, withSeconds = true) {
  const time = new Date(time_ms)
  return `${two(time.getHours())}:${two(time.getMinutes())}${withSeconds ? ':' + two(time.getSeconds()) : ''}`
}

// 2026-02-11 20:15:09, in the time of this machine.
export function absolute(time_ms) {
  const time = new Date(time_ms)
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock(time_ms)}`
}

const REASONS = {
  queue_full: 'Queue full',
  slow_reader: 'Slow reader',
  expired: 'Expired',
  too_large: 'Too large for the client',
  offline: 'Client away',
  session_ended: 'Session ended'
}

// Why a message was dropped.
export function reasonText(name) {
  return REASONS[name] ?? name.replaceAll('_', ' ')
}

export const versions = { 3: '3.1', 4: '3.1.1', 5: '5.0' }

const UNSEEN = [
  '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f',
  '\\ue000-\\uf8ff\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e0fff}'
]
const unseen = new RegExp(`[${UNSEEN.join('')}]`, 'gu')

// Text of strangers on one line: what cannot be seen, or would turn the text around it, is written as its number.
export function visible(text) {
  if (text === null || text === undefined) return MISSING
  return String(text).replace(unseen, (char) => `⟨${char.codePointAt(0).toString(16).padStart(4, '0')}⟩`)
}

export function plural(many, one, more = one + 's') {
  return `${number(many)}${GAP}${many === 1 ? one : more}`
}

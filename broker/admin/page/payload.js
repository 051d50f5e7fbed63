// The bytes of a message for people: as text, as indented JSON, or as numbers.
import { el, segments } from './dom.js'

const SHOWN_BYTES = 64 * 1024

export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
}

export function base64Of(bytes) {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

function hexLines(bytes) {
  const lines = []
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const hex = row
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' ')
      .padEnd(47)
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex}  ${text}`)
  }
  return lines.join('\n')
}

function asJson(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : null
  } catch {
    return null
  }
}

// `text` is null when the bytes are no UTF-8.
export function payloadView(base64, text) {
  const bytes = bytesOf(base64)
  if (bytes.length === 0) return el('p', { class: 'quiet-text' }, 'The payload is empty.')
  const shown = bytes.subarray(0, SHOWN_BYTES)
  const forms = new Map()
  if (text !== null && text !== undefined) {
    const json = bytes.length <= SHOWN_BYTES ? asJson(text) : null
    if (json !== null) forms.set('json', ['JSON', json])
    forms.set('text', ['Text', text.slice(0, SHOWN_BYTES)])
  }
  forms.set('hex', ['Hex', hexLines(shown)])
  const [first] = forms.keys()
  const box = el('pre', { class: 'payload', tabindex: 0, 'aria-label': 'Payload' }, forms.get(first)[1])
  const choices = [...forms].map(([key, [label]]) => [key, label])
  return el(
    'div',
    {},
    choices.length > 1
      ? segments('Form of the payload', choices, first, (key) => {
          box.textContent = forms.get(key)[1]
        })
      : null,
    box,
    bytes.length > SHOWN_BYTES ? el('p', { class: 'quiet-text' }, 'Only the beginning is shown.') : null
  )
}

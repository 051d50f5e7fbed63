// A field that tells of its text when the typing pauses.
import { el, uniqueId } from './dom.js'
import { icon } from './icons.js'

const PAUSE_MS = 250

// change(text) is told of every new text.
export function searchField(label, change, { value = '', mono = false } = {}) {
  const id = uniqueId('search')
  let timer = null
  let told = value
  const tell = () => {
    clearTimeout(timer)
    if (input.value === told) return
    told = input.value
    change(told)
  }
  const input = el('input', {
    type: 'search',
    id,
    value,
    placeholder: label,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    class: mono ? 'mono' : null,
    input: () => {
      clearTimeout(timer)
      timer = setTimeout(tell, PAUSE_MS)
    },
    change: tell
  })
  return el(
    'div',
    { class: 'search', role: 'search' },
    el('label', { for: id, class: 'unseen' }, label),
    icon('search'),
    input
  )
}

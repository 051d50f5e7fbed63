import { el, reconcile, setText } from './dom.js'

// Rows of [name, text, title?] as a list of definitions.
export function showFacts(list, facts) {
  reconcile(
    list,
    facts,
    ([name]) => name,
    ([name]) => el('div', {}, el('dt', {}, name), el('dd')),
    (line, [, text, title]) => {
      const value = line.lastChild
      setText(value, text)
      if (title) value.title = title
    }
  )
}

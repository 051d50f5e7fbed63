// A table whose rows are kept while their key stays, so that focus, selection and scrolling survive a refresh.
import { el, empty, reconcile, setText } from './dom.js'

// A column: { label, class?, text(row), title?(row), counts? } or { label, class?, fill(cell, row) }; href(row) makes the text
// a link.
export class Table {
  element
  #head
  #body
  #note
  #columns
  #key
  #open

  // open(row), where given, is told of a click on the row; the link of a row does the same for the keyboard.
  constructor({ label, columns, key, open = null, loading = true }) {
    this.#columns = columns
    this.#key = key
    this.#open = open
    this.#body = el('tbody')
    this.#head = el(
      'thead',
      {},
      el(
        'tr',
        {},
        columns.map((column) => el('th', { scope: 'col', class: column.class }, column.label))
      )
    )
    this.#note = el('div', { class: 'table-note' }, loading ? el('p', { class: 'quiet-text' }, 'Loading…') : null)
    this.element = el(
      'div',
      { class: 'table-box' },
      el('table', { 'aria-label': label, class: open ? 'opens' : null }, this.#head, this.#body),
      this.#note
    )
  }

  // `nothing`: what stands there instead of no rows, an element.
  update(rows, nothing = empty('Nothing here.')) {
    this.#note.replaceChildren(...(rows.length === 0 ? [nothing] : []))
    this.#head.hidden = rows.length === 0
    reconcile(
      this.#body,
      rows,
      this.#key,
      (row) => this.#make(row),
      (line, row) => this.#refresh(line, row)
    )
  }

  // Old rows stay readable beneath what went wrong.
  fail(error) {
    this.#note.replaceChildren(el('div', { class: 'fault', role: 'alert' }, error.message))
  }

  select(key) {
    for (const line of this.#body.children) line.classList.toggle('selected', line.rowKey === key)
  }

  #make() {
    const line = el(
      'tr',
      {},
      this.#columns.map((column) =>
        el('td', { class: column.class, 'data-label': column.label }, column.href ? el('a', {}) : null)
      )
    )
    if (this.#open) {
      line.addEventListener('click', (event) => {
        if (event.target.closest('a, button') || String(getSelection()) !== '') return
        this.#open(line.row)
      })
    }
    return line
  }

  #refresh(line, row) {
    line.row = row
    this.#columns.forEach((column, at) => {
      const cell = line.children[at]
      if (column.fill) return column.fill(cell, row)
      const holder = column.href ? cell.firstChild : cell
      const text = column.text(row)
      setText(holder, text)
      cell.classList.toggle('zero', column.counts === true && text === '0')
      if (column.href) holder.setAttribute('href', column.href(row))
      if (column.title) cell.title = column.title(row)
    })
  }
}

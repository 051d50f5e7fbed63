// Going through a long list page by page, with `after` and `next` of the API.
import { el, setText } from './dom.js'
import { icon } from './icons.js'

export class Pages {
  element
  limit
  #before = [] // the `after` of the pages behind this one
  #after = null
  #next = null
  #text = el('span', { class: 'pages-text' })
  #previousButton
  #nextButton

  // change() is told when another page is wanted.
  constructor(limit, change) {
    this.limit = limit
    this.#previousButton = el(
      'button',
      {
        class: 'icon-button',
        type: 'button',
        'aria-label': 'Previous page',
        click: () => {
          this.#after = this.#before.pop() ?? null
          change()
        }
      },
      icon('previous')
    )
    this.#nextButton = el(
      'button',
      {
        class: 'icon-button',
        type: 'button',
        'aria-label': 'Next page',
        click: () => {
          this.#before.push(this.#after)
          this.#after = this.#next
          change()
        }
      },
      icon('next')
    )
    this.element = el('div', { class: 'pages', hidden: true }, this.#text, this.#previousButton, this.#nextButton)
  }

  get after() {
    return this.#after
  }

  reset() {
    this.#before = []
    this.#after = null
  }

  // What the answer said: how many rows there are on this page, and whether more follow.
  took(rows, next) {
    this.#next = next
    const first = this.#before.length * this.limit
    this.element.hidden = rows === 0 && first === 0
    setText(this.#text, rows === 0 ? '' : `${first + 1}–${first + rows}${next === null ? ` of ${first + rows}` : ''}`)
    this.#previousButton.disabled = this.#before.length === 0
    this.#nextButton.disabled = next === null
  }
}

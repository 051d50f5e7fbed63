// A panel at the side that shows one thing of a list. Escape closes it; the focus goes back to where it was.
import { el, setText, uniqueId } from './dom.js'
import { icon } from './icons.js'

export class Drawer {
  element
  body = el('div', { class: 'drawer-body' })
  tools = el('div', { class: 'drawer-tools' })
  #title
  #kind
  #before = null

  // close() is told when the user wants it closed.
  constructor(kind, close) {
    const id = uniqueId('drawer')
    this.#title = el('h2', { id, tabindex: -1 })
    this.#kind = el('p', { class: 'drawer-kind' }, kind)
    this.element = el(
      'aside',
      {
        class: 'drawer',
        'aria-labelledby': id,
        hidden: true,
        keydown: (event) => {
          if (event.key === 'Escape') close()
        }
      },
      el(
        'div',
        { class: 'drawer-head' },
        el('div', { class: 'drawer-titles' }, this.#kind, this.#title),
        el('button', { class: 'icon-button', type: 'button', 'aria-label': 'Close', click: close }, icon('close'))
      ),
      this.tools,
      this.body
    )
  }

  get isOpen() {
    return !this.element.hidden
  }

  open(title) {
    setText(this.#title, title)
    if (this.isOpen) return
    this.#before = document.activeElement
    this.element.hidden = false
    this.element.parentElement?.classList.add('has-drawer')
    this.#title.focus({ preventScroll: true })
  }

  close() {
    if (!this.isOpen) return
    this.element.hidden = true
    this.element.parentElement?.classList.remove('has-drawer')
    if (this.#before?.isConnected) this.#before.focus({ preventScroll: true })
  }
}

// Subscriptions, retained messages, and publishing a message.
import { el } from './dom.js'
import { PublishForm } from './publish.js'
import { RetainedList } from './retained.js'
import { SubscriptionList } from './subscriptions.js'

const PAGES = [
  ['subscriptions', 'Subscriptions'],
  ['retained', 'Retained'],
  ['publish', 'Publish']
]

export class TopicsView {
  element
  #pages
  #links = new Map()
  #place = el('div', {})
  #shown = null

  constructor(live) {
    this.#pages = {
      subscriptions: new SubscriptionList(),
      retained: new RetainedList(live),
      publish: new PublishForm()
    }
    this.element = el(
      'div',
      { class: 'view' },
      el(
        'div',
        { class: 'view-head' },
        el('h1', {}, 'Topics'),
        el(
          'nav',
          { class: 'tabs', 'aria-label': 'Topics' },
          PAGES.map(([name, text]) => {
            const link = el('a', { href: `#/topics/${name}`, class: name === 'publish' ? 'writes' : null }, text)
            this.#links.set(name, link)
            return link
          })
        )
      ),
      this.#place
    )
  }

  show([wanted, ...rest]) {
    const name = wanted in this.#pages ? wanted : 'subscriptions'
    const page = this.#pages[name]
    for (const [key, link] of this.#links) {
      if (key === name) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
    if (page !== this.#shown) {
      this.#shown?.hide()
      this.#shown = page
      this.#place.replaceChildren(page.element)
    }
    page.show(rest)
  }

  hide() {
    this.#shown?.hide()
  }
}

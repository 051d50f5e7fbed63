// Every filter that somebody subscribes to.
import { get, url } from './api.js'
import { el, empty } from './dom.js'
import { number, visible } from './format.js'
import { Pages } from './pages.js'
import { Poll } from './poll.js'
import { searchField } from './search.js'
import { Table } from './table.js'

const PERIOD_MS = 5000
const PAGE_ROWS = 50

export class SubscriptionList {
  element
  #search = ''
  #pages = new Pages(PAGE_ROWS, () => this.#poll.start())
  #table = new Table({
    label: 'Subscriptions',
    key: (row) => `${row.shared_group ?? ''} ${row.filter}`,
    columns: [
      { label: 'Filter', class: 'wide mono', text: (row) => visible(row.filter) },
      { label: 'Shared by', text: (row) => (row.shared_group ? visible(row.shared_group) : '–') },
      { label: 'Subscribers', class: 'figure', text: (row) => number(row.subscribers) }
    ]
  })

  #poll = new Poll(
    PERIOD_MS,
    (signal) =>
      get(url(['subscriptions'], { search: this.#search, limit: PAGE_ROWS, after: this.#pages.after }), signal),
    ({ subscriptions, next }) => {
      this.#pages.took(subscriptions.length, next)
      this.#table.update(
        subscriptions,
        this.#search
          ? empty('No filter has this in it.')
          : empty('No subscriptions.', 'No client subscribes to anything.')
      )
    },
    (error) => this.#table.fail(error)
  )

  constructor() {
    this.element = el(
      'div',
      {},
      el(
        'div',
        { class: 'toolbar' },
        searchField(
          'A part of the filter',
          (search) => {
            this.#search = search
            this.#pages.reset()
            this.#poll.start()
          },
          { mono: true }
        ),
        this.#pages.element
      ),
      this.#table.element
    )
  }

  show() {
    this.#poll.start()
  }

  hide() {
    this.#poll.stop()
  }
}

// The list of clients, and one of them beside it.
import { get, url } from './api.js'
import { ClientDetail } from './client.js'
import { el, empty, segments, setText } from './dom.js'
import { absolute, number, plural, relative, versions, visible } from './format.js'
import { Pages } from './pages.js'
import { Poll } from './poll.js'
import { searchField } from './search.js'
import { Table } from './table.js'

const PERIOD_MS = 4000
const PAGE_ROWS = 50

export class ClientsView {
  element
  #live
  #query = { search: '', connected: '', listener: '' }
  #pages = new Pages(PAGE_ROWS, () => this.#poll.start())
  #listeners = el('select', {
    'aria-label': 'Listener',
    change: (event) => this.#ask({ listener: event.target.value })
  })
  #count = el('span', { class: 'count' })
  #table
  #detail
  #poll

  constructor(live) {
    this.#live = live
    this.#table = new Table({
      label: 'Clients',
      columns: this.#columns(),
      key: (client) => client.id,
      open: (client) => {
        location.hash = hashOf(client.id)
      }
    })
    this.#detail = new ClientDetail(live, {
      close: () => {
        location.hash = '#/clients'
      },
      changed: () => this.#poll.start()
    })
    this.#poll = new Poll(
      PERIOD_MS,
      (signal) => get(url(['clients'], { ...this.#query, limit: PAGE_ROWS, after: this.#pages.after }), signal),
      (answer) => this.#take(answer),
      (error) => this.#table.fail(error)
    )
    this.element = el(
      'div',
      { class: 'view' },
      el('div', { class: 'view-head' }, el('h1', {}, 'Clients'), this.#count),
      el(
        'div',
        { class: 'toolbar' },
        searchField('Client id, username or address', (search) => this.#ask({ search })),
        segments(
          'Connected',
          [
            ['', 'All'],
            ['true', 'Connected'],
            ['false', 'Away']
          ],
          '',
          (connected) => this.#ask({ connected })
        ),
        this.#listeners,
        this.#pages.element
      ),
      this.#table.element,
      this.#detail.element
    )
    this.#showListeners([])
    live.addEventListener('status', () => this.#showCount())
  }

  show([id]) {
    this.#poll.start()
    this.#showCount()
    get(url(['listeners'])).then(
      ({ listeners }) => this.#showListeners(listeners),
      () => {}
    )
    this.#table.select(id)
    if (id) this.#detail.show(id)
    else this.#detail.hide()
  }

  hide() {
    this.#poll.stop()
    this.#detail.hide()
  }

  #columns() {
    const away = (client) => (client.connected ? client.connected_ms : client.disconnected_ms)
    return [
      {
        label: 'Client id',
        class: 'wide mono',
        href: (client) => hashOf(client.id),
        text: (client) => visible(client.id)
      },
      {
        label: 'State',
        class: 'when',
        fill: (cell, client) => {
          const text = away(client) === null ? '' : relative(away(client), this.#live.now()).replace(/ ago$/, '')
          cell.className = `when ${client.connected ? 'is-connected' : 'is-away'}`
          if (!cell.firstChild) cell.append(el('span', { class: 'small-unseen' }), el('span'))
          setText(cell.firstChild, client.connected ? 'Connected ' : 'Away ')
          setText(cell.lastChild, text)
          if (away(client) !== null) cell.title = absolute(away(client))
        }
      },
      {
        label: 'Username',
        class: 'optional seldom',
        text: (client) => (client.username === null ? '–' : visible(client.username))
      },
      { label: 'Address', class: 'mono optional', text: (client) => client.address ?? '–' },
      { label: 'Listener', class: 'optional seldom', text: (client) => client.listener ?? '–' },
      { label: 'MQTT', class: 'optional seldom', text: (client) => versions[client.version] ?? String(client.version) },
      {
        label: 'Subscriptions',
        class: 'figure optional',
        text: (client) => number(client.subscriptions),
        counts: true
      },
      { label: 'In flight', class: 'figure optional seldom', text: (client) => number(client.inflight), counts: true },
      { label: 'Queued', class: 'figure', text: (client) => number(client.queued), counts: true }
    ]
  }

  #ask(change) {
    Object.assign(this.#query, change)
    this.#pages.reset()
    this.#poll.start()
  }

  #take({ clients, next }) {
    const narrowed = this.#query.search || this.#query.connected || this.#query.listener
    this.#pages.took(clients.length, next)
    this.#table.update(
      clients,
      narrowed
        ? empty('No client matches.', 'The search looks for a part of the id, the username or the address.')
        : empty('No clients yet.', 'They appear here as soon as they connect.')
    )
    this.#table.select(this.#detail.id)
  }

  #showCount() {
    const { status } = this.#live
    if (status)
      setText(this.#count, `${number(status.clients_connected)} connected, ${plural(status.sessions, 'session')}`)
  }

  #showListeners(listeners) {
    const names = listeners.filter((listener) => listener.type !== 'http').map((listener) => listener.id)
    this.#listeners.replaceChildren(
      el('option', { value: '' }, 'Every listener'),
      ...names.map((name) => el('option', { value: name, selected: name === this.#query.listener }, name))
    )
  }
}

function hashOf(id) {
  return `#/clients/${encodeURIComponent(id)}`
}

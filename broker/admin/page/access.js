// Where clients come in, and who is not let in.
import { call, get, url } from './api.js'
import { attempt, confirmed } from './dialog.js'
import { el, empty, setText } from './dom.js'
import { absolute, number, relative, visible } from './format.js'
import { Poll } from './poll.js'
import { Table } from './table.js'

const PERIOD_MS = 4000
const TYPES = { tcp: 'TCP', unix: 'Unix socket', ws: 'WebSocket', http: 'HTTP' }

export class AccessView {
  element
  #listeners
  #bans
  #poll

  constructor(live) {
    this.#listeners = new Table({
      label: 'Listeners',
      key: (row) => row.id,
      columns: [
        { label: 'Listener', text: (row) => row.id },
        { label: 'Type', class: 'optional', text: (row) => (TYPES[row.type] ?? row.type) + (row.tls ? ' + TLS' : '') },
        { label: 'Address', class: 'mono wide', text: (row) => row.address },
        {
          label: 'State',
          fill: (cell, row) => {
            cell.className = row.state === 'open' ? 'is-connected' : 'is-resting'
            setText(cell, row.state === 'open' ? 'Open' : 'Resting')
            cell.title =
              row.state === 'open' ? '' : 'Full, or out of file descriptors: nobody is accepted for the moment.'
          }
        },
        { label: 'Connections', class: 'bar-cell', fill: (cell, row) => showClients(cell, row) }
      ]
    })
    this.#bans = new Table({
      label: 'Bans',
      key: (row) => row.address,
      columns: [
        { label: 'Address', class: 'mono wide', text: (row) => row.address },
        { label: 'Failed logins', class: 'figure', text: (row) => number(row.failures) },
        {
          label: 'Ends',
          class: 'when',
          text: (row) => relative(row.until_ms, live.now()),
          title: (row) => absolute(row.until_ms)
        },
        {
          label: '',
          class: 'action writes',
          fill: (cell, row) => {
            if (!cell.firstChild) {
              cell.append(
                el(
                  'button',
                  {
                    class: 'button small',
                    type: 'button',
                    'aria-label': `Lift the ban of ${row.address}`,
                    click: () => this.#lift(row.address)
                  },
                  'Lift'
                )
              )
            }
          }
        }
      ]
    })
    this.#poll = new Poll(
      PERIOD_MS,
      (signal) => Promise.all([get(url(['listeners']), signal), get(url(['bans']), signal)]),
      ([{ listeners }, { bans }]) => this.#take(listeners, bans),
      (error) => {
        this.#listeners.fail(error)
        this.#bans.fail(error)
      }
    )
    this.element = el(
      'div',
      { class: 'view' },
      el('div', { class: 'view-head' }, el('h1', {}, 'Access')),
      el('section', { class: 'block' }, el('h2', {}, 'Listeners'), this.#listeners.element),
      el('section', { class: 'block' }, el('h2', {}, 'Banned addresses'), this.#bans.element)
    )
  }

  show() {
    this.#poll.start()
  }

  hide() {
    this.#poll.stop()
  }

  #take(listeners, bans) {
    this.#listeners.update(listeners, empty('No listeners.'))
    this.#bans.update(
      bans,
      empty('Nobody is banned.', 'An address that fails to log in too often is, when [limits.login] says so.')
    )
  }

  async #lift(address) {
    const sure = await confirmed({
      title: 'Lift this ban?',
      danger: 'Lift the ban',
      text: `${visible(address)} may connect again at once.`
    })
    if (sure && (await attempt(() => call('DELETE', url(['bans'], { address })), 'Ban lifted.'))) this.#poll.start()
  }
}

function showClients(cell, { clients, maximum_clients }) {
  if (!cell.firstChild) cell.append(el('span', { class: 'bar' }, el('i')), el('span', { class: 'bar-text' }))
  const limited = maximum_clients > 0
  cell.firstChild.hidden = !limited
  cell.querySelector('i').style.width = limited ? `${Math.min(100, (100 * clients) / maximum_clients)}%` : '0'
  setText(cell.lastChild, limited ? `${number(clients)} of ${number(maximum_clients)}` : number(clients))
}

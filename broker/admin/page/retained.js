// The retained messages below a filter, one of them beside the list, and deleting them.
import { call, get, url } from './api.js'
import { attempt, confirmed, note } from './dialog.js'
import { el, empty } from './dom.js'
import { Drawer } from './drawer.js'
import { showFacts } from './facts.js'
import { absolute, bytes, plural, relative, visible } from './format.js'
import { Pages } from './pages.js'
import { payloadView } from './payload.js'
import { Poll } from './poll.js'
import { searchField } from './search.js'
import { Table } from './table.js'

const PERIOD_MS = 5000
const PAGE_ROWS = 50
const SHOWN_ELSEWHERE = ['topic', 'payload', 'payload_base64']

function hashOf(topic) {
  return `#/topics/retained/${encodeURIComponent(topic)}`
}

export class RetainedList {
  element
  #filter = '#'
  #topic = null
  #pages = new Pages(PAGE_ROWS, () => this.#poll.start())
  #table
  #poll
  #drawer

  constructor(live) {
    const time = (time_ms) => (time_ms ? relative(time_ms, live.now()) : '–')
    const title = (time_ms) => (time_ms ? absolute(time_ms) : '')
    this.#table = new Table({
      label: 'Retained messages',
      key: (row) => row.topic,
      open: (row) => {
        location.hash = hashOf(row.topic)
      },
      columns: [
        { label: 'Topic', class: 'wide mono', href: (row) => hashOf(row.topic), text: (row) => visible(row.topic) },
        { label: 'Size', class: 'figure', text: (row) => bytes(row.size_bytes) },
        { label: 'QoS', class: 'figure optional', text: (row) => String(row.qos) },
        {
          label: 'Stored',
          class: 'when optional',
          text: (row) => time(row.stored_ms),
          title: (row) => title(row.stored_ms)
        },
        {
          label: 'Expires',
          class: 'when optional',
          text: (row) => time(row.expires_ms),
          title: (row) => title(row.expires_ms)
        }
      ]
    })
    this.#poll = new Poll(
      PERIOD_MS,
      (signal) =>
        get(url(['retained'], { filter: this.#filter || '#', limit: PAGE_ROWS, after: this.#pages.after }), signal),
      (answer) => this.#take(answer),
      (error) => this.#table.fail(error)
    )
    this.#drawer = new Drawer('Retained message', () => {
      location.hash = '#/topics/retained'
    })
    this.#drawer.tools.classList.add('writes')
    this.#drawer.tools.append(
      el('button', { class: 'button danger-text', type: 'button', click: () => this.#deleteOne() }, 'Delete')
    )
    this.element = el(
      'div',
      {},
      el(
        'div',
        { class: 'toolbar' },
        searchField('Topic filter, as site/+/state or #', (filter) => this.#ask(filter), { value: '#', mono: true }),
        el(
          'button',
          { class: 'button danger-text writes', type: 'button', click: () => this.#deleteAll() },
          'Delete all that match'
        ),
        this.#pages.element
      ),
      this.#table.element,
      this.#drawer.element
    )
  }

  show([topic]) {
    this.#poll.start()
    this.#topic = topic ?? null
    this.#table.select(topic)
    if (topic) this.#showMessage(topic)
    else this.#drawer.close()
  }

  hide() {
    this.#poll.stop()
    this.#drawer.close()
  }

  #ask(filter) {
    this.#filter = filter
    this.#pages.reset()
    this.#poll.start()
  }

  #take({ retained, next }) {
    this.#pages.took(retained.length, next)
    this.#table.update(
      retained,
      this.#filter && this.#filter !== '#'
        ? empty('No retained message matches this filter.', '+ stands for one level, # for all that follow.')
        : empty(
            'No retained messages.',
            'A message that is published with "retain" is kept for those who subscribe later.'
          )
    )
    this.#table.select(this.#topic)
  }

  async #showMessage(topic) {
    this.#drawer.open(visible(topic))
    this.#drawer.body.replaceChildren(el('p', { class: 'quiet-text' }, 'Loading…'))
    try {
      const message = await get(url(['retained', 'message'], { topic }))
      if (this.#topic !== topic) return
      this.#drawer.body.replaceChildren(
        propertiesOf(message),
        el('section', { class: 'part' }, el('h3', {}, 'Payload'), payloadView(message.payload_base64, message.payload))
      )
    } catch (error) {
      this.#drawer.body.replaceChildren(
        el(
          'div',
          { class: 'fault', role: 'alert' },
          error.status === 404 ? 'This message is not here any more.' : error.message
        )
      )
    }
  }

  async #deleteOne() {
    const topic = this.#topic
    const sure = await confirmed({
      title: 'Delete this retained message?',
      danger: 'Delete',
      text: `${visible(topic)} will have no message for those who subscribe later. Subscribers get an empty message.`
    })
    if (sure && (await attempt(() => call('DELETE', url(['retained'], { topic })), 'Retained message deleted.'))) {
      location.hash = '#/topics/retained'
      this.#poll.start()
    }
  }

  async #deleteAll() {
    const filter = this.#filter || '#'
    const sure = await confirmed({
      title: 'Delete all that match?',
      danger: 'Delete all',
      text:
        `Every retained message that ${visible(filter)} matches is deleted, also those that are not on this page. ` +
        `Subscribers get an empty message for each.`
    })
    if (!sure) return
    await attempt(async () => {
      const { deleted } = await call('DELETE', url(['retained'], { filter }))
      note(`${plural(deleted, 'retained message')} deleted.`)
    })
    this.#pages.reset()
    this.#poll.start()
  }
}

// What there is to say of a message besides its topic and its payload.
function propertiesOf({ properties, ...message }) {
  const rows = []
  for (const [name, value] of Object.entries({ ...message, ...properties })) {
    if (SHOWN_ELSEWHERE.includes(name) || value === null || value === false) continue
    rows.push([labelOf(name), visible(textOf(name, value))])
  }
  const list = el('dl', { class: 'facts' })
  showFacts(list, rows)
  return el('section', { class: 'part' }, el('h3', {}, 'Message'), list)
}

function labelOf(name) {
  if (name === 'qos') return 'QoS'
  const words = name.replace(/_(ms|s|bytes|base64)$/, '').replaceAll('_', ' ')
  return words[0].toUpperCase() + words.slice(1)
}

function textOf(name, value) {
  if (name === 'user_properties') return value.map(([key, text]) => `${key}: ${text}`).join(' · ')
  if (name.endsWith('_ms')) return absolute(value)
  return name.endsWith('_bytes') ? bytes(value) : String(value)
}

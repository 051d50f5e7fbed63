// Everything about one client.
import { call, get, url } from './api.js'
import { attempt, confirmed } from './dialog.js'
import { el, setText } from './dom.js'
import { Drawer } from './drawer.js'
import { showFacts } from './facts.js'
import {
  absolute,
  byteRate,
  bytes,
  count,
  expiry,
  number,
  rate,
  reasonText,
  relative,
  seconds,
  versions,
  visible
} from './format.js'
import { Poll } from './poll.js'
import { Table } from './table.js'
import { Trace } from './trace.js'

const PERIOD_MS = 2000
const RETAIN_HANDLING = ['', 'no retained if known', 'no retained']

function optionsOf(subscription) {
  return [
    subscription.no_local ? 'no local' : '',
    subscription.retain_as_published ? 'retain as published' : '',
    RETAIN_HANDLING[subscription.retain_handling] ?? '',
    subscription.identifier ? `identifier ${subscription.identifier}` : ''
  ]
    .filter(Boolean)
    .join(', ')
}

function section(title, ...children) {
  const heading = el('h3', {}, title)
  const element = el('section', { class: 'part' }, heading, ...children)
  return { element, heading }
}

export class ClientDetail {
  id = null
  #live
  #drawer
  #changed
  #poll
  #facts = el('dl', { class: 'facts' })
  #longFacts = el('dl', { class: 'facts single' })
  #dropped = el('dl', { class: 'facts' })
  #content = el('div', {})
  #fault = el('div', { class: 'fault', role: 'alert', hidden: true })
  #disconnect
  #traffic = new Table({
    label: 'Traffic',
    key: (row) => row.name,
    loading: false,
    columns: [
      { label: '', text: (row) => row.name },
      {
        label: 'Now',
        class: 'figure',
        text: (row) => (row.rates ? `${rate(row.rates[0])} · ${byteRate(row.rates[1])}` : '–')
      },
      { label: 'Messages', class: 'figure', text: (row) => count(row.messages), title: (row) => number(row.messages) },
      { label: 'Bytes', class: 'figure optional', text: (row) => bytes(row.bytes), title: (row) => number(row.bytes) },
      {
        label: 'Packets',
        class: 'figure optional',
        text: (row) => count(row.packets),
        title: (row) => number(row.packets)
      }
    ]
  })

  #subscriptions = new Table({
    label: 'Subscriptions',
    key: (row) => row.filter,
    loading: false,
    columns: [
      { label: 'Filter', class: 'wide mono', text: (row) => visible(row.filter) },
      { label: 'QoS', class: 'figure', text: (row) => String(row.qos) },
      { label: 'Options', class: 'flow', text: optionsOf }
    ]
  })

  #inflight = new Table({
    label: 'In flight',
    key: (row) => row.packet_id,
    loading: false,
    columns: [
      { label: 'Packet id', class: 'figure', text: (row) => String(row.packet_id) },
      { label: 'Topic', class: 'wide mono', text: (row) => visible(row.topic) },
      { label: 'QoS', class: 'figure', text: (row) => String(row.qos) },
      {
        label: 'State',
        class: 'flow',
        text: (row) => row.state.replace(/^(\w+)_awaited$/, (_, name) => `awaits ${name.toUpperCase()}`)
      },
      { label: 'Size', class: 'figure', text: (row) => bytes(row.size_bytes) }
    ]
  })

  #queue = new Table({
    label: 'Queue',
    key: (row) => row.place,
    loading: false,
    columns: [
      { label: 'Topic', class: 'wide mono', text: (row) => visible(row.topic) },
      { label: 'QoS', class: 'figure', text: (row) => String(row.qos) },
      { label: 'Size', class: 'figure', text: (row) => bytes(row.size_bytes) }
    ]
  })

  #subscriptionPart = section('Subscriptions', this.#subscriptions.element)
  #inflightPart = section('In flight', this.#inflight.element)
  #queuePart = section('Queue', this.#queue.element)
  #droppedPart = section('Dropped', this.#dropped)
  #trace = new Trace()

  // close() is told when the user closes it, changed() after something was done to the client.
  constructor(live, { close, changed }) {
    this.#live = live
    this.#changed = changed
    this.#drawer = new Drawer('Client', close)
    this.#disconnect = el('button', { class: 'button', type: 'button', click: () => this.#kick() }, 'Disconnect')
    this.#drawer.tools.classList.add('writes')
    this.#drawer.tools.append(
      this.#disconnect,
      el('button', { class: 'button danger-text', type: 'button', click: () => this.#drop() }, 'Drop session')
    )
    this.#content.append(
      section('Session', this.#facts, this.#longFacts).element,
      section('Traffic', this.#traffic.element).element,
      this.#droppedPart.element,
      this.#subscriptionPart.element,
      this.#inflightPart.element,
      this.#queuePart.element,
      this.#trace.element
    )
    this.#drawer.body.append(this.#fault, this.#content)
    this.#poll = new Poll(
      PERIOD_MS,
      (signal) => get(url(['client'], { id: this.id }), signal),
      (client) => this.#take(client),
      (error) => this.#fail(error)
    )
  }

  get element() {
    return this.#drawer.element
  }

  show(id) {
    if (id !== this.id) {
      this.id = id
      this.#content.hidden = true
      this.#fault.hidden = true
      this.#drawer.body.scrollTop = 0
      this.#trace.follow(id)
    }
    this.#drawer.open(visible(id))
    this.#poll.start()
  }

  hide() {
    this.id = null
    this.#poll.stop()
    this.#trace.stop()
    this.#drawer.close()
  }

  #take(client) {
    this.#content.hidden = false
    this.#fault.hidden = true
    this.#drawer.tools.hidden = false
    this.#disconnect.hidden = !client.connected
    this.#showSession(client)
    this.#showTraffic(client)
    this.#show(
      this.#subscriptionPart,
      this.#subscriptions,
      client.subscription_list,
      client.subscriptions,
      'No subscriptions.'
    )
    this.#show(
      this.#inflightPart,
      this.#inflight,
      client.inflight_list,
      client.inflight,
      'Nothing waits for an acknowledgement.'
    )
    this.#show(
      this.#queuePart,
      this.#queue,
      client.queue_list.map((row, place) => ({ ...row, place })),
      client.queued,
      'Nothing waits for the client.'
    )
    this.#trace.set(client.trace)
  }

  #fail(error) {
    setText(
      this.#fault,
      error.status === 404
        ? 'This client is not here any more: it has neither a connection nor a session.'
        : error.message
    )
    this.#fault.hidden = false
    if (error.status !== 404) return
    this.#content.hidden = true
    this.#drawer.tools.hidden = true
  }

  #show(part, table, rows, all, nothing) {
    setText(part.heading, `${part.heading.textContent.replace(/ \(.*$/, '')}${all > 0 ? ` (${number(all)})` : ''}`)
    table.update(rows, el('p', { class: 'quiet-text' }, nothing))
  }

  #showSession(client) {
    const since = (time_ms) => (time_ms === null ? '–' : relative(time_ms, this.#live.now()))
    const title = (time_ms) => (time_ms === null ? '' : absolute(time_ms))
    showFacts(this.#facts, [
      client.connected
        ? ['Connected', since(client.connected_ms), title(client.connected_ms)]
        : ['Away since', since(client.disconnected_ms), title(client.disconnected_ms)],
      ['Username', client.username === null ? '–' : visible(client.username)],
      ['Address', client.address ?? '–'],
      ['Listener', client.listener ?? '–'],
      ['MQTT', versions[client.version] ?? String(client.version)],
      ['Keep-alive', client.keepalive_s === 0 ? 'off' : seconds(client.keepalive_s)],
      ['Clean start', client.clean_start ? 'yes' : 'no'],
      ['Session expiry', expiry(client.session_expiry_s)],
      ['In the queue', bytes(client.queued_bytes)],
      ['For the socket', bytes(client.output_bytes)]
    ])
    showFacts(this.#longFacts, [
      ['TLS', client.tls ? Object.values(client.tls).filter(Boolean).map(visible).join(' · ') : 'no'],
      [
        'Will',
        client.will
          ? `${visible(client.will.topic)} · QoS ${client.will.qos}${client.will.retain ? ' · retain' : ''}` +
            `${client.will.delay_s ? ` · after ${seconds(client.will.delay_s)}` : ''}`
          : 'none'
      ]
    ])
  }

  #showTraffic(client) {
    const { rates, received, sent } = client
    this.#traffic.update([
      {
        name: 'From the client',
        ...received,
        rates: rates && [rates.messages_received_per_s, rates.bytes_received_per_s]
      },
      { name: 'To the client', ...sent, rates: rates && [rates.messages_sent_per_s, rates.bytes_sent_per_s] }
    ])
    const dropped = Object.entries(client.dropped).filter(([, many]) => many > 0)
    this.#droppedPart.element.hidden = dropped.length === 0
    showFacts(
      this.#dropped,
      dropped.map(([reason, many]) => [reasonText(reason), number(many)])
    )
  }

  async #kick() {
    const { id } = this
    const sure = await confirmed({
      title: 'Disconnect this client?',
      danger: 'Disconnect',
      text: `${visible(id)} is told so and may connect again. Its session stays if it is to outlive the connection.`
    })
    if (sure && (await attempt(() => call('POST', url(['client', 'disconnect'], { id }), {}), 'Client disconnected.')))
      this.#done()
  }

  async #drop() {
    const { id } = this
    const sure = await confirmed({
      title: 'Drop this session?',
      danger: 'Drop session',
      text: `${visible(id)} is disconnected, and its subscriptions and everything that waits for it are gone for good.`
    })
    if (sure && (await attempt(() => call('DELETE', url(['client'], { id })), 'Session dropped.'))) this.#done()
  }

  #done() {
    this.#poll.start()
    this.#changed()
  }
}

// How the broker does: a row of figures, charts of the last minutes, and the totals.
import { ChartGroup } from './chart.js'
import { el, reconcile, segments, setText } from './dom.js'
import { showFacts } from './facts.js'
import { absolute, byteRate, bytes, count, micros, number, plural, rate, reasonText, relative } from './format.js'

const CALM_S = 5 // rates above the charts are means of so many seconds
const CALM = `Mean of the last ${CALM_S} seconds`
const SPANS = [
  [60000, '1 min'],
  [300000, '5 min'],
  [900000, '15 min']
]
const percentile = (name) => (point) => point.latency?.[name] ?? null
const member = (name) => (point) => point[name] ?? null

const WIDE_CHARTS = [
  {
    title: 'Messages',
    format: rate,
    area: true,
    least: 10,
    lines: [
      { label: 'out', tone: 'tone-b', value: member('messages_sent_per_s') },
      { label: 'in', tone: 'tone-a', value: member('messages_received_per_s') }
    ]
  },
  {
    title: 'Traffic',
    format: byteRate,
    base: 1024,
    area: true,
    least: 1024,
    lines: [
      { label: 'out', tone: 'tone-b', value: member('bytes_sent_per_s') },
      { label: 'in', tone: 'tone-a', value: member('bytes_received_per_s') }
    ]
  }
]
const SMALL_CHARTS = [
  {
    title: 'Latency',
    format: micros,
    least: 100,
    lines: [
      { label: 'p99', tone: 'tone-p99', value: percentile('p99_us') },
      { label: 'p95', tone: 'tone-p95', value: percentile('p95_us') },
      { label: 'p50', tone: 'tone-p50', value: percentile('p50_us') }
    ]
  },
  {
    title: 'Clients',
    format: count,
    least: 4,
    area: true,
    lines: [{ label: 'connected', tone: 'tone-a', value: member('clients_connected') }]
  },
  {
    title: 'Waiting',
    format: count,
    least: 4,
    lines: [
      { label: 'queued', tone: 'tone-b', value: member('queued') },
      { label: 'in flight', tone: 'tone-a', value: member('inflight') }
    ]
  },
  {
    title: 'Dropped',
    format: rate,
    least: 1,
    area: true,
    lines: [{ label: '', tone: 'tone-bad', value: member('dropped_per_s') }]
  },
  {
    title: 'Loop lag',
    format: micros,
    least: 100,
    area: true,
    lines: [{ label: 'p99', tone: 'tone-a', value: member('loop_lag_p99_us') }]
  },
  {
    title: 'Memory',
    format: bytes,
    base: 1024,
    least: 1048576,
    area: true,
    lines: [{ label: 'resident', tone: 'tone-a', value: member('memory_bytes') }]
  }
]

class Tile {
  #value = el('span', { class: 'tile-value' })
  #sub = el('span', { class: 'tile-sub' })
  element

  constructor(label, href, title = null) {
    this.element = el('a', { class: 'tile', href, title }, el('span', { class: 'tile-label' }, label), this.#value, this.#sub)
  }

  show(value, sub, bad = false) {
    const [figure, unit = ''] = value.split(/(?<=[\d–])\u00a0?(?=[^\d.\u202f]+$)/)
    this.#value.replaceChildren(figure, unit ? el('small', {}, unit) : '')
    setText(this.#sub, sub)
    this.element.classList.toggle('bad', bad)
  }
}

export class Overview {
  element
  #live
  #charts = new ChartGroup()
  #spans
  #spanIsChosen = false
  #tiles = {
    clients: new Tile('Clients', '#/clients'),
    received: new Tile('Messages in', '#/topics', CALM),
    sent: new Tile('Messages out', '#/topics', CALM),
    latency: new Tile('Latency p99', '#/plugins'),
    queued: new Tile('Queued', '#/clients'),
    dropped: new Tile('Dropped', '#/log', CALM)
  }

  #facts = el('dl', { class: 'facts' })
  #reasons = el('ul', { class: 'bars' })
  #trouble = el(
    'div',
    { class: 'fault', role: 'alert', hidden: true },
    'The store fails: what needs it is not acknowledged until it works again. The log says why.'
  )

  constructor(live) {
    this.#live = live
    this.#spans = segments('Time shown', SPANS, SPANS.at(-1)[0], (span_ms) => {
      this.#spanIsChosen = true
      this.#charts.show(span_ms)
    })
    this.element = el(
      'div',
      { class: 'view' },
      el('div', { class: 'view-head' }, el('h1', {}, 'Overview'), this.#spans),
      this.#trouble,
      el(
        'div',
        { class: 'tiles' },
        Object.values(this.#tiles).map((tile) => tile.element)
      ),
      el(
        'div',
        { class: 'charts wide' },
        WIDE_CHARTS.map((options) => this.#charts.add(options))
      ),
      el(
        'div',
        { class: 'charts' },
        SMALL_CHARTS.map((options) => this.#charts.add(options))
      ),
      el(
        'div',
        { class: 'pair' },
        el('section', { class: 'panel' }, el('h2', {}, 'Since the start'), this.#facts),
        el('section', { class: 'panel' }, el('h2', {}, 'Dropped messages'), this.#reasons)
      )
    )
    live.addEventListener('sample', () => this.#draw())
    live.addEventListener('status', () => this.#showTotals())
  }

  show() {
    this.#draw()
    this.#showTotals()
  }

  hide() {
    this.#charts.cursor.move(null)
  }

  #draw() {
    const { samples, status } = this.#live
    const now = samples.latest()
    if (!this.element.isConnected || document.hidden || now === null || status === null) return
    this.#fitSpan(now.time_ms - samples.points[0].time_ms)
    this.#charts.draw(samples.points)
    const mean = (name) => samples.mean(name, CALM_S)
    this.#tiles.clients.show(number(now.clients_connected), plural(status.sessions, 'session'))
    this.#tiles.received.show(rate(mean('messages_received_per_s')), byteRate(mean('bytes_received_per_s')))
    this.#tiles.sent.show(rate(mean('messages_sent_per_s')), byteRate(mean('bytes_sent_per_s')))
    this.#tiles.latency.show(
      micros(now.latency?.p99_us),
      now.latency ? `p50 ${micros(now.latency.p50_us)}` : 'none measured'
    )
    this.#tiles.queued.show(count(now.queued), `${count(now.inflight)} in flight`)
    const dropping = mean('dropped_per_s')
    this.#tiles.dropped.show(rate(dropping), `${count(now.dropped)} since the start`, dropping > 0)
  }

  // Until the user chooses, charts are no longer than what there is to show.
  #fitSpan(known_ms) {
    if (this.#spanIsChosen) return
    const [span_ms] = SPANS.find(([span]) => span >= known_ms) ?? SPANS.at(-1)
    this.#charts.span_ms = span_ms
    this.#spans.querySelector(`[value="${span_ms}"]`).checked = true
  }

  #showTotals() {
    const { status } = this.#live
    if (!this.element.isConnected || status === null) return
    this.#trouble.hidden = !status.store_failing
    const facts = [
      ['Started', relative(status.started_ms, this.#live.now()), absolute(status.started_ms)],
      ['Version', status.version],
      ['Workers', number(status.workers)],
      ['Plugins', number(status.plugins)],
      ['Subscriptions', number(status.subscriptions)],
      ['Retained', number(status.retained)],
      ['Messages in', count(status.messages_received), number(status.messages_received)],
      ['Messages out', count(status.messages_sent), number(status.messages_sent)],
      ['Bytes in', bytes(status.bytes_received), number(status.bytes_received)],
      ['Bytes out', bytes(status.bytes_sent), number(status.bytes_sent)]
    ]
    showFacts(this.#facts, facts)
    this.#showReasons(status.dropped)
  }

  #showReasons(dropped) {
    const rows = Object.entries(dropped).sort(([, a], [, b]) => b - a)
    const most = Math.max(1, ...rows.map(([, many]) => many))
    reconcile(
      this.#reasons,
      rows,
      ([reason]) => reason,
      ([reason]) => el('li', {}, el('span', {}, reasonText(reason)), el('span', { class: 'bar' }, el('i')), el('b')),
      (line, [, many]) => {
        line.classList.toggle('none', many === 0)
        line.querySelector('i').style.width = `${(100 * many) / most}%`
        setText(line.querySelector('b'), count(many))
      }
    )
  }
}

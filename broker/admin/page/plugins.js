// The plugins, what they cost, and reading the configuration again.
import { call, get, url } from './api.js'
import { note } from './dialog.js'
import { el, empty, reconcile, setText } from './dom.js'
import { showFacts } from './facts.js'
import { absolute, count, nanos, number, relative, visible } from './format.js'
import { icon } from './icons.js'
import { Poll } from './poll.js'
import { Table } from './table.js'

const TIMED_LEAST = 20

// The times, if so many calls were timed that a percentile says something.
function enough(time) {
  return time && time.calls >= TIMED_LEAST ? time : null
}

const PERIOD_MS = 3000

// A cell of a bar and a text; share is of the longest bar.
function fillBar(cell, share, text) {
  if (!cell.firstChild) cell.append(el('span', { class: 'bar' }, el('i')), el('span', { class: 'bar-text' }))
  cell.querySelector('i').style.width = `${100 * share}%`
  setText(cell.lastChild, text)
}

// Calls that were not timed count as the mean of those of their event that were.
function totalOf({ calls, time }) {
  if (!time || time.calls === 0) return 0
  return time.total_ns * Math.max(1, calls / time.calls)
}

function rowsOf(plugin) {
  const rows = plugin.events
    .map((event) => ({ ...event, total_ns: totalOf(event) }))
    .filter((event) => event.calls > 0)
    .sort((a, b) => b.total_ns - a.total_ns || b.calls - a.calls)
  const most = Math.max(1, ...rows.map((row) => row.total_ns))
  return rows.map((row) => ({ ...row, share: row.total_ns / most }))
}

class PluginCard {
  element
  #name = el('h2')
  #phase = el('span', { class: 'badge' })
  #time = el('div', { class: 'plugin-time' })
  #failure = el('div', { class: 'fault', hidden: true })
  #facts = el('dl', { class: 'facts' })
  #events = new Table({
    label: 'Events',
    key: (row) => row.event,
    loading: false,
    columns: [
      { label: 'Event', class: 'mono breaks', text: (row) => row.event },
      { label: 'Calls', class: 'figure optional', text: (row) => count(row.calls), title: (row) => number(row.calls) },
      {
        label: 'Time in all',
        class: 'bar-cell',
        fill: (cell, row) => fillBar(cell, row.share, row.time ? nanos(row.total_ns) : '–')
      },
      { label: 'p50', class: 'figure', text: (row) => nanos(enough(row.time)?.p50_ns) },
      { label: 'p99', class: 'figure', text: (row) => nanos(enough(row.time)?.p99_ns) },
      { label: 'Longest', class: 'figure optional', text: (row) => nanos(row.time?.max_ns) }
    ]
  })

  constructor() {
    this.element = el(
      'details',
      { class: 'panel plugin' },
      el('summary', {}, this.#name, this.#phase, this.#time),
      this.#failure,
      this.#events.element,
      this.#facts
    )
  }

  show(plugin, share, now_ms) {
    setText(this.#name, visible(plugin.id))
    setText(this.#phase, plugin.phase)
    this.#phase.classList.toggle('bad', plugin.failure !== null)
    fillBar(
      this.#time,
      share,
      plugin.time_ns === null
        ? `${count(plugin.calls)} calls`
        : `${nanos(plugin.time_ns)} in ${count(plugin.calls)} calls`
    )
    this.#failure.hidden = plugin.failure === null
    setText(this.#failure, plugin.failure === null ? '' : visible(plugin.failure))
    this.#events.update(rowsOf(plugin), el('p', { class: 'quiet-text' }, 'It was not called yet.'))
    showFacts(this.#facts, [
      ['Plugin', visible([plugin.name, plugin.version].filter(Boolean).join(' ') || null)],
      ['Since', relative(plugin.since_ms, now_ms), absolute(plugin.since_ms)],
      ['Failures', number(plugin.failures)],
      ['Time-outs', number(plugin.timeouts)],
      ['Deferred', `${number(plugin.deferred)}, ${number(plugin.outstanding)} not answered yet`],
      ['Required', plugin.required ? 'yes' : 'no'],
      ['Concurrent', plugin.concurrent ? 'yes' : 'no, one call at a time'],
      ['ABI', String(plugin.abi)],
      ['File', visible(plugin.file)],
      ['Configured in', visible(plugin.source)]
    ])
  }
}

export class PluginsView {
  element
  #live
  #list = el('div', { class: 'plugins' })
  #note = el('div', {})
  #hint = el(
    'p',
    { class: 'quiet-text', hidden: true },
    'No call was timed yet. One in 128 is, or each with ',
    el('code', {}, 'plugin_times = true'),
    ' in ',
    el('code', {}, '[stats]'),
    '.'
  )
  #faults = el('div', { role: 'alert' })
  #cards = new WeakMap()
  #button
  #poll = new Poll(
    PERIOD_MS,
    (signal) => get(url(['plugins']), signal),
    (answer) => this.#take(answer),
    (error) => this.#note.replaceChildren(el('div', { class: 'fault', role: 'alert' }, error.message))
  )

  constructor(live) {
    this.#live = live
    this.#button = el(
      'button',
      { class: 'button writes', type: 'button', click: () => this.#reload() },
      icon('reload'),
      'Reload configuration'
    )
    this.element = el(
      'div',
      { class: 'view' },
      el('div', { class: 'view-head' }, el('h1', {}, 'Plugins'), this.#button),
      this.#faults,
      this.#hint,
      this.#note,
      this.#list
    )
  }

  show() {
    this.#poll.start()
  }

  hide() {
    this.#poll.stop()
  }

  #take({ plugins }) {
    this.#note.replaceChildren(
      ...(plugins.length === 0 ? [empty('No plugins.', 'Without one that allows it, nobody may connect.')] : [])
    )
    this.#hint.hidden = plugins.length === 0 || plugins.some((plugin) => plugin.time_ns !== null)
    const weight = (plugin) => plugin.time_ns ?? plugin.calls
    const sorted = [...plugins].sort((a, b) => weight(b) - weight(a))
    const most = Math.max(1, ...sorted.map(weight))
    reconcile(
      this.#list,
      sorted,
      (plugin) => plugin.id,
      (plugin) => {
        const card = new PluginCard()
        card.element.open = plugin === sorted[0] || plugin.failure !== null
        this.#cards.set(card.element, card)
        return card.element
      },
      (element, plugin) => this.#cards.get(element).show(plugin, weight(plugin) / most, this.#live.now())
    )
  }

  async #reload() {
    this.#button.disabled = true
    this.#faults.replaceChildren()
    try {
      this.#take(await call('POST', url(['reload'])))
      note('The configuration was read again.')
    } catch (error) {
      this.#faults.replaceChildren(
        el(
          'div',
          { class: 'fault' },
          el('p', {}, el('strong', {}, 'Not reloaded: '), visible(error.message)),
          error.faults.length > 0
            ? el(
                'ul',
                { class: 'mono' },
                error.faults.map((fault) => el('li', {}, visible(fault)))
              )
            : null
        )
      )
    } finally {
      this.#button.disabled = false
    }
  }
}

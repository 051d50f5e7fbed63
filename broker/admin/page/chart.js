// A small line chart of what happened lately. All charts of a group show the same time and share one cursor.
import { el, setText, svg } from './dom.js'
import { clock } from './format.js'
import { areaOf, columns, niceTop, pathOf, timeSteps } from './scale.js'

const COLUMN_PX = 2
const FOOT_PX = 18 // for the times
const HEAD_PX = 8
const TIME_PX = 26 // half of a time
const LETTER_PX = 6 // of the values beside the chart

// The time under the pointer, or null; charts listen to its `move`.
class Cursor extends EventTarget {
  time_ms = null
  chart = null // where the pointer is

  move(time_ms, chart = null) {
    this.time_ms = time_ms
    this.chart = chart
    this.dispatchEvent(new Event('move'))
  }
}

export class ChartGroup {
  charts = []
  span_ms = 15 * 60 * 1000
  cursor = new Cursor()
  #points = []

  add(options) {
    const chart = new Chart(this, options)
    this.charts.push(chart)
    return chart.element
  }

  draw(points) {
    this.#points = points
    for (const chart of this.charts) chart.draw(points)
  }

  show(span_ms) {
    this.span_ms = span_ms
    this.draw(this.#points)
  }
}

// options: title, lines: [{ label, value(point), tone }], format(value), base (1000 or 1024), least (what the axis
// reaches at least), area (whether the first line is filled).
class Chart {
  element
  #group
  #options
  #points = []
  #found = [] // the columns of each line
  #box
  #rules = svg('g')
  #texts = svg('g', { class: 'texts' })
  #lines
  #area = svg('path', { class: 'area' })
  #mark = svg('g', { class: 'mark' })
  #values
  #width = 0
  #height = 0
  // From times and values to places in the box, and back; there is none before the first drawing.
  #x = null
  #y = null
  #time = null

  constructor(group, options) {
    this.#group = group
    this.#options = options
    this.#lines = options.lines.map((line) => svg('path', { class: `line ${line.tone}` }))
    this.#area.classList.add(options.lines[0].tone)
    this.#box = svg(
      'svg',
      { class: 'plot', role: 'img', tabindex: 0, 'aria-label': options.title },
      this.#rules,
      options.area ? this.#area : null,
      this.#lines,
      this.#texts,
      this.#mark
    )
    this.#values = options.lines.map(() => el('span', { class: 'value' }))
    this.element = el(
      'figure',
      { class: 'chart' },
      el(
        'figcaption',
        {},
        el('h3', {}, options.title),
        el(
          'div',
          { class: 'legend' },
          options.lines.map((line, at) =>
            el(
              'span',
              { class: 'key' },
              line.label ? [el('i', { class: `swatch ${line.tone}` }), el('span', {}, line.label)] : null,
              this.#values[at]
            )
          )
        )
      ),
      this.#box
    )
    this.#listen()
  }

  draw(points) {
    this.#points = points
    if (this.#width === 0 || points.length === 0) return
    const { lines, base, least, format } = this.#options
    const to_ms = points.at(-1).time_ms
    const from_ms = to_ms - this.#group.span_ms
    const width_ms = Math.max(1000, Math.round(this.#group.span_ms / (this.#width / COLUMN_PX) / 1000) * 1000)
    this.#found = lines.map((line) => columns(points, line.value, from_ms, width_ms))
    const largest = Math.max(0, ...this.#found.flat().map((point) => point.value ?? 0))
    const top = niceTop(largest, base ?? 1000, least ?? 1)
    const floor = this.#height - FOOT_PX
    const left = Math.max(...[top, top / 2].map((value) => format(value).length)) * LETTER_PX + 10
    const span = this.#width - left - 1
    this.#x = (time_ms) => left + ((time_ms - from_ms) / this.#group.span_ms) * span
    this.#y = (value) => HEAD_PX + (floor - HEAD_PX) * (1 - value / top)
    this.#time = (x) => from_ms + (Math.max(0, x - left) / span) * this.#group.span_ms
    this.#drawGrid(from_ms, to_ms, top, left)
    this.#lines.forEach((path, at) => path.setAttribute('d', pathOf(this.#found[at], this.#x, this.#y)))
    this.#area.setAttribute('d', areaOf(this.#found[0], this.#x, this.#y))
    this.#drawCursor()
  }

  #drawGrid(from_ms, to_ms, top, left) {
    const rules = []
    const texts = []
    for (const part of [0, 0.5, 1]) {
      const y = Math.round(this.#y(top * part)) + 0.5
      rules.push(svg('path', { class: part === 0 ? 'floor' : 'rule', d: `M${left} ${y}H${this.#width}` }))
      texts.push(
        svg(
          'text',
          { x: left - 7, y: y + 3.5, 'text-anchor': 'end' },
          part === 0 ? '0' : this.#options.format(top * part)
        )
      )
    }
    for (const time_ms of timeSteps(from_ms, to_ms, this.#width / 80)) {
      const x = this.#x(time_ms)
      if (x < left + TIME_PX || x > this.#width - TIME_PX) continue
      rules.push(svg('path', { class: 'tick', d: `M${x.toFixed(1)} ${this.#y(0)}v4` }))
      texts.push(
        svg(
          'text',
          { x: x.toFixed(1), y: this.#height - 2, 'text-anchor': 'middle' },
          clock(time_ms, this.#group.span_ms < 300000)
        )
      )
    }
    this.#rules.replaceChildren(...rules)
    this.#texts.replaceChildren(...texts)
  }

  // What the lines are at the cursor, or now.
  #drawCursor() {
    if (this.#found.length === 0) return
    const { lines, format, title } = this.#options
    const { time_ms: wanted_ms, chart } = this.#group.cursor
    const last = this.#points.at(-1)
    let time_ms = last.time_ms
    let values = lines.map((line) => line.value(last))
    if (wanted_ms !== null) {
      const place = nearest(this.#found[0], wanted_ms)
      time_ms = this.#found[0][place].time_ms
      values = this.#found.map((column) => column[place].value)
    }
    values.forEach((value, at) => setText(this.#values[at], format(value)))
    this.#mark.replaceChildren(...(wanted_ms === null ? [] : this.#marks(time_ms, values, chart === this)))
    const said = lines.map((line, at) => `${line.label} ${format(values[at])}`).join(', ')
    this.#box.setAttribute('aria-label', `${title} at ${clock(time_ms)}: ${said}`)
  }

  #marks(time_ms, values, withTime) {
    const x = this.#x(time_ms)
    const parts = [svg('path', { d: `M${x.toFixed(1)} ${HEAD_PX}V${this.#y(0)}` })]
    values.forEach((value, at) => {
      const { tone } = this.#options.lines[at]
      if (value !== null) parts.push(svg('circle', { class: tone, cx: x, cy: this.#y(value), r: 3 }))
    })
    if (withTime) {
      const isLeft = x > this.#width / 2
      const place = { x: x + (isLeft ? -7 : 7), y: HEAD_PX + 9, 'text-anchor': isLeft ? 'end' : 'start' }
      parts.push(svg('text', place, clock(time_ms)))
    }
    return parts
  }

  #listen() {
    new ResizeObserver(() => {
      const { width, height } = this.#box.getBoundingClientRect()
      if (width === 0 || (width === this.#width && height === this.#height)) return
      this.#width = width
      this.#height = height
      this.#box.setAttribute('viewBox', `0 0 ${width} ${height}`)
      this.draw(this.#points)
    }).observe(this.#box)
    const { cursor } = this.#group
    cursor.addEventListener('move', () => this.#drawCursor())
    const follow = (event) => {
      if (this.#time) cursor.move(this.#time(event.clientX - this.#box.getBoundingClientRect().left), this)
    }
    this.#box.addEventListener('pointermove', follow)
    this.#box.addEventListener('pointerdown', follow)
    this.#box.addEventListener('pointerleave', () => cursor.move(null))
    this.#box.addEventListener('blur', () => cursor.move(null))
    this.#box.addEventListener('keydown', (event) => this.#onKey(event))
  }

  #onKey(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1 }
    const { cursor } = this.#group
    if (event.key === 'Escape') return cursor.move(null)
    if (!(event.key in steps) || this.#points.length === 0) return
    event.preventDefault()
    const step_ms = (steps[event.key] * this.#group.span_ms) / 90
    const last_ms = this.#points.at(-1).time_ms
    cursor.move(Math.min(Math.max((cursor.time_ms ?? last_ms) + step_ms, last_ms - this.#group.span_ms), last_ms))
  }
}

// The place of the column that is nearest to a time.
function nearest(columns, time_ms) {
  let low = 0
  let high = columns.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (columns[middle].time_ms < time_ms) low = middle + 1
    else high = middle
  }
  const before = Math.max(0, low - 1)
  return time_ms - columns[before].time_ms < columns[low].time_ms - time_ms ? before : low
}

// The end of the broker's log, as it grows.
import { call, url } from './api.js'
import { attempt } from './dialog.js'
import { el, empty, segments } from './dom.js'
import { absolute, clock, number, visible } from './format.js'
import { searchField } from './search.js'

const LEVELS = ['debug', 'info', 'warn', 'error']
const LEVEL_TEXTS = { debug: 'All', info: 'Info', warn: 'Warnings', error: 'Errors' }
const SHOWN = 1000

export class LogView {
  element
  #live
  #least = 'debug'
  #search = ''
  #follow = true
  #pending = false
  #newest = null // the last line that was looked at
  #list = el('ol', { class: 'log', tabindex: 0, 'aria-label': 'Log', scroll: () => this.#onScroll() })
  #nothing = el('div', {})
  #jump
  #level

  constructor(live) {
    this.#live = live
    this.#level = el(
      'select',
      { id: 'log-level', change: (event) => this.#setLevel(event.target.value) },
      LEVELS.map((level) => el('option', { value: level }, level))
    )
    this.#jump = el(
      'button',
      { class: 'button jump', type: 'button', hidden: true, click: () => this.#toEnd() },
      'Newest lines'
    )
    this.element = el(
      'div',
      { class: 'view log-view' },
      el(
        'div',
        { class: 'view-head' },
        el('h1', {}, 'Log'),
        el('div', { class: 'inline-field writes' }, el('label', { for: 'log-level' }, 'Log level'), this.#level)
      ),
      el(
        'div',
        { class: 'toolbar' },
        searchField('A part of the line', (search) => {
          this.#search = search.toLowerCase()
          this.#showAll()
        }),
        segments(
          'Least level',
          LEVELS.map((level) => [level, LEVEL_TEXTS[level]]),
          'debug',
          (level) => {
            this.#least = level
            this.#showAll()
          }
        )
      ),
      el('div', { class: 'log-box' }, this.#list, this.#nothing, this.#jump)
    )
    live.addEventListener('log', () => this.#showSoon())
    live.addEventListener('status', () => this.#showLevel())
  }

  show() {
    this.#showLevel()
    this.#showAll()
    this.#toEnd()
  }

  hide() {}

  #wanted(line) {
    return (
      LEVELS.indexOf(line.level) >= LEVELS.indexOf(this.#least) &&
      (this.#search === '' || `${line.module} ${line.text}`.toLowerCase().includes(this.#search))
    )
  }

  // Lines that come in one rush are drawn at once.
  #showSoon() {
    if (this.#pending || !this.element.isConnected) return
    this.#pending = true
    requestAnimationFrame(() => {
      this.#pending = false
      this.#showNew()
    })
  }

  #showAll() {
    this.#list.replaceChildren()
    this.#newest = null
    this.#showNew()
  }

  #showNew() {
    const { log } = this.#live
    const from = this.#newest === null ? 0 : log.lastIndexOf(this.#newest) + 1
    this.#newest = log.at(-1) ?? null
    this.#list.append(
      ...log
        .slice(from)
        .filter((line) => this.#wanted(line))
        .map(lineOf)
    )
    while (this.#list.children.length > SHOWN) this.#list.firstChild.remove()
    const none = this.#list.children.length === 0
    this.#list.hidden = none
    this.#nothing.replaceChildren(
      ...(none
        ? [
            log.length === 0
              ? empty('No lines yet.')
              : empty('No line matches.', `${number(log.length)} lines are hidden by the level or the search.`)
          ]
        : [])
    )
    if (this.#follow) this.#list.scrollTop = this.#list.scrollHeight
  }

  #onScroll() {
    this.#follow = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 32
    this.#jump.hidden = this.#follow
  }

  #toEnd() {
    this.#follow = true
    this.#list.scrollTop = this.#list.scrollHeight
  }

  #showLevel() {
    if (this.#live.status && document.activeElement !== this.#level) this.#level.value = this.#live.status.log_level
  }

  async #setLevel(level) {
    await attempt(() => call('PUT', url(['log', 'level']), { level }), `The broker writes lines from ${level} on.`)
    this.#level.blur()
    this.#live.refreshStatus().catch(() => {})
  }
}

function lineOf({ time_ms, level, module, text }) {
  return el(
    'li',
    { class: `level-${LEVELS.includes(level) ? level : 'info'}` },
    el('time', { title: absolute(time_ms) }, clock(time_ms)),
    el('b', {}, level),
    el('i', {}, visible(module)),
    el('span', {}, visible(text))
  )
}

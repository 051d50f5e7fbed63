// The packets of one client as they pass.
import { call, readEvents, url } from './api.js'
import { attempt } from './dialog.js'
import { el, setText, uniqueId } from './dom.js'
import { absolute, bytes, clock, visible } from './format.js'

const KEPT = 200

export class Trace {
  element
  #id = null
  #on = false
  #running = null
  #list = el('ol', { class: 'packets', tabindex: 0, 'aria-label': 'Packets' })
  #text = el('p', { class: 'quiet-text' })
  #box

  constructor() {
    const id = uniqueId('trace')
    this.#box = el('input', { type: 'checkbox', role: 'switch', id, class: 'switch', change: () => this.#switch() })
    this.element = el(
      'section',
      { class: 'part' },
      el(
        'div',
        { class: 'part-head' },
        el('h3', {}, 'Packets'),
        el('div', { class: 'switch-field writes' }, el('label', { for: id }, 'Trace'), this.#box)
      ),
      this.#text,
      this.#list
    )
    this.#show()
  }

  // Another client is looked at.
  follow(id) {
    this.stop()
    this.#id = id
    this.#on = false
    this.#list.replaceChildren()
    this.#show()
  }

  // Whether the broker traces this client.
  set(on) {
    if (on === this.#on) return
    this.#on = on
    if (on) this.#read()
    else this.stop()
    this.#show()
  }

  stop() {
    this.#running?.abort()
    this.#running = null
  }

  async #switch() {
    const on = this.#box.checked
    await attempt(() => call(on ? 'PUT' : 'DELETE', url(['client', 'trace'], { id: this.#id })))
    this.set(on)
  }

  async #read() {
    this.stop()
    const running = new AbortController()
    this.#running = running
    try {
      await readEvents(url(['client', 'trace'], { id: this.#id }), running.signal, (event, packet) => {
        if (event === 'packet') this.#add(packet)
      })
    } catch {
      /* the next look at the client says what is wrong, and begins again */
    }
    if (this.#running === running) this.#on = false
  }

  #add({ time_ms, direction, packet, size_bytes, text }) {
    const atEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 24
    this.#list.append(
      el(
        'li',
        { class: direction },
        el('time', { title: absolute(time_ms) }, clock(time_ms)),
        el(
          'span',
          { class: 'arrow', title: direction === 'in' ? 'from the client' : 'to the client' },
          direction === 'in' ? '→' : '←'
        ),
        el('b', {}, visible(packet)),
        el('span', { class: 'packet-text' }, visible(text)),
        el('span', { class: 'size' }, bytes(size_bytes))
      )
    )
    while (this.#list.children.length > KEPT) this.#list.firstChild.remove()
    if (atEnd) this.#list.scrollTop = this.#list.scrollHeight
    this.#show()
  }

  #show() {
    this.#box.checked = this.#on
    this.#list.hidden = this.#list.children.length === 0
    this.#text.hidden = !this.#list.hidden
    setText(
      this.#text,
      this.#on ? 'Waiting for packets…' : 'With the trace on, every packet is shown here and written to the log.'
    )
  }
}

// The packets of one client as they pass: shown here while somebody looks, or written to the broker's log.
import { call, readEvents, url } from './api.js'
import { attempt } from './dialog.js'
import { el, setText, uniqueId } from './dom.js'
import { absolute, bytes, clock, visible } from './format.js'

const KEPT = 200
const RETRY_MS = 1000

function switchField(label, change) {
  const id = uniqueId('switch')
  const box = el('input', { type: 'checkbox', role: 'switch', id, class: 'switch', change })
  return { box, element: el('div', { class: 'switch-field' }, el('label', { for: id }, label), box) }
}

export class Trace {
  element
  #id = null
  #running = null
  #fault = ''
  #list = el('ol', { class: 'packets', tabindex: 0, 'aria-label': 'Packets' })
  #text = el('p', { class: 'quiet-text' })
  #watch = switchField('Watch', () => (this.#watch.box.checked ? this.#read() : this.stop()))
  #log = switchField('Write to the log', () => this.#setLogged(this.#log.box.checked))

  constructor() {
    this.#log.element.classList.add('writes')
    this.element = el(
      'section',
      { class: 'part' },
      el('div', { class: 'part-head' }, el('h3', {}, 'Packets'), this.#log.element, this.#watch.element),
      this.#text,
      this.#list
    )
    this.#show()
  }

  // Another client is looked at.
  follow(id) {
    this.stop()
    this.#id = id
    this.#log.box.checked = false
    this.#list.replaceChildren()
    this.#show()
  }

  // Whether the broker writes the packets of this client to its log.
  set(isLogged) {
    if (!this.#log.box.disabled) this.#log.box.checked = isLogged
  }

  stop() {
    this.#running?.abort()
    this.#running = null
    this.#watch.box.checked = false
    this.#fault = ''
    this.#show()
  }

  async #setLogged(isLogged) {
    this.#log.box.disabled = true
    const done = await attempt(() => call(isLogged ? 'PUT' : 'DELETE', url(['client', 'trace'], { id: this.#id })))
    this.#log.box.disabled = false
    if (!done) this.#log.box.checked = !isLogged
  }

  // Until stop(): the broker may end the stream, as it does when it writes the packets no longer to its log.
  async #read() {
    const running = new AbortController()
    this.#running = running
    this.#show()
    while (!running.signal.aborted) {
      try {
        await readEvents(url(['client', 'trace'], { id: this.#id }), running.signal, (event, packet) => {
          if (event === 'packet') this.#add(packet)
        })
        this.#fault = ''
      } catch (error) {
        if (running.signal.aborted) return
        this.#fault = error.message
        this.#show()
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }

  #add({ time_ms, direction, packet, size_bytes, text }) {
    const list = this.#list
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 24
    const [arrow, way] = direction === 'in' ? ['→', 'from the client'] : ['←', 'to the client']
    list.append(
      el(
        'li',
        { class: direction },
        el('time', { title: absolute(time_ms) }, clock(time_ms)),
        el('span', { class: 'arrow', title: way }, arrow),
        el('b', {}, visible(packet)),
        el('span', { class: 'packet-text' }, visible(text)),
        el('span', { class: 'size' }, bytes(size_bytes))
      )
    )
    while (list.children.length > KEPT) list.firstChild.remove()
    this.#show()
    if (isAtEnd) list.scrollTop = list.scrollHeight
  }

  #show() {
    this.#list.hidden = this.#list.children.length === 0
    this.#text.hidden = !this.#list.hidden && this.#fault === ''
    const idle = 'Every packet of this client can be shown here, and written to the log.'
    setText(this.#text, this.#fault || (this.#running ? 'Waiting for packets…' : idle))
  }
}

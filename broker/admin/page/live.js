// The connection to the broker: its status, its samples and its log. Tells, as events of itself, `state` (connecting,
// live, lost), `sample`, `log` and `status`; starts again when the connection is lost.
import { ApiError, get, readEvents, url } from './api.js'
import { Samples } from './samples.js'

const SILENCE_MS = 8000 // a sample comes every second
const RETRY_MOST_MS = 10000
const STATUS_MS = 3000
const LOG_KEPT = 1000

export class Live extends EventTarget {
  samples = new Samples()
  log = []
  status = null
  state = 'connecting'
  retry_ms = 0 // when lost: the time of the next attempt
  #stop = null // of what runs
  #wake = null
  #seen = null // lines of the log that a new connection may repeat
  #clockAhead_ms = 0

  // Now, by the clock of the broker.
  now() {
    return Date.now() + this.#clockAhead_ms
  }

  start() {
    this.stop()
    this.#stop = new AbortController()
    this.#run(this.#stop.signal)
  }

  stop() {
    this.#stop?.abort()
    this.#stop = null
  }

  get running() {
    return this.#stop !== null
  }

  // Tries at once when the connection is lost.
  retryNow() {
    this.#wake?.()
  }

  async refreshStatus(signal) {
    const status = await get(url(['status']), signal)
    if (this.status && this.status.started_ms !== status.started_ms) this.samples.clear()
    this.#clockAhead_ms = status.now_ms - Date.now()
    this.status = status
    this.#tell('status')
  }

  async #run(signal) {
    let failed = 0
    while (!signal.aborted) {
      try {
        await this.#connect(signal, () => {
          failed = 0
        })
        throw new ApiError(0, 'The broker ended the connection.')
      } catch (error) {
        if (signal.aborted || error.status === 401) return
        this.error = error
        await this.#pause(Math.min(1000 * 2 ** failed++, RETRY_MOST_MS), signal)
      }
    }
  }

  // Returns, or throws, when the connection has ended.
  async #connect(signal, connected) {
    await this.refreshStatus(signal)
    for (const sample of (await get(url(['history']), signal)).samples) this.samples.add(sample)
    const silent = new AbortController()
    const both = AbortSignal.any([signal, silent.signal])
    let heard_ms = Date.now()
    const look = setInterval(() => {
      if (Date.now() - heard_ms > SILENCE_MS) silent.abort()
    }, 1000)
    const ask = setInterval(() => this.refreshStatus(both).catch(() => {}), STATUS_MS)
    this.#seen = new Set(this.log.slice(-200).map(keyOf))
    this.#setState('live')
    connected()
    this.#tell('sample')
    try {
      await readEvents(
        url(['events']),
        both,
        (event, data) => this.#take(event, data),
        () => {
          heard_ms = Date.now()
        }
      )
    } finally {
      clearInterval(look)
      clearInterval(ask)
    }
  }

  #take(event, data) {
    if (event === 'sample') {
      this.#seen = null
      this.samples.add(data)
      this.#tell('sample')
    } else if (event === 'log' && !this.#seen?.has(keyOf(data))) {
      this.log.push(data)
      if (this.log.length > LOG_KEPT) this.log.shift()
      this.#tell('log', data)
    }
  }

  async #pause(wait_ms, signal) {
    this.retry_ms = Date.now() + wait_ms
    this.#setState('lost')
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, wait_ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
      signal.addEventListener('abort', this.#wake, { once: true })
    })
    this.#wake = null
  }

  #setState(state) {
    this.state = state
    this.#tell('state')
  }

  #tell(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }))
  }
}

function keyOf(line) {
  return `${line.time_ms} ${line.module} ${line.text}`
}

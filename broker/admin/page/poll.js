// Asks again and again while something is shown: one request at a time, none while the tab is hidden.

export class Poll {
  #period_ms
  #ask
  #take
  #fail
  #running = null

  // ask(signal) gives a promise, take(answer) gets what it brings, fail(error) what went wrong.
  constructor(period_ms, ask, take, fail) {
    this.#period_ms = period_ms
    this.#ask = ask
    this.#take = take
    this.#fail = fail
  }

  // Asks now, and from now on. What was under way is forgotten.
  start() {
    this.stop()
    const running = new AbortController()
    this.#running = running
    this.#round(running.signal)
  }

  stop() {
    this.#running?.abort()
    this.#running = null
  }

  async #round(signal) {
    while (!signal.aborted) {
      if (!document.hidden) {
        try {
          const answer = await this.#ask(signal)
          if (signal.aborted) return
          this.#take(answer)
        } catch (error) {
          if (signal.aborted) return
          this.#fail(error)
        }
      }
      await new Promise((resolve) => setTimeout(resolve, this.#period_ms))
    }
  }
}

// The samples of the last 15 minutes, and what follows from two of them.

export const KEPT_MS = 15 * 60 * 1000
const GAP_MS = 5000 // samples that are farther apart have nothing between them

const TOTALS = ['messages_received', 'messages_sent', 'bytes_received', 'bytes_sent', 'dropped']

// A sample with the rates since the one before it, which are null behind a gap or a restart.
function withRates(sample, before) {
  const point = { ...sample }
  const span_ms = before ? sample.time_ms - before.time_ms : 0
  const usable = span_ms > 0 && span_ms <= GAP_MS
  for (const name of TOTALS) {
    const change = usable ? sample[name] - before[name] : -1
    point[`${name}_per_s`] = change < 0 ? null : (change * 1000) / span_ms
  }
  return point
}

export class Samples {
  points = []
  #last = null

  clear() {
    this.points = []
    this.#last = null
  }

  // Samples that are not newer than what is here are ignored.
  add(sample) {
    if (this.#last && sample.time_ms <= this.#last.time_ms) return
    this.points.push(withRates(sample, this.#last))
    this.#last = sample
    const oldest = sample.time_ms - KEPT_MS
    while (this.points[0].time_ms < oldest) this.points.shift()
  }

  latest() {
    return this.points.at(-1) ?? null
  }

  // The mean of a member over the last seconds, which is calmer than one value.
  mean(member, seconds) {
    const values = this.points
      .slice(-seconds)
      .map((point) => point[member])
      .filter((value) => value !== null)
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
  }
}

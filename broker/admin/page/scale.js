// Pure arithmetic of charts: the top of an axis, its steps, and points that fit into a few columns.

// The smallest of 1, 2, 5, 10, 20 … (times the unit of a power of `base`) that is not below `value`.
export function niceTop(value, base, least) {
  let unit = 1
  const wanted = Math.max(value, least)
  while (wanted / unit >= base) unit *= base
  const lead = wanted / unit
  let step = 10 ** Math.floor(Math.log10(lead))
  for (const factor of [1, 1.5, 2, 3, 4, 6, 8, 10]) {
    if (factor * step >= lead * 0.9999) {
      step *= factor
      break
    }
  }
  return step * unit
}

// For each column of `width_ms` that holds points: its time, and the largest value of the member there, so that a
// short peak is not lost. Columns stand at multiples of their width: they do not flicker while time goes on.
export function columns(points, member, from_ms, width_ms) {
  const found = []
  for (const point of points) {
    if (point.time_ms < from_ms) continue
    const time_ms = Math.floor(point.time_ms / width_ms) * width_ms
    const value = member(point)
    const last = found.at(-1)
    if (!last || last.time_ms !== time_ms) found.push({ time_ms, value })
    else if (value !== null && (last.value === null || value > last.value)) last.value = value
  }
  return found
}

// The d of an SVG path; it has a new start behind every missing value.
export function pathOf(found, x, y) {
  let d = ''
  let pen = 'M'
  for (const { time_ms, value } of found) {
    if (value === null) {
      pen = 'M'
      continue
    }
    d += `${pen}${x(time_ms).toFixed(1)} ${y(value).toFixed(1)}`
    if (pen === 'M') d += 'h0' // a value alone is a dot
    pen = 'L'
  }
  return d
}

// The same line, closed down to the floor of the chart.
export function areaOf(found, x, y) {
  const runs = []
  let run = null
  for (const point of found) {
    if (point.value === null) run = null
    else if (run) run.push(point)
    else runs.push((run = [point]))
  }
  return runs
    .map(
      (points) =>
        `M${x(points[0].time_ms).toFixed(1)} ${y(0)}` +
        pathOf(points, x, y).replace('M', 'L') +
        `L${x(points.at(-1).time_ms).toFixed(1)} ${y(0)}Z`
    )
    .join('')
}

// The times of the lines that cross the chart: full minutes, not too many.
export function timeSteps(from_ms, to_ms, most) {
  const span_ms = to_ms - from_ms
  const step_ms = [10, 30, 60, 120, 300].map((s) => s * 1000).find((step) => span_ms / step <= most) ?? 600000
  const steps = []
  for (let at = Math.ceil(from_ms / step_ms) * step_ms; at <= to_ms; at += step_ms) steps.push(at)
  return steps
}

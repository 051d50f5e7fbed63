// What the page makes of numbers: texts, axes, and rates. Needs no browser. No arguments.
'use strict'

const assert = require('node:assert')
const fs = require('node:fs')
const path = require('node:path')

const PAGE = path.join(__dirname, '..', '..', 'broker', 'admin', 'page')

// A module of the page that imports nothing.
function load(name) {
  return import(`data:text/javascript,${encodeURIComponent(fs.readFileSync(path.join(PAGE, name), 'utf8'))}`)
}

const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ')

async function texts() {
  const format = await load('format.js')
  const table = [
    ['number', 1234567.4, '1 234 567'],
    ['number', null, '–'],
    ['count', 9999, '9 999'],
    ['count', 12345, '12.3 k'],
    ['count', 999999, '1 M'],
    ['bytes', 0, '0 B'],
    ['bytes', 1023, '1023 B'],
    ['bytes', 1536, '1.5 KiB'],
    ['bytes', 1024 ** 2 * 99.96, '100 MiB'],
    ['rate', 0.25, '0.25/s'],
    ['rate', 31400, '31.4 k/s'],
    ['byteRate', 2048, '2 KiB/s'],
    ['micros', 999.9, '1 ms'],
    ['micros', 42, '42 µs'],
    ['micros', 90e6, '1 min 30 s'],
    ['nanos', 350, '350 ns'],
    ['nanos', 22.9e9, '22.9 s'],
    ['seconds', 0.2, '0 s'],
    ['seconds', 90061, '1 d 1 h'],
    ['expiry', 0, 'at the end of the connection'],
    ['expiry', 4294967295, 'never']
  ]
  for (const [name, value, text] of table) assert.equal(plain(format[name](value)), text, `${name}(${value})`)
  assert.equal(plain(format.relative(1000, 1500)), 'now')
  assert.equal(plain(format.relative(0, 7200000)), '2 h ago')
  assert.equal(plain(format.relative(61000, 0)), 'in 1 min')
}

async function strangers() {
  const { visible } = await load('format.js')
  assert.equal(visible('a/b ä ⚓ <b>'), 'a/b ä ⚓ <b>')
  assert.equal(visible('a\u202eb\u0000\u200b\n'), 'a⟨202e⟩b⟨0000⟩⟨200b⟩⟨000a⟩')
  assert.equal(visible('a\u00ad\u206f\u{e0041}'), 'a⟨00ad⟩⟨206f⟩⟨e0041⟩')
  assert.equal(visible('🌊'), '🌊')
  assert.equal(visible(null), '–')
}

async function axes() {
  const { niceTop, timeSteps } = await load('scale.js')
  for (const [value, base, least, top] of [
    [0, 1000, 10, 10],
    [17, 1000, 1, 20],
    [1200, 1000, 1, 1500],
    [1500, 1024, 1, 1536],
    [999999, 1000, 1, 1e6],
    [0.3, 1000, 0.1, 0.3]
  ])
    assert.ok(Math.abs(niceTop(value, base, least) - top) < 1e-9, `${value} on ${base}`)
  for (let value = 1; value < 1e13; value *= 1.37) {
    for (const base of [1000, 1024]) {
      const top = niceTop(value, base, 1)
      assert.ok(top >= value * 0.9999 && top < value * 2.1, `${top} for ${value}`)
    }
  }
  assert.deepEqual(timeSteps(61000, 300000, 5), [120000, 180000, 240000, 300000])
}

// A short peak is still there when there are fewer columns than points, and a gap is one.
async function lines() {
  const { columns, pathOf } = await load('scale.js')
  const points = Array.from({ length: 30 }, (_, at) => ({ time_ms: at * 1000, value: at === 14 ? 99 : 1 }))
  const found = columns(points, (point) => point.value, 10000, 10000)
  assert.deepEqual(found, [
    { time_ms: 10000, value: 99 },
    { time_ms: 20000, value: 1 }
  ])
  const gap = [1, null, 2].map((value, at) => ({ time_ms: at, value }))
  const same = (value) => value
  assert.equal(pathOf(gap, same, same), 'M0.0 1.0h0M2.0 2.0h0')
}

async function rates() {
  const { Samples, KEPT_MS } = await load('samples.js')
  const samples = new Samples()
  const add = (time_ms, total) =>
    samples.add({
      time_ms,
      messages_received: total,
      messages_sent: 2 * total,
      bytes_received: 0,
      bytes_sent: 0,
      dropped: 0
    })
  add(1000, 100)
  assert.equal(samples.latest().messages_received_per_s, null)
  add(3000, 300)
  assert.equal(samples.latest().messages_received_per_s, 100)
  assert.equal(samples.latest().messages_sent_per_s, 200)
  add(3000, 999) // what is not newer is ignored
  assert.equal(samples.points.length, 2)
  add(4000, 10) // the broker was started again
  assert.equal(samples.latest().messages_received_per_s, null)
  add(60000, 5000) // a gap
  assert.equal(samples.latest().messages_received_per_s, null)
  assert.equal(samples.mean('messages_received_per_s', 5), 100)
  add(60000 + KEPT_MS, 6000)
  assert.equal(samples.points.length, 2)
}

async function main() {
  let failed = 0
  for (const work of [texts, strangers, axes, lines, rates]) {
    try {
      await work()
      console.log(`PASS ${work.name}`)
    } catch (error) {
      failed++
      console.log(`FAIL ${work.name}: ${error.message.replaceAll('\n', ' ')}`)
    }
  }
  process.exit(failed ? 1 : 0)
}

main()

// The data that mock.js serves.
'use strict'

const STARTED_MS = Date.now() - 3 * 86400000 - 4521000

// A number in [0, 1) that is always the same for the same seed.
function noise(seed) {
  const value = Math.sin(seed * 127.1) * 43758.5453
  return value - Math.floor(value)
}

// A calm curve with a day's swing, small jitter, and a burst now and then.
function load(second) {
  const burst = second % 240 > 215 ? 1.6 : 1
  return (1 + 0.25 * Math.sin(second / 97) + 0.12 * Math.sin(second / 23) + 0.1 * noise(second)) * burst
}

function totals(second) {
  let received = 0
  for (let at = second - 1000; at <= second; ++at) received += 2100 * load(at)
  return received + 2100 * (second - STARTED_MS / 1000)
}

// Samples of successive seconds, each with the totals so far.
let lastSecond = 0
let sum = null
function sampleAt(second) {
  if (sum === null || second < lastSecond) {
    sum = { in: totals(second), out: totals(second) * 3.4, dropped: 1240 }
    lastSecond = second
  }
  for (; lastSecond < second; ++lastSecond) {
    sum.in += 2100 * load(lastSecond)
    sum.out += 7200 * load(lastSecond) * (0.97 + 0.06 * noise(lastSecond + 5))
    sum.dropped += lastSecond % 240 > 222 ? Math.round(38 * noise(lastSecond)) : 0
  }
  const busy = load(second)
  return {
    time_ms: second * 1000,
    messages_received: Math.round(sum.in),
    messages_sent: Math.round(sum.out),
    bytes_received: Math.round(sum.in * 212),
    bytes_sent: Math.round(sum.out * 204),
    dropped: sum.dropped,
    clients_connected: 12380 + Math.round(60 * Math.sin(second / 140) + 12 * noise(second + 2)),
    queued: Math.round(820 * Math.max(0, busy - 0.7) ** 2 + 40 * noise(second)),
    inflight: Math.round(190 * busy + 30 * noise(second + 9)),
    loop_lag_p99_us: Math.round(180 * busy ** 2 + 90 * noise(second + 3)),
    latency: {
      p50_us: Math.round(140 * busy),
      p95_us: Math.round(420 * busy ** 1.6 + 60 * noise(second)),
      p99_us: Math.round(900 * busy ** 2.2 + 300 * noise(second + 1))
    },
    memory_bytes: Math.round(412e6 + 9e6 * Math.sin(second / 400))
  }
}

function sample(nowMs) {
  return sampleAt(Math.floor(nowMs / 1000))
}

function history(nowMs) {
  sum = null
  const last = Math.floor(nowMs / 1000)
  const samples = []
  for (let second = last - 899; second <= last; ++second) samples.push(sampleAt(second))
  return { step_ms: 1000, samples }
}

const HOSTILE = '<img src=x onerror="document.title=\'owned\'">'
const SITES = ['bremen', 'hamburg', 'kiel', 'rostock', 'emden']
const KINDS = ['pump', 'meter', 'valve', 'gateway', 'crane', 'buoy']

function makeClient(number) {
  const kind = KINDS[number % KINDS.length]
  const site = SITES[(number * 7) % SITES.length]
  const connected = number % 9 !== 4
  const ago = Math.round(noise(number) * 5e7) + 4000
  return {
    id: `${site}-${kind}-${String(number).padStart(4, '0')}`,
    username: number % 5 === 0 ? null : site,
    connected,
    listener: connected ? (number % 11 === 0 ? 'ws' : number % 3 === 0 ? 'tcp' : 'mqtts') : null,
    address: connected ? `10.${number % 40}.${number % 7}.${number % 250}:${40000 + number}` : null,
    version: number % 4 === 0 ? 4 : 5,
    connected_ms: Date.now() - ago,
    disconnected_ms: connected ? null : Date.now() - ago / 2,
    keepalive_s: 60,
    clean_start: number % 2 === 0,
    session_expiry_s: number % 2 === 0 ? 0 : number % 3 === 0 ? 4294967295 : 86400,
    subscriptions: 1 + (number % 6),
    inflight: connected ? number % 4 : 0,
    queued: connected ? 0 : (number * 13) % 900,
    queued_bytes: connected ? 0 : ((number * 13) % 900) * 218
  }
}

const clients = Array.from({ length: 430 }, (_, number) => makeClient(number + 1))
clients.push({ ...makeClient(900), id: HOSTILE, username: '<b>admin</b>' })
clients.push({ ...makeClient(901), id: 'reversed-\u202Egnp.exe', username: null })
clients.sort((a, b) => (a.id < b.id ? -1 : 1))
const traced = new Set()

function find(id) {
  return clients.find((client) => client.id === id)
}

function client(id) {
  const found = find(id)
  if (!found) return null
  const [site, kind] = id.split('-')
  const seconds = (Date.now() - STARTED_MS) / 1000
  const count = (rate) => ({
    packets: Math.round(rate * 1.2 * seconds),
    messages: Math.round(rate * seconds),
    bytes: Math.round(rate * 212 * seconds)
  })
  return {
    ...found,
    will: { topic: `site/${site}/${kind}/state`, qos: 1, retain: true, delay_s: 30 },
    subscription_list: Array.from({ length: found.subscriptions }, (_, number) => ({
      filter: [
        `site/${site}/${kind}/set`,
        `site/${site}/+/alarm`,
        'fleet/time',
        '$share/workers/jobs/#',
        'config/#',
        HOSTILE + '/#'
      ][number],
      qos: number % 3,
      no_local: number === 1,
      retain_as_published: number === 4,
      retain_handling: number % 3,
      identifier: number === 0 ? 7 : null
    })),
    inflight_list: Array.from({ length: found.inflight }, (_, number) => ({
      packet_id: 41 + number,
      topic: `site/${site}/${kind}/set`,
      qos: 1 + (number % 2),
      state: number % 2 ? 'pubcomp_awaited' : 'puback_awaited',
      size_bytes: 180 + 33 * number
    })),
    queue_list: Array.from({ length: Math.min(found.queued, 100) }, (_, number) => ({
      topic: `site/${site}/${kind}/set`,
      qos: 1,
      size_bytes: 218 + number
    })),
    received: count(1.4),
    sent: count(4.1),
    rates: found.connected
      ? {
          window_ms: 10000,
          messages_received_per_s: 1.4 + Math.random(),
          messages_sent_per_s: 4.1 + Math.random(),
          bytes_received_per_s: 300 + 60 * Math.random(),
          bytes_sent_per_s: 860 + 90 * Math.random()
        }
      : null,
    dropped: found.connected ? {} : { queue_full: 214, expired: 31 },
    output_bytes: found.connected ? 4096 : 0,
    tls:
      found.listener === 'mqtts'
        ? { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', subject: `CN=${site}` }
        : null,
    trace: traced.has(id)
  }
}

function packet(nowMs) {
  const kinds = [
    ['in', 'PUBLISH', 'site/kiel/meter/value qos 1 id 118 payload 23 bytes'],
    ['out', 'PUBACK', 'id 118'],
    ['out', 'PUBLISH', 'site/kiel/meter/set qos 0 payload 8 bytes'],
    ['in', 'PINGREQ', ''],
    ['out', 'PINGRESP', '']
  ]
  const [direction, name, text] = kinds[Math.floor(nowMs / 700) % kinds.length]
  return { time_ms: nowMs, direction, packet: name, size_bytes: 2 + text.length, text }
}

const subscriptions = SITES.flatMap((site, a) =>
  KINDS.flatMap((kind, b) => [
    { filter: `site/${site}/${kind}/set`, subscribers: 3 + ((a * 31 + b * 17) % 90) },
    { filter: `site/${site}/${kind}/+/alarm`, subscribers: 1 + ((a + b) % 4) }
  ])
)
subscriptions.push(
  { filter: 'fleet/time', subscribers: 12391 },
  { filter: 'jobs/#', subscribers: 8, shared_group: 'workers' },
  { filter: HOSTILE, subscribers: 1 },
  { filter: '#', subscribers: 2 }
)
subscriptions.sort((a, b) => (a.filter < b.filter ? -1 : 1))

let retained = SITES.flatMap((site) =>
  KINDS.map((kind, number) => ({
    topic: `site/${site}/${kind}/state`,
    size_bytes: 60 + 37 * number,
    qos: number % 3,
    stored_ms: Date.now() - 1000 * (number + 1) ** 5,
    expires_ms: number === 2 ? Date.now() + 7200000 : undefined
  }))
)
retained.push({ topic: HOSTILE, size_bytes: 44, qos: 0, stored_ms: Date.now() - 5000 })
retained.push({ topic: 'firmware/buoy/2.1', size_bytes: 231, qos: 1, stored_ms: Date.now() - 9e8 })
retained.sort((a, b) => (a.topic < b.topic ? -1 : 1))

function matches(filter, topic) {
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (let at = 0; at < wanted.length; ++at) {
    if (wanted[at] === '#') return true
    if (at >= levels.length || (wanted[at] !== '+' && wanted[at] !== levels[at])) return false
  }
  return wanted.length === levels.length
}

function retainedMessage(topic) {
  const found = retained.find((row) => row.topic === topic)
  if (!found) return null
  const binary = topic.startsWith('firmware')
  const payload = binary
    ? Buffer.from(Array.from({ length: 231 }, (_, at) => Math.floor(256 * noise(at))))
    : Buffer.from(topic === HOSTILE ? HOSTILE : JSON.stringify({ state: 'running', flow_l_s: 4.18, pressure_bar: 2.4 }))
  return {
    ...found,
    size_bytes: payload.length,
    client_id: 'kiel-pump-0007',
    payload: binary ? null : payload.toString(),
    payload_base64: payload.toString('base64'),
    truncated: false,
    properties: {
      content_type: binary ? 'application/octet-stream' : 'application/json',
      user_properties: [['site', 'kiel']]
    }
  }
}

function deleteRetained(topic, filter) {
  const before = retained.length
  retained = retained.filter((row) => (topic === null ? !matches(filter, row.topic) : row.topic !== topic))
  module.exports.retained = retained
  return before - retained.length
}

function makePlugin(id, name, calls, nanoseconds, events) {
  return {
    id,
    name,
    version: '1.2.0',
    abi: '1.0',
    file: `/usr/lib/grapnel/plugins/${name}.so`,
    source: 'grapnel.toml:88',
    required: true,
    phase: 'running',
    since_ms: STARTED_MS,
    failure: null,
    concurrent: id !== 'tenant',
    calls,
    time_ns: nanoseconds === null ? null : calls * nanoseconds,
    failures: id === 'tenant' ? 3 : 0,
    timeouts: 0,
    deferred: id === 'ledger' ? 0 : Math.round(calls / 90),
    outstanding: id === 'rocksdb-store' ? 2 : 0,
    reload: true,
    events: events.map(([event, share, p50, p99]) => ({
      event,
      calls: Math.round(calls * share),
      time:
        nanoseconds === null
          ? null
          : {
              calls: Math.round((calls * share) / 128),
              total_ns: Math.round(((calls * share) / 128) * p50 * 1.2),
              max_ns: p99 * 7,
              p50_ns: p50,
              p99_ns: p99
            }
    }))
  }
}

const plugins = [
  makePlugin('rocksdb-store', 'rocksdb-store', 4410233, 5200, [
    ['on_commit', 0.2, 21000, 180000],
    ['on_message_queued', 0.4, 900, 4200],
    ['on_session_established', 0.1, 1200, 6100],
    ['on_subscribed', 0.3, 700, 3100]
  ]),
  makePlugin('ledger', 'auth-ledger', 90812230, 240, [
    ['on_acl_check', 0.99, 200, 800],
    ['on_connect_authenticate', 0.01, 48000, 91000]
  ]),
  makePlugin('tenant', 'tenant-prefix', 20133000, 410, [
    ['on_publish', 0.7, 380, 2100],
    ['on_subscribe', 0.3, 420, 2600]
  ]),
  {
    ...makePlugin('debug', 'debug', 0, 0, []),
    phase: 'failed',
    required: false,
    time_ns: 0,
    failure: 'start: the file "packets.log" cannot be opened: Permission denied'
  }
]

const listeners = [
  { id: 'tcp', type: 'tcp', address: '0.0.0.0:1883', tls: false, clients: 4110, maximum_clients: 0, state: 'open' },
  {
    id: 'mqtts',
    type: 'tcp',
    address: '0.0.0.0:8883',
    tls: true,
    clients: 7120,
    maximum_clients: 10000,
    state: 'open'
  },
  {
    id: 'ws',
    type: 'ws',
    address: '127.0.0.1:8083',
    tls: false,
    clients: 1160,
    maximum_clients: 1200,
    state: 'resting'
  },
  { id: 'http', type: 'http', address: '127.0.0.1:8080', tls: false, clients: 1, maximum_clients: 0, state: 'open' }
]
let bans = [
  { address: '203.0.113.77', until_ms: Date.now() + 431000, failures: 12 },
  { address: '2001:db8:4::/64', until_ms: Date.now() + 88000, failures: 5 }
]

let logLevel = 'info'
const LINES = [
  ['info', 'server', 'client=bremen-pump-0012 connected from 10.4.2.18:40012 by mqtts'],
  ['info', 'server', 'client=kiel-buoy-0101 disconnected: keep-alive timeout'],
  ['debug', 'hooks', 'plugin=ledger event=acl_publish verdict=allow topic=site/kiel/meter/value'],
  ['warn', 'server', 'client=' + HOSTILE + ' slow reader: 214 messages dropped'],
  ['info', 'net', 'listener=mqtts certificate loaded anew, valid until 2027-02-11'],
  ['error', 'hooks', 'plugin=debug start failed: the file "packets.log" cannot be opened: Permission denied']
]
function logLine(nowMs) {
  const [level, module, text] = LINES[Math.floor(noise(Math.floor(nowMs / 50)) * LINES.length)]
  return { time_ms: nowMs, level, module, text }
}

function status(readOnly) {
  const now = sample(Date.now())
  return {
    version: '0.1.0',
    started_ms: STARTED_MS,
    now_ms: Date.now(),
    workers: 4,
    plugins: plugins.length,
    clients_connected: now.clients_connected,
    sessions: 13951,
    subscriptions: 48210,
    retained: retained.length,
    queued: now.queued,
    inflight: now.inflight,
    messages_received: now.messages_received,
    messages_sent: now.messages_sent,
    bytes_received: now.bytes_received,
    bytes_sent: now.bytes_sent,
    dropped: {
      queue_full: 811,
      slow_reader: Math.max(0, now.dropped - 1102),
      expired: 241,
      too_large: 0,
      offline: 50,
      session_ended: 0
    },
    memory_bytes: now.memory_bytes,
    store_failing: false,
    log_level: logLevel,
    read_only: readOnly
  }
}

module.exports = {
  HOSTILE,
  clients,
  subscriptions,
  retained,
  plugins,
  listeners,
  bans,
  sample,
  history,
  status,
  client,
  packet,
  matches,
  retainedMessage,
  deleteRetained,
  logLine,
  logLines: () => Array.from({ length: 60 }, (_, at) => logLine(Date.now() - (60 - at) * 2700)),
  setLogLevel: (level) => {
    logLevel = level
  },
  setTrace: (id, on) => {
    if (on) traced.add(id)
    else traced.delete(id)
  },
  liftBan: (address) => {
    bans = bans.filter((ban) => ban.address !== address)
    module.exports.bans = bans
  },
  disconnect: (id) =>
    Object.assign(find(id), { connected: false, listener: null, address: null, disconnected_ms: Date.now() }),
  dropClient: (id) => {
    clients.splice(clients.indexOf(find(id)), 1)
  }
}

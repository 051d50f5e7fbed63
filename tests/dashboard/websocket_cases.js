// MQTT.js in a page of a browser, over WebSocket. Arguments: the addresses of the listeners, as ws://127.0.0.1:8083/mqtt.
'use strict'

const fs = require('node:fs')
const http = require('node:http')
const path = require('node:path')

const { assert, Cases, launch, Watched } = require('./browser')

const SIZES = [0, 1, 125, 126, 65536, 200000] // of payloads
const URLS = process.argv.slice(2)
const VERSIONS = {
  3.1: { protocolId: 'MQIsdp', protocolVersion: 3 },
  '3.1.1': { protocolId: 'MQTT', protocolVersion: 4 },
  5: { protocolId: 'MQTT', protocolVersion: 5 }
}
const BUNDLE = path.join(__dirname, 'node_modules', 'mqtt', 'dist', 'mqtt.min.js')

// Serves a page with the bundle of MQTT.js, and nothing else.
function servePage() {
  const server = http.createServer((request, response) => {
    if (request.url === '/mqtt.js') {
      response.setHeader('content-type', 'text/javascript')
      return response.end(fs.readFileSync(BUNDLE))
    }
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end('<!doctype html><link rel="icon" href="data:,"><title>MQTT.js</title><script src="/mqtt.js"></script>')
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

// Runs in the page: what was published there and came back, for every payload.
async function exchange([url, version, qos, sizes]) {
  const client = await window.mqtt.connectAsync(url, { ...version, reconnectPeriod: 0 })
  const topic = `browser/${version.protocolVersion}/${qos}`
  const received = []
  const all = new Promise((resolve) =>
    client.on('message', (name, payload, packet) => {
      received.push({
        topic: name,
        size: payload.length,
        sum: payload.reduce((sum, byte) => (sum * 31 + byte) % 65521, 7),
        qos: packet.qos
      })
      if (received.length === sizes.length) resolve()
    })
  )
  await client.subscribeAsync(topic, { qos })
  const sent = []
  for (const size of sizes) {
    const payload = Uint8Array.from({ length: size }, (_, at) => (at * 131 + size) % 256)
    sent.push({ topic, size, sum: payload.reduce((sum, byte) => (sum * 31 + byte) % 65521, 7), qos })
    await client.publishAsync(topic, payload, { qos })
  }
  await all
  await client.endAsync()
  return { sent, received }
}

async function main() {
  const server = await servePage()
  const browser = await launch()
  const cases = new Cases(browser)
  const watched = await Watched.open(browser, `http://127.0.0.1:${server.address().port}`, { ignoreHTTPSErrors: true })
  await watched.go('')
  for (const url of URLS) {
    for (const [name, version] of Object.entries(VERSIONS)) {
      for (const qos of [0, 1, 2]) {
        await cases.run(`MQTT.js in a browser, ${new URL(url).protocol} version ${name}, QoS ${qos}`, async () => {
          const { sent, received } = await watched.page.evaluate(exchange, [url, version, qos, SIZES])
          const [one, other] = [sent, received].map((list) => JSON.stringify(list))
          assert(one === other, `sent ${one}, received ${other}`)
        })
      }
    }
  }
  await cases.run('no errors of the page', () => watched.close())
  await browser.close()
  process.exit(cases.failed ? 1 : 0)
}

main()

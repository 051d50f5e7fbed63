// MQTT.js in versions 3.1, 3.1.1 and 5, over TCP or WebSocket, with TLS or without.
'use strict'

const fs = require('fs')
const mqtt = require('mqtt')

// The arguments: "mqtt", "ws", "wss", or "wss+certificate", which shows one, and the port.
const [protocol, certificate] = process.argv[2].split('+')
const port = Number(process.argv[3])
const host = protocol === 'wss' ? 'localhost' : '127.0.0.1'
const ofFolder = (name) => fs.readFileSync(`${process.env.GRAPNEL_TLS_FOLDER}/${name}`)
const tls = protocol === 'wss' ? { ca: ofFolder('ca.pem'), rejectUnauthorized: true } : {}
if (certificate) Object.assign(tls, { cert: ofFolder('melon.pem'), key: ofFolder('melon.key') })
const waitMs = 20000
const versions = {
  '3.1': { protocolId: 'MQIsdp', protocolVersion: 3 },
  '3.1.1': { protocolId: 'MQTT', protocolVersion: 4 },
  5: { protocolId: 'MQTT', protocolVersion: 5 }
}

function assert(condition, text) {
  if (!condition) throw new Error(text)
}

function within(promise, what) {
  let timer
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('not in time: ' + what)), waitMs)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

// A connected client whose messages wait in a queue.
class Client {
  static async connect(clientId, name, options = {}) {
    const client = new Client()
    client.messages = []
    client.waiting = []
    client.mqtt = mqtt.connect({
      protocol, path: '/mqtt', host, port, clientId, clean: true, reconnectPeriod: 0, ...tls, ...versions[name], ...options
    })
    client.mqtt.on('message', (topic, payload, packet) => {
      const message = { topic, payload: payload.toString(), qos: packet.qos, retain: packet.retain, packet }
      const taker = client.waiting.shift()
      if (taker) taker(message)
      else client.messages.push(message)
    })
    client.connack = await within(new Promise((resolve, reject) => {
      client.mqtt.on('connect', resolve)
      client.mqtt.on('error', reject)
    }), 'CONNACK')
    return client
  }

  async subscribe(topic, qos) {
    const granted = await within(this.mqtt.subscribeAsync(topic, { qos }), 'SUBACK')
    assert(granted[0].qos === qos, `granted ${granted[0].qos}`)
  }

  publish(topic, payload, qos, options = {}) {
    return within(this.mqtt.publishAsync(topic, payload, { qos, ...options }), 'acknowledgement')
  }

  next() {
    if (this.messages.length) return Promise.resolve(this.messages.shift())
    return within(new Promise((resolve) => this.waiting.push(resolve)), 'message')
  }

  async receive(topic, payload, qos, retain = false) {
    const found = await this.next()
    assert(found.topic === topic && found.payload === payload && found.qos === qos && found.retain === retain,
      `${found.topic} ${found.payload} ${found.qos} ${found.retain} instead of ${topic} ${payload} ${qos} ${retain}`)
    return found
  }

  leave() {
    return within(this.mqtt.endAsync(), 'end')
  }

  die() {
    this.mqtt.stream.destroy()
  }
}

async function bothWays(name, qos) {
  const one = await Client.connect(`one-${name}`, name)
  const two = await Client.connect(`two-${name}`, name)
  await one.subscribe(`to/one/${name}`, qos)
  await two.subscribe(`to/two/${name}`, qos)
  for (let number = 0; number < 50; number++) {
    await one.publish(`to/two/${name}`, `${number}`, qos)
    await two.publish(`to/one/${name}`, `${number}`, qos)
  }
  for (let number = 0; number < 50; number++) {
    await one.receive(`to/one/${name}`, `${number}`, qos)
    await two.receive(`to/two/${name}`, `${number}`, qos)
  }
  await one.leave()
  await two.leave()
}

async function between(first, second, qos) {
  const topic = `between/${first}/${second}/${qos}`
  const sender = await Client.connect('sender', first)
  const receiver = await Client.connect('receiver', second)
  await receiver.subscribe(topic, qos)
  await sender.publish(topic, 'across', qos)
  await receiver.receive(topic, 'across', qos)
  await sender.leave()
  await receiver.leave()
}

async function retained(name) {
  const client = await Client.connect('keeper', name)
  await client.publish(`kept/${name}`, 'stays', 1, { retain: true })
  await client.subscribe(`kept/${name}`, 1)
  await client.receive(`kept/${name}`, 'stays', 1, true)
  await client.publish(`kept/${name}`, '', 1, { retain: true })
  await client.receive(`kept/${name}`, '', 1)
  await client.leave()
}

async function will(name) {
  const watcher = await Client.connect('watcher', '5')
  await watcher.subscribe(`will/${name}`, 1)
  const dying = await Client.connect('dying', name, { will: { topic: `will/${name}`, payload: 'gone', qos: 1 } })
  dying.die()
  await watcher.receive(`will/${name}`, 'gone', 1)
  await watcher.leave()
}

async function session(name, qos) {
  const options = { clean: false, properties: name === '5' ? { sessionExpiryInterval: 100 } : undefined }
  let client = await Client.connect(`session-${name}-${qos}`, name, options)
  await client.subscribe(`session/${name}/${qos}`, 2)
  await client.leave()
  const other = await Client.connect('other', '5')
  for (let number = 0; number < 10; number++) await other.publish(`session/${name}/${qos}`, `${number}`, qos)
  await other.leave()
  client = await Client.connect(`session-${name}-${qos}`, name, options)
  assert(client.connack.sessionPresent || name === '3.1', 'no session present')
  for (let number = 0; number < 10; number++) await client.receive(`session/${name}/${qos}`, `${number}`, qos)
  await client.leave()
}

async function properties() {
  const client = await Client.connect('properties', '5')
  await client.subscribe('properties', 1)
  const given = {
    contentType: 'text/plain', responseTopic: 'back', correlationData: Buffer.from([0, 255]),
    payloadFormatIndicator: true, messageExpiryInterval: 100, userProperties: { k: ['1', '2'] }
  }
  await client.publish('properties', 'text', 1, { properties: given })
  const found = (await client.receive('properties', 'text', 1)).packet.properties
  for (const key of ['contentType', 'responseTopic', 'payloadFormatIndicator', 'correlationData', 'userProperties']) {
    assert(JSON.stringify(found[key]) === JSON.stringify(given[key]), `${key}: ${JSON.stringify(found)}`)
  }
  await client.leave()
}

async function topicAlias() {
  const sender = await Client.connect('alias-sender', '5', { autoAssignTopicAlias: true })
  const receiver = await Client.connect('alias-receiver', '5', { properties: { topicAliasMaximum: 10 } })
  await receiver.subscribe('alias/#', 0)
  for (let number = 0; number < 20; number++) await sender.publish(`alias/${number % 3}`, `${number}`, 0)
  for (let number = 0; number < 20; number++) await receiver.receive(`alias/${number % 3}`, `${number}`, 0)
  await sender.leave()
  await receiver.leave()
}

async function main() {
  let failed = 0
  async function run(name, body) {
    try {
      await body()
      console.log(`PASS ${name}`)
    } catch (error) {
      failed++
      console.log(`FAIL ${name}: ${error.message}`)
    }
  }
  for (const name of Object.keys(versions)) {
    for (const qos of [0, 1, 2]) {
      await run(`both ways ${name} QoS ${qos}`, () => bothWays(name, qos))
      for (const other of Object.keys(versions)) {
        await run(`${name} to ${other} QoS ${qos}`, () => between(name, other, qos))
      }
    }
    await run(`retained ${name}`, () => retained(name))
    await run(`will ${name}`, () => will(name))
    for (const qos of [1, 2]) await run(`session ${name} QoS ${qos}`, () => session(name, qos))
  }
  await run('properties', properties)
  await run('topic alias', topicAlias)
  process.exit(failed ? 1 : 0)
}

main()

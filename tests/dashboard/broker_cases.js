// The dashboard of a real broker. Arguments: the token, the token that may only read, the load generator, and the ports
// of the tcp and the http listener.
'use strict'

const { spawn } = require('node:child_process')
const mqtt = require('mqtt')

const { assert, Cases, launch, Watched, WAIT_MS } = require('./browser')

const [TOKEN, READ_TOKEN, LOAD, TCP_PORT, HTTP_PORT] = process.argv.slice(2)
const BASE = `http://127.0.0.1:${HTTP_PORT}`
const HOSTILE = '<img src=x onerror="document.title=\'owned\'">'

let browser
const open = (options) => Watched.open(browser, BASE, options)

function connect(clientId, options = {}) {
  return mqtt.connectAsync(`mqtt://127.0.0.1:${TCP_PORT}`, {
    clientId,
    protocolVersion: 5,
    reconnectPeriod: 0,
    ...options
  })
}

function eventOf(emitter, name) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no event ${name}`)), WAIT_MS)
    emitter.once(name, (...values) => {
      clearTimeout(timer)
      resolve(values)
    })
  })
}

async function served() {
  const page = await fetch(BASE)
  assert(page.headers.get('content-security-policy').startsWith("default-src 'none'; script-src 'self'"), 'no policy')
  const tag = page.headers.get('etag')
  const again = await fetch(BASE, { headers: { 'if-none-match': tag } })
  assert(again.status === 304 || again.headers.get('etag') !== tag, `${again.status} for what is known`)
}

async function signIn() {
  const watched = await open({ wanted: ['401'] })
  await watched.go('')
  await watched.page.fill('#token', 'a token of nobody at all')
  await watched.page.keyboard.press('Enter')
  await watched.until('[role=alert]', (text) => text.includes('not accepted'))
  await watched.page.fill('#token', TOKEN)
  await watched.page.keyboard.press('Enter')
  await watched.page.waitForSelector('.state.live')
  await watched.close()
}

// The curves move while the load generator works, and the tiles show it.
async function load() {
  const watched = await open({})
  await watched.enter(TOKEN)
  const generator = spawn(
    LOAD,
    ['throughput', '--port', TCP_PORT, '--seconds', '6', '--publishers', '2', '--subscribers', '2'],
    { stdio: 'ignore' }
  )
  const ended = new Promise((resolve) => generator.on('exit', resolve))
  await watched.until(
    '.tile:nth-child(2) .tile-value',
    (text) => /k\/s|M\/s/.test(text.replace(/\s/g, '')),
    'messages in'
  )
  await watched.until(
    '.tile:nth-child(3) .tile-value',
    (text) => /k\/s|M\/s/.test(text.replace(/\s/g, '')),
    'messages out'
  )
  const line = () => watched.page.locator('.chart .line').nth(1).getAttribute('d')
  const before = await line()
  await watched.page.waitForFunction(
    (known) => document.querySelectorAll('.chart .line')[1].getAttribute('d') !== known,
    before
  )
  await watched.until('.chart:nth-child(1) .legend', (text) => /\d/.test(text))
  await watched.picture('load')
  assert((await ended) === 0, 'the load generator failed')
  await watched.close()
}

async function kick() {
  const client = await connect('to-be-kicked', { clean: false, properties: { sessionExpiryInterval: 600 } })
  const watched = await open({})
  await watched.enter(TOKEN, '#/clients')
  await watched.page.fill('.search input', 'be-kicked')
  await watched.page.click('td a:has-text("to-be-kicked")')
  await watched.until('.drawer .facts', (text) => text.includes('Connected'))
  const said = eventOf(client, 'disconnect')
  await watched.page.click('.drawer-tools >> text=Disconnect')
  await watched.page.click('dialog >> role=button[name="Disconnect"]')
  assert((await said)[0].reasonCode === 0x98, 'the client was told another reason')
  await watched.until('.drawer .facts', (text) => text.includes('Away since'))
  await watched.page.click('text=Drop session')
  await watched.page.click('dialog >> role=button[name="Drop session"]')
  await watched.until('.drawer .fault', (text) => text.includes('not here any more'))
  watched.errors = watched.errors.filter((error) => !error.includes('404'))
  await watched.close()
}

async function publish() {
  const client = await connect('listens')
  await client.subscribeAsync('from/the/#', { qos: 2 })
  const watched = await open({ wanted: ['400', '422'] })
  await watched.enter(TOKEN, '#/topics/publish')
  await watched.page.getByLabel('Topic', { exact: true }).fill('from/the/dashboard')
  await watched.page.getByLabel('Payload', { exact: true }).fill('hello ⚓')
  await watched.page.click('fieldset:has-text("QoS") >> text="1"')
  await watched.page.click('summary')
  await watched.page.getByLabel('Content type').fill('text/plain')
  await watched.page.getByLabel('User properties').fill('a: b')
  const message = eventOf(client, 'message')
  await watched.page.click('form >> role=button[name="Publish"]')
  const [topic, payload, packet] = await message
  assert(
    topic === 'from/the/dashboard' && payload.toString() === 'hello ⚓' && packet.qos === 1,
    `${topic} ${payload} ${packet.qos}`
  )
  assert(
    packet.properties.contentType === 'text/plain' && packet.properties.userProperties.a === 'b',
    JSON.stringify(packet.properties)
  )
  await watched.page.getByLabel('Topic', { exact: true }).fill('no/+/topic')
  await watched.page.click('form >> role=button[name="Publish"]')
  await watched.until('form .fault', (text) => text !== '')
  await client.endAsync()
  await watched.close()
}

async function retained() {
  const client = await connect('keeps')
  for (const name of ['one', 'two', 'three'])
    await client.publishAsync(`kept/${name}`, `{"is":"${name}"}`, { retain: true, qos: 1 })
  const watched = await open({})
  await watched.enter(TOKEN, '#/topics/retained')
  await watched.page.fill('.search input', 'kept/#')
  await watched.page.click('td a:has-text("kept/two")')
  await watched.until('.drawer .payload', (text) => text.includes('"is": "two"'))
  await watched.page.click('.drawer >> text=Delete')
  await watched.page.click('dialog >> role=button[name="Delete"]')
  await watched.until('tbody', (text) => text.includes('kept/one') && !text.includes('kept/two'))
  await watched.page.click('text=Delete all that match')
  await watched.page.click('dialog >> text=Delete all')
  await watched.until(
    '.notes',
    (text) =>
      text.includes('2 retained messages deleted'.replace(' ', '\u00a0')) || /2\s*retained messages deleted/.test(text)
  )
  await watched.until('.empty', (text) => text.includes('No retained message'))
  await client.endAsync()
  await watched.close()
}

async function searches() {
  const client = await connect('searched-for')
  await client.subscribeAsync(['needle/in/hay', 'hay/+/hay'], { qos: 1 })
  const watched = await open({})
  await watched.enter(TOKEN, '#/topics/subscriptions')
  await watched.page.fill('.search input', 'needle')
  await watched.until('tbody', (text) => text.includes('needle/in/hay') && !text.includes('hay/+'))
  await watched.go('#/clients/searched-for')
  await watched.until('.drawer [aria-label=Subscriptions]', (text) => text.includes('hay/+/hay'))
  await client.endAsync()
  await watched.close()
}

async function trace() {
  const client = await connect('traced')
  const watched = await open({})
  await watched.enter(TOKEN, '#/clients/traced')
  await watched.page.getByLabel('Write to the log').check()
  await watched.page.getByLabel('Watch').check()
  await watched.until('.drawer', (text) => text.includes('Waiting for packets'))
  const end = Date.now() + WAIT_MS
  while (!(await watched.page.locator('.packets').innerText()).includes('PUBLISH')) {
    assert(Date.now() < end, 'no packet is shown')
    await client.publishAsync('traced/topic', 'x', { qos: 1 })
  }
  await watched.until('.packets', (text) => text.includes('PUBACK'))
  await watched.picture('real-trace')
  await watched.page.getByLabel('Write to the log').uncheck()
  await watched.go('#/log')
  await watched.until('.log', (text) => text.includes('traced/topic'))
  await client.endAsync()
  await watched.close()
}

async function log() {
  const watched = await open({})
  await watched.enter(TOKEN, '#/log')
  await watched.until('.log', (text) => text.includes('listening'))
  await watched.page.selectOption('#log-level', 'debug')
  await watched.until('.notes', (text) => text.includes('debug'))
  await watched.page.selectOption('#log-level', 'info')
  await watched.page.fill('.search input', 'no line has this')
  await watched.until('.empty', (text) => text.includes('No line matches'))
  await watched.close()
}

async function plugins() {
  const watched = await open({})
  await watched.enter(TOKEN, '#/plugins')
  await watched.until('.plugin', (text) => text.includes('auth-ledger'))
  await watched.page.click('text=Reload configuration')
  await watched.until('.notes', (text) => text.includes('read again'))
  await watched.go('#/access')
  await watched.until('main', (text) =>
    ['tcp', 'WebSocket', 'HTTP', 'Nobody is banned'].every((word) => text.includes(word))
  )
  await watched.close()
}

async function readOnly() {
  const watched = await open({})
  await watched.enter(READ_TOKEN, '#/plugins')
  await watched.until('.plugin', (text) => text.includes('auth-ledger'))
  assert((await watched.page.getByRole('button', { name: 'Reload configuration' }).count()) === 0, 'reload is there')
  await watched.close()
}

// Names that strangers chose do nothing: neither as a client id, nor as a topic, a filter, a payload or in the log.
async function hostileNames() {
  const client = await connect(HOSTILE, { username: HOSTILE, will: { topic: HOSTILE, payload: HOSTILE } })
  await client.subscribeAsync(HOSTILE)
  await client.publishAsync(HOSTILE, HOSTILE, {
    retain: true,
    qos: 1,
    properties: { userProperties: { [HOSTILE]: HOSTILE } }
  })
  const watched = await open({})
  await watched.enter(TOKEN)
  const name = encodeURIComponent(HOSTILE)
  for (const hash of ['#/clients', `#/clients/${name}`, '#/topics', '#/topics/retained', `#/topics/retained/${name}`]) {
    await watched.go(hash)
    await watched.until('main', (text) => text.includes('<img src=x'), hash)
    assert((await watched.page.locator('img').count()) === 0, `${hash} has an image of a stranger`)
  }
  await watched.until('.drawer .payload', (text) => text === HOSTILE)
  assert((await watched.page.title()).includes('Grapnel'), 'a script of a stranger ran')
  for (const id of ['..', 'a/b', 'a//b', 'ä ?&#%2F']) {
    const odd = await connect(id)
    await watched.go(`#/clients/${encodeURIComponent(id)}`)
    await watched.until('.drawer h2', (text) => text === id)
    await watched.until('.drawer .facts', (text) => text.includes('Connected'), id)
    await odd.endAsync()
  }
  await client.publishAsync(HOSTILE, '', { retain: true, qos: 1 })
  await client.endAsync()
  await watched.close()
}

async function main() {
  browser = await launch()
  const cases = new Cases(browser)
  const all = { served, signIn, load, kick, publish, retained, searches, trace, log, plugins, readOnly, hostileNames }
  for (const [name, work] of Object.entries(all)) await cases.run(name, work)
  await browser.close()
  process.exit(cases.failed ? 1 : 0)
}

main()

// The page with a broker of invented data: how it looks everywhere, and what a real broker seldom does. No arguments.
'use strict'

const { assert, Cases, launch, Watched, SIZES } = require('./browser')
const looks = require('./looks')
const mock = require('./mock')
const data = require('./mock_data')

const CLIENT = 'bremen-buoy-0215'
const VIEWS = {
  overview: '#/overview',
  clients: '#/clients',
  client: `#/clients/${CLIENT}`,
  subscriptions: '#/topics/subscriptions',
  retained: '#/topics/retained',
  message: `#/topics/retained/${encodeURIComponent('site/kiel/pump/state')}`,
  publish: '#/topics/publish',
  plugins: '#/plugins',
  access: '#/access',
  log: '#/log'
}
const READY = {
  overview: '.chart .line[d*="L"]',
  clients: '.table-box td a',
  client: '.drawer .facts dd',
  subscriptions: '.table-box td',
  retained: '.table-box td a',
  message: '.drawer .payload',
  publish: '.form',
  plugins: '.plugin td',
  access: '.table-box td',
  log: '.log li'
}

const WIDER_PX = 0.5

let browser
let server
let base
const open = (options) => Watched.open(browser, base, options)

async function look(size, scheme) {
  const watched = await open({ size, scheme })
  await watched.enter(mock.TOKEN)
  for (const [name, hash] of Object.entries(VIEWS)) {
    await watched.go(hash)
    await watched.page.locator(READY[name]).first().waitFor()
    await watched.picture(`${name}-${size}-${scheme}`)
    for (const letters_px of [null, WIDER_PX]) {
      await watched.page.evaluate(looks.spread, letters_px)
      const wide = await watched.page.evaluate(looks.overflow)
      assert(wide === null, `${name} is ${wide}, with ${letters_px ?? 0} px more a letter`)
    }
    await watched.page.evaluate(looks.spread, null)
    const faint = await watched.page.evaluate(looks.faintTexts)
    assert(faint.length === 0, `${name} has faint texts: ${faint.slice(0, 5).join(', ')}`)
    const nameless = await watched.page.evaluate(looks.namelessControls)
    assert(nameless.length === 0, `${name} has controls without a name: ${nameless.join(' ')}`)
  }
  await watched.close()
}

async function signIn() {
  const watched = await open({ wanted: ['401'] })
  await watched.go('')
  await watched.page.fill('#token', 'a token of nobody')
  await watched.page.keyboard.press('Enter')
  await watched.until('[role=alert]', (text) => text.includes('not accepted'))
  await watched.picture('sign-in')
  await watched.page.fill('#token', 'tökén')
  await watched.page.keyboard.press('Enter')
  await watched.until('[role=alert]', (text) => text.includes('not accepted'))
  await watched.page.fill('#token', mock.TOKEN)
  await watched.page.keyboard.press('Enter')
  await watched.page.waitForSelector('.state.live')
  await watched.page.reload()
  await watched.page.waitForSelector('.state.live')
  await watched.page.click('[aria-label="Sign out"]')
  await watched.page.waitForSelector('#token')
  await watched.page.reload()
  await watched.page.waitForSelector('#token')
  await watched.close()
}

async function tokenOfAddress() {
  const watched = await open({})
  await watched.go(`#token=${mock.TOKEN}`)
  await watched.page.waitForSelector('.state.live')
  assert(!watched.page.url().includes('token'), watched.page.url())
  await watched.close()
}

async function readOnly() {
  const watched = await open({})
  await watched.enter(mock.READ_TOKEN)
  for (const [view, ready, hidden] of [
    ['client', '.drawer .facts dd', 'Disconnect'],
    ['message', '.drawer .payload', 'Delete'],
    ['plugins', '.plugin td', 'Reload configuration'],
    ['access', '.table-box td', 'Lift']
  ]) {
    await watched.go(VIEWS[view])
    await watched.page.locator(ready).first().waitFor()
    assert((await watched.page.getByRole('button', { name: hidden }).count()) === 0, `${hidden} is there`)
  }
  assert((await watched.page.getByRole('link', { name: 'Publish' }).count()) === 0, 'Publish is there')
  await watched.go('#/log')
  assert(!(await watched.page.locator('#log-level').isVisible()), 'the level can be changed')
  await watched.close()
}

async function lostConnection() {
  const watched = await open({ wanted: ['ERR_'] })
  await watched.enter(mock.TOKEN)
  const { port } = server.address()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await watched.until('.banner', (text) => text.includes('Connection lost'))
  await watched.picture('connection-lost')
  server = await mock.start(port)
  await watched.page.click('text=Try now')
  await watched.page.waitForSelector('.state.live')
  assert(!(await watched.page.locator('.banner').isVisible()), 'the banner stays')
  await watched.close()
}

async function reloadFaults() {
  const watched = await open({ wanted: ['422'] })
  await watched.enter(mock.TOKEN, '#/log')
  await watched.page.selectOption('#log-level', 'debug')
  await watched.until('.notes', (text) => text.includes('debug'))
  await watched.go('#/plugins')
  await watched.page.click('text=Reload configuration')
  await watched.until('.fault ul', (text) => text.includes('grapnel.toml:12:1') && text.includes('server.pem'))
  await watched.picture('reload-faults')
  data.setLogLevel('info')
  await watched.page.click('text=Reload configuration')
  await watched.until('.notes', (text) => text.includes('read again'))
  assert((await watched.page.locator('.fault ul').count()) === 0, 'the faults stay')
  await watched.close()
}

async function keyboard() {
  const watched = await open({})
  await watched.enter(mock.TOKEN, '#/clients')
  await watched.page.locator('td a').nth(2).focus()
  const name = await watched.page.evaluate(() => document.activeElement.textContent)
  await watched.page.keyboard.press('Enter')
  await watched.page.locator('.drawer .facts dd').first().waitFor()
  await watched.page.keyboard.press('Escape')
  await watched.page.locator('.drawer').waitFor({ state: 'hidden' })
  assert((await watched.page.evaluate(() => document.activeElement.textContent)) === name, 'the focus is lost')
  await watched.go('#/overview')
  await watched.page.locator('.plot').first().focus()
  await watched.page.keyboard.press('ArrowLeft')
  await watched.page.keyboard.press('ArrowLeft')
  assert((await watched.page.locator('.mark circle').count()) > 10, 'the charts have no common cursor')
  await watched.close()
}

async function theme() {
  const watched = await open({ scheme: 'light' })
  await watched.enter(mock.TOKEN)
  const ground = () => watched.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await ground()
  await watched.page.click('[aria-label^="Colours"]')
  assert((await ground()) === light, 'light is not light')
  await watched.page.click('[aria-label^="Colours"]')
  const dark = await ground()
  assert(dark !== light, 'there is no dark')
  await watched.page.reload()
  await watched.page.waitForSelector('.state.live')
  assert((await ground()) === dark, 'the choice is not kept')
  await watched.close()
}

// Names of strangers are text wherever they stand.
async function hostileNames() {
  const watched = await open({})
  await watched.enter(mock.TOKEN)
  const name = encodeURIComponent(data.HOSTILE)
  for (const hash of [
    '#/clients',
    `#/clients/${name}`,
    '#/topics',
    '#/topics/retained',
    `#/topics/retained/${name}`,
    '#/log'
  ]) {
    await watched.go(hash)
    await watched.until('main', (text) => text.includes('<img src=x'), hash)
    assert(
      (await watched.page.locator('img, main b:has-text("admin"), main script').count()) === 0,
      `${hash} has an element of a stranger`
    )
  }
  await watched.go('#/clients')
  await watched.page.fill('.search input', 'reversed')
  await watched.until('tbody', (text) => text.includes('reversed-⟨202e⟩'))
  assert((await watched.page.title()).includes('Grapnel'), 'a script of a stranger ran')
  await watched.close()
}

async function doubts() {
  const watched = await open({})
  await watched.enter(mock.TOKEN, `#/clients/${CLIENT}`)
  await watched.page.click('text=Drop session')
  await watched.page.locator('dialog').waitFor()
  await watched.picture('question')
  await watched.page.keyboard.press('Escape')
  await watched.page.locator('dialog').waitFor({ state: 'detached' })
  assert(data.client(CLIENT) !== null, 'dropped without consent')
  await watched.close()
}

async function bans() {
  const watched = await open({})
  await watched.enter(mock.TOKEN, '#/access')
  await watched.page.click('[aria-label="Lift the ban of 203.0.113.77"]')
  await watched.page.click('dialog >> text=Lift the ban')
  await watched.until('.notes', (text) => text.includes('lifted'))
  await watched.until('main', (text) => !text.includes('203.0.113.77'))
  await watched.close()
}

async function trace() {
  const watched = await open({})
  await watched.enter(mock.TOKEN, `#/clients/${CLIENT}`)
  await watched.page.getByLabel('Watch').check()
  await watched.until('.packets', (text) => text.includes('PUBLISH'))
  await watched.page.locator('.packets').scrollIntoViewIfNeeded()
  await watched.picture('trace')
  await watched.page.getByLabel('Write to the log').check()
  await watched.until('.packets', () => data.client(CLIENT).trace)
  await watched.page.getByLabel('Write to the log').uncheck()
  await watched.until('.packets', () => !data.client(CLIENT).trace)
  await watched.page.getByLabel('Watch').uncheck()
  await watched.close()
}

async function pages() {
  const watched = await open({})
  await watched.enter(mock.TOKEN, '#/clients')
  const first = await watched.until('tbody td a', (text) => text !== '')
  await watched.page.click('[aria-label="Next page"]')
  await watched.until('.pages', (text) => text.includes('51–100'))
  assert((await watched.text('tbody td a')) !== first, 'the second page is the first')
  await watched.page.fill('.search input', 'KIEL-valve')
  await watched.until('tbody td a', (text) => text.startsWith('kiel-valve'))
  await watched.page.fill('.search input', 'nobody at all')
  await watched.until('.empty', (text) => text.includes('No client matches'))
  await watched.close()
}

// A tab that nobody looks at has no connection after a while, and has one again when it is looked at.
async function rest() {
  const watched = await open({})
  await watched.page.clock.install()
  await watched.enter(mock.TOKEN)
  const see = (hidden) =>
    watched.page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await see(true)
  await watched.page.clock.runFor(61000)
  for (let tries = 0; mock.streams() > 0; ++tries) {
    assert(tries < 100, 'the connection stays')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await watched.page.clock.runFor(30000)
  assert(mock.streams() === 0, 'it connects while nobody looks')
  await see(false)
  await watched.page.waitForFunction(() => document.querySelector('.state.live'))
  for (let tries = 0; mock.streams() === 0; ++tries) {
    assert(tries < 100, 'it does not connect again')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await watched.close()
}

async function main() {
  server = await mock.start(0)
  base = `http://127.0.0.1:${server.address().port}`
  browser = await launch()
  const cases = new Cases(browser)
  for (const size of Object.keys(SIZES)) {
    for (const scheme of ['light', 'dark']) await cases.run(`${scheme} on a ${size}`, () => look(size, scheme))
  }
  const all = {
    signIn,
    tokenOfAddress,
    readOnly,
    lostConnection,
    reloadFaults,
    keyboard,
    theme,
    hostileNames,
    doubts,
    bans,
    trace,
    pages,
    rest
  }
  for (const [name, work] of Object.entries(all)) await cases.run(name, work)
  await browser.close()
  process.exit(cases.failed ? 1 : 0)
}

main()

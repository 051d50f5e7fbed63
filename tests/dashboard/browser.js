// Chromium, pages that are watched, and cases that are printed as PASS or FAIL.
'use strict'

const path = require('node:path')
const { chromium } = require('playwright-core')

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }
const SCALE = Number(process.env.GRAPNEL_TEST_TIME_SCALE || 1)
const WAIT_MS = 15000 * SCALE

function assert(condition, text) {
  if (!condition) throw new Error(text)
}

// Without Chromium's sandbox, which not every machine of a build can give: the pages are our own.
function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking']
  })
}

// A page whose errors are kept: what scripts throw, what the console says, what the policy stops, and requests to other
// hosts than that of `base`. Answers whose status a case wants, as 401, are no errors.
class Watched {
  static async open(browser, base, { size = 'desk', scheme = 'light', wanted = [], ...options } = {}) {
    const context = await browser.newContext({ viewport: SIZES[size], colorScheme: scheme, ...options })
    const watched = new Watched()
    watched.context = context
    watched.page = await context.newPage()
    watched.page.setDefaultTimeout(WAIT_MS)
    watched.base = base
    watched.errors = []
    watched.wanted = wanted
    watched.#listen()
    await watched.page.exposeFunction('reportViolation', (text) => watched.errors.push(`policy: ${text}`))
    await watched.page.addInitScript(() =>
      document.addEventListener('securitypolicyviolation', (event) =>
        window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`)
      )
    )
    return watched
  }

  #listen() {
    const host = new URL(this.base).host
    this.page.on('pageerror', (error) => this.errors.push(`thrown: ${error.stack}`))
    this.page.on('console', (message) => {
      const isWanted = this.wanted.some((text) => message.text().includes(text))
      if (['error', 'warning'].includes(message.type()) && !isWanted) this.errors.push(`console: ${message.text()}`)
    })
    this.page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.protocol.startsWith('http') && url.host !== host) this.errors.push(`asks ${url.host}`)
    })
    this.page.on('dialog', (dialog) => {
      this.errors.push(`a dialog of the browser: ${dialog.message()}`)
      dialog.dismiss()
    })
  }

  go(hash) {
    return this.page.goto(`${this.base}/${hash}`)
  }

  // Opens the dashboard with a token, as the link of `./dev run` does.
  async enter(token, hash = '#/overview') {
    await this.go(`#token=${token}`)
    await this.page.waitForSelector('.state.live')
    await this.go(hash)
  }

  text(selector) {
    return this.page.locator(selector).first().innerText()
  }

  // Waits until the element shows a text that `accept` likes.
  async until(selector, accept, what) {
    const end = Date.now() + WAIT_MS
    let seen = ''
    while (Date.now() < end) {
      const found = this.page.locator(selector).first()
      seen = (await found.count()) > 0 ? await found.innerText() : ''
      if (accept(seen)) return seen
      await this.page.waitForTimeout(50)
    }
    throw new Error(`${what || selector} shows ${JSON.stringify(seen.slice(0, 200))}`)
  }

  async picture(name) {
    const folder = process.env.GRAPNEL_SCREENSHOTS
    if (folder) await this.page.screenshot({ path: path.join(folder, `${name}.png`) })
  }

  async close() {
    await this.context.close()
    assert(this.errors.length === 0, this.errors.join('; '))
  }
}

class Cases {
  failed = 0

  constructor(browser) {
    this.browser = browser
  }

  async run(name, work) {
    try {
      await work()
      console.log(`PASS ${name}`)
    } catch (error) {
      this.failed++
      console.log(`FAIL ${name}: ${error.stack.split('\n').slice(0, 4).join(' | ').slice(0, 600)}`)
      for (const context of this.browser.contexts()) await context.close()
    }
  }
}

module.exports = { assert, Cases, launch, Watched, SIZES, WAIT_MS }

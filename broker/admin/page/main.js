// The frame of the page: signing in, the menu, which view is shown, and the state of the connection.
import { hasToken, setToken, takeTokenOfAddress } from './api.js'
import { el, setText } from './dom.js'
import { seconds } from './format.js'
import { icon, logo } from './icons.js'
import { Live } from './live.js'
import { showSignIn } from './signin.js'
import { AccessView } from './access.js'
import { ClientsView } from './clients.js'
import { LogView } from './log.js'
import { Overview } from './overview.js'
import { PluginsView } from './plugins.js'
import { TopicsView } from './topics.js'

const VIEWS = [
  ['overview', 'Overview', Overview],
  ['clients', 'Clients', ClientsView],
  ['topics', 'Topics', TopicsView],
  ['plugins', 'Plugins', PluginsView],
  ['access', 'Access', AccessView],
  ['log', 'Log', LogView]
]
const REST_MS = 60000
const THEME_TEXTS = { auto: 'as the system', light: 'light', dark: 'dark' }

// What an address means: `#/clients/ID` is ['clients', 'ID'].
function partsOfAddress() {
  return location.hash
    .replace(/^#\/?/, '')
    .split('/')
    .map((part) => {
      try {
        return decodeURIComponent(part)
      } catch {
        return part
      }
    })
}

class Frame {
  #live = new Live()
  #views = new Map()
  #shown = null
  #main = el('main', { id: 'main', tabindex: -1 })
  #links = new Map()
  #state = el('span', { class: 'state', role: 'status' })
  #uptime = el('span', { class: 'uptime' })
  #banner = el('div', { class: 'banner', role: 'alert', hidden: true })
  #bannerTimer = null
  #restTimer = null
  element

  constructor() {
    this.element = el(
      'div',
      { class: 'frame' },
      el(
        'a',
        {
          class: 'skip',
          href: '#main',
          click: (event) => {
            event.preventDefault()
            this.#main.focus()
          }
        },
        'Skip to the content'
      ),
      this.#header(),
      this.#menu(),
      el('div', { class: 'content' }, this.#banner, this.#main)
    )
    this.#live.addEventListener('state', () => this.#showState())
    this.#live.addEventListener('status', () => this.#showStatus())
  }

  start() {
    this.#live.start()
    this.#showState()
    this.route()
  }

  // There may be a connection again.
  retryNow() {
    if (this.#live.running) this.#live.retryNow()
    else this.#live.start()
  }

  // Nobody looks: the connection, of which a browser has few, is given up after a while. What is missed meanwhile is
  // in the broker's history.
  rest() {
    this.#restTimer = setTimeout(() => this.#live.stop(), REST_MS)
  }

  wake() {
    clearTimeout(this.#restTimer)
    this.retryNow()
  }

  stop() {
    this.#shown?.hide()
    this.#live.stop()
    clearInterval(this.#bannerTimer)
    clearTimeout(this.#restTimer)
  }

  #header() {
    return el(
      'header',
      { class: 'top' },
      el(
        'a',
        { class: 'brand', href: '#/overview', 'aria-label': 'Grapnel, overview' },
        logo(),
        el('span', {}, 'Grapnel')
      ),
      el('div', { class: 'top-state' }, this.#state, this.#uptime),
      el(
        'div',
        { class: 'top-tools' },
        themeButton(),
        el(
          'button',
          {
            class: 'icon-button',
            type: 'button',
            title: 'Sign out',
            'aria-label': 'Sign out',
            click: () => document.dispatchEvent(new CustomEvent('signed-out', { detail: 'wanted' }))
          },
          icon('leave')
        )
      )
    )
  }

  #menu() {
    return el(
      'nav',
      { class: 'menu', 'aria-label': 'Views' },
      VIEWS.map(([name, text]) => {
        const link = el('a', { href: `#/${name}` }, icon(name), el('span', {}, text))
        this.#links.set(name, link)
        return link
      })
    )
  }

  // Shows what the address says.
  route() {
    const [wanted, ...rest] = partsOfAddress()
    const [name, text, View] = VIEWS.find(([key]) => key === wanted) ?? VIEWS[0]
    if (!this.#views.has(name)) this.#views.set(name, new View(this.#live))
    const view = this.#views.get(name)
    for (const [key, link] of this.#links) {
      if (key === name) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
    document.title = `${text} · Grapnel`
    if (view !== this.#shown) {
      this.#shown?.hide()
      this.#shown = view
      this.#main.replaceChildren(view.element)
      scrollTo(0, 0)
    }
    view.show(rest)
  }

  #showStatus() {
    const { version, started_ms, read_only, store_failing } = this.#live.status
    document.documentElement.toggleAttribute('data-read-only', read_only)
    setText(
      this.#uptime,
      `${version} · up ${seconds((this.#live.now() - started_ms) / 1000)}${read_only ? ' · read only' : ''}`
    )
    this.#main.classList.toggle('store-failing', store_failing)
  }

  #showState() {
    const { state } = this.#live
    this.#state.className = `state ${state}`
    setText(this.#state, { connecting: 'Connecting', live: 'Live', lost: 'Connection lost' }[state])
    document.documentElement.toggleAttribute('data-stale', state === 'lost')
    this.#banner.hidden = state !== 'lost'
    clearInterval(this.#bannerTimer)
    if (state !== 'lost') return
    const when = el('span', { 'aria-hidden': 'true' })
    const count = () =>
      setText(when, `Next attempt in ${Math.max(1, Math.ceil((this.#live.retry_ms - Date.now()) / 1000))} s.`)
    this.#banner.replaceChildren(
      el('span', {}, el('strong', {}, 'Connection lost. '), this.#live.error.message, ' What is shown may be old. '),
      when,
      el('button', { class: 'button', type: 'button', click: () => this.#live.retryNow() }, 'Try now')
    )
    count()
    this.#bannerTimer = setInterval(count, 500)
  }
}

function themeButton() {
  const theme = window.grapnelTheme
  const button = el('button', {
    class: 'icon-button',
    type: 'button',
    click: () => {
      theme.choose(theme.names[(theme.names.indexOf(theme.current()) + 1) % theme.names.length])
      show()
    }
  })
  const show = () => {
    const text = `Colours: ${THEME_TEXTS[theme.current()]}`
    button.replaceChildren(icon(theme.current()))
    button.title = text
    button.setAttribute('aria-label', text)
  }
  show()
  return button
}

let frame = null

function signIn(why) {
  frame?.stop()
  frame = null
  showSignIn(why, open)
}

function open() {
  frame?.stop()
  frame = new Frame()
  document.body.replaceChildren(frame.element)
  frame.start()
}

document.addEventListener('signed-out', ({ detail }) => {
  if (frame === null) return
  setToken(null)
  signIn(detail === 'wanted' ? '' : 'The token is not accepted any more.')
})

window.addEventListener('hashchange', () => {
  if (takeTokenOfAddress()) open()
  else frame?.route()
})
document.addEventListener('visibilitychange', () => {
  if (document.hidden) frame?.rest()
  else frame?.wake()
})
window.addEventListener('online', () => frame?.retryNow())

takeTokenOfAddress()
if (hasToken()) open()
else signIn('')

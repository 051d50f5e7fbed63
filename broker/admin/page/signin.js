// Asks for the token, and tries it.
import { get, setToken, url } from './api.js'
import { el, setText } from './dom.js'
import { logo } from './icons.js'

// `why`: what is told beforehand; `done()` is called when the token is accepted.
export function showSignIn(why, done) {
  const fault = el('p', { class: 'fault', role: 'alert', id: 'sign-in-fault', hidden: why === '' }, why)
  const input = el('input', {
    type: 'password',
    id: 'token',
    name: 'token',
    autocomplete: 'current-password',
    autocapitalize: 'none',
    spellcheck: 'false',
    required: true,
    'aria-describedby': 'sign-in-fault'
  })
  const button = el('button', { class: 'button primary', type: 'submit' }, 'Open the dashboard')
  const say = (text) => {
    setText(fault, text)
    fault.hidden = text === ''
  }
  const submit = async (event) => {
    event.preventDefault()
    button.disabled = true
    say('')
    setToken(input.value.trim())
    try {
      await get(url(['status']))
      done()
    } catch (error) {
      setToken(null)
      button.disabled = false
      say(error.status === 401 ? 'This token is not accepted.' : error.message)
      input.select()
    }
  }
  document.title = 'Sign in · Grapnel'
  document.body.replaceChildren(
    el(
      'main',
      { class: 'sign-in' },
      el(
        'form',
        { class: 'sign-in-card', submit },
        el('div', { class: 'sign-in-brand' }, logo(), el('h1', {}, 'Grapnel')),
        // For those who keep passwords.
        el('input', { type: 'text', name: 'username', autocomplete: 'username', value: 'operator', hidden: true }),
        el('div', { class: 'field' }, el('label', { for: 'token' }, 'Token'), input),
        fault,
        button,
        el(
          'p',
          { class: 'hint' },
          'It stands in the file that ',
          el('code', {}, 'token_file'),
          ' of ',
          el('code', {}, '[admin]'),
          ' names. It is kept until this tab is closed.'
        )
      )
    )
  )
  input.focus()
}

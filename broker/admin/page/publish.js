// Publishes a message as if a client had.
import { call, url } from './api.js'
import { note } from './dialog.js'
import { el, field, segments, setText } from './dom.js'
import { visible } from './format.js'

export class PublishForm {
  element
  #qos = 0
  #form = 'text'
  #topic = el('input', {
    type: 'text',
    required: true,
    class: 'mono',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false'
  })
  #payload = el('textarea', { rows: 6, class: 'mono', spellcheck: 'false', autocapitalize: 'none' })
  #retain = el('input', { type: 'checkbox' })
  #expiry = el('input', { type: 'number', min: 0, max: 4294967295, step: 1, inputmode: 'numeric' })
  #contentType = el('input', { type: 'text', autocomplete: 'off', spellcheck: 'false' })
  #responseTopic = el('input', { type: 'text', class: 'mono', autocomplete: 'off', spellcheck: 'false' })
  #correlation = el('input', { type: 'text', class: 'mono', autocomplete: 'off', spellcheck: 'false' })
  #properties = el('textarea', { rows: 2, class: 'mono', spellcheck: 'false' })
  #fault = el('div', { class: 'fault', role: 'alert', hidden: true })
  #button = el('button', { class: 'button primary', type: 'submit' }, 'Publish')

  constructor() {
    this.element = el(
      'form',
      { class: 'form panel', submit: (event) => this.#submit(event) },
      field('Topic', this.#topic),
      field('Payload', this.#payload),
      el(
        'div',
        { class: 'form-row' },
        el(
          'div',
          { class: 'choice' },
          el('span', { class: 'label' }, 'Payload is'),
          segments(
            'Payload is',
            [
              ['text', 'Text'],
              ['base64', 'Base64']
            ],
            'text',
            (form) => {
              this.#form = form
            }
          )
        ),
        el(
          'div',
          { class: 'choice' },
          el('span', { class: 'label' }, 'QoS'),
          segments(
            'QoS',
            [
              [0, '0'],
              [1, '1'],
              [2, '2']
            ],
            0,
            (qos) => {
              this.#qos = qos
            }
          )
        ),
        el('label', { class: 'check' }, this.#retain, 'Retain')
      ),
      el(
        'details',
        {},
        el('summary', {}, 'Properties'),
        el(
          'div',
          { class: 'form-grid' },
          field('Expires after (seconds)', this.#expiry),
          field('Content type', this.#contentType),
          field('Response topic', this.#responseTopic),
          field('Correlation data (base64)', this.#correlation)
        ),
        field('User properties', this.#properties, 'One a line, as name: value')
      ),
      this.#fault,
      el('div', { class: 'form-end' }, this.#button)
    )
  }

  show() {
    this.#topic.focus({ preventScroll: true })
  }

  hide() {}

  #message() {
    const message = { topic: this.#topic.value, qos: this.#qos, retain: this.#retain.checked }
    message[this.#form === 'text' ? 'payload' : 'payload_base64'] = this.#payload.value
    if (this.#expiry.value !== '') message.message_expiry_s = Number(this.#expiry.value)
    if (this.#contentType.value !== '') message.content_type = this.#contentType.value
    if (this.#responseTopic.value !== '') message.response_topic = this.#responseTopic.value
    if (this.#correlation.value !== '') message.correlation_data_base64 = this.#correlation.value
    const properties = this.#properties.value
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [name, ...rest] = line.split(':')
        return [name.trim(), rest.join(':').trim()]
      })
    if (properties.length > 0) message.user_properties = properties
    return message
  }

  async #submit(event) {
    event.preventDefault()
    const message = this.#message()
    this.#fault.hidden = true
    this.#button.disabled = true
    try {
      await call('POST', url(['publish']), message)
      note(`Published to ${visible(message.topic)}.`)
    } catch (error) {
      setText(this.#fault, visible([error.message, ...error.faults].join(' ')))
      this.#fault.hidden = false
    } finally {
      this.#button.disabled = false
    }
  }
}

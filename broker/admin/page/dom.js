// Making elements. Text from clients only ever becomes text nodes and attribute values here: there is no way from a
// string to markup.

const SVG = 'http://www.w3.org/2000/svg'

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (typeof value === 'function') node.addEventListener(name, value)
    else node.setAttribute(name, value === true ? '' : String(value))
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined))
  return node
}

// el('button', { class: 'quiet', click: handler }, 'Text', child…): functions become event listeners, absent values
// no attributes.
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children)
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children)
}

// Changes the text of an element when it is another, so that selections and screen readers are left alone.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}

// Makes the children of `parent` those that `make(row)` made for the keys of the rows, in their order. Children of
// keys that stay are kept and handed to `update(child, row)`.
export function reconcile(parent, rows, key, make, update) {
  const kept = new Map([...parent.children].map((child) => [child.rowKey, child]))
  let at = parent.firstElementChild
  for (const row of rows) {
    const id = key(row)
    let child = kept.get(id)
    if (child) {
      kept.delete(id)
    } else {
      child = make(row)
      child.rowKey = id
    }
    update(child, row)
    if (child === at) at = at.nextElementSibling
    else parent.insertBefore(child, at)
  }
  for (const child of kept.values()) child.remove()
}

let names = 0

// An id that no other element has, for labels.
export function uniqueId(stem) {
  return `${stem}-${++names}`
}

// A labelled form field; `input` gets the id that the label names.
export function field(label, input, hint) {
  input.id = input.id || uniqueId('field')
  return el(
    'div',
    { class: 'field' },
    el('label', { for: input.id }, label),
    input,
    hint ? el('p', { class: 'hint' }, hint) : null
  )
}

// One of a few choices, as radio buttons that look like one control. `choose(value)` is told of changes.
export function segments(label, choices, value, choose) {
  const name = uniqueId('segments')
  return el(
    'fieldset',
    { class: 'segments' },
    el('legend', { class: 'unseen' }, label),
    choices.map(([key, text]) =>
      el(
        'label',
        {},
        el('input', { type: 'radio', name, value: key, checked: key === value, change: () => choose(key) }),
        el('span', {}, text)
      )
    )
  )
}

export function empty(title, text) {
  return el('div', { class: 'empty' }, el('p', { class: 'empty-title' }, title), text ? el('p', {}, text) : null)
}

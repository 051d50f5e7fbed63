// What can be measured of how a page looks; these functions run in the page.
'use strict'

// Nothing makes the page wider than the window, nor a table wider than its box, where columns would go unseen.
function overflow() {
  const cut = [...document.querySelectorAll('.table-box')].find((box) => box.scrollWidth > box.clientWidth + 1)
  if (cut) return `a table ${cut.scrollWidth - cut.clientWidth} px too wide: ${cut.textContent.slice(0, 60)}`
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
  if (wide <= 0) return null
  const guilty = [...document.querySelectorAll('body *')].filter(
    (element) =>
      element.getBoundingClientRect().right > document.documentElement.clientWidth + 1 &&
      !element.closest('.table-box, .unseen')
  )
  return `${wide} px too wide: ${guilty
    .slice(0, 3)
    .map((element) => element.outerHTML.slice(0, 80))
    .join(' ')}`
}

// As with a font that is wider than this machine's; null: as it is.
function spread(letters_px) {
  const style = new CSSStyleSheet()
  if (letters_px !== null) style.replaceSync(`* { letter-spacing: ${letters_px}px !important }`)
  document.adoptedStyleSheets = [style]
}

// Texts whose contrast is below what WCAG AA asks for.
function faintTexts() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data].map((value, at) => (at === 3 ? value / 255 : value))
  }
  const over = (top, below) => top.slice(0, 3).map((value, at) => value * top[3] + below[at] * (1 - top[3]))
  const ground = (element) => {
    const layers = []
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor)
      if (colour[3] > 0) layers.push(colour)
      if (colour[3] === 1) break
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255])
  }
  const light = (colour) => {
    const [r, g, b] = colour
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const faint = []
  for (const element of document.querySelectorAll('body *')) {
    const says = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== ''
    )
    if (!says || !element.checkVisibility({ opacityProperty: true }) || element.closest(':disabled')) continue
    const style = getComputedStyle(element)
    const below = ground(element)
    const own = over(rgba(element.namespaceURI.endsWith('svg') ? style.fill : style.color), below)
    const [low, high] = [light(own), light(below)].sort((a, b) => a - b)
    const ratio = (high + 0.05) / (low + 0.05)
    if (ratio < 4.5) faint.push(`${element.textContent.trim().slice(0, 30)} ${ratio.toFixed(2)}`)
  }
  return [...new Set(faint)]
}

// Controls that a screen reader could not name.
function namelessControls() {
  const controls = [...document.querySelectorAll('a, button, input, select, textarea')].filter((element) =>
    element.checkVisibility()
  )
  return controls
    .filter((element) => {
      const texts = [
        element.getAttribute('aria-label'),
        element.textContent,
        ...[...(element.labels || [])].map((label) => label.textContent)
      ]
      return !texts.some((text) => text && text.trim() !== '')
    })
    .map((element) => element.outerHTML.slice(0, 80))
}

module.exports = { overflow, spread, faintTexts, namelessControls }

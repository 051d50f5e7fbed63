// Questions before what cannot be undone, and short notes of what was done.
import { el, uniqueId } from './dom.js'

const NOTE_MS = 5000

// Asks; true when the user agrees. `danger` is the text of the button that does it.
export function confirmed({ title, text, danger }) {
  return new Promise((resolve) => {
    const id = uniqueId('dialog')
    const cancel = el('button', { type: 'button', class: 'button', click: () => dialog.close('') }, 'Cancel')
    const dialog = el(
      'dialog',
      { class: 'dialog', 'aria-labelledby': id },
      el('h2', { id }, title),
      el('p', {}, text),
      el(
        'div',
        { class: 'dialog-buttons' },
        cancel,
        el('button', { type: 'button', class: 'button danger', click: () => dialog.close('yes') }, danger)
      )
    )
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
    document.body.append(dialog)
    dialog.showModal()
    cancel.focus()
  })
}

let notes = null

// A note that goes by itself; kind: done or fault.
export function note(text, kind = 'done') {
  if (!notes) {
    notes = el('div', { class: 'notes', role: 'status', 'aria-live': 'polite' })
    document.body.append(notes)
  }
  const line = el('div', { class: `note ${kind}` }, text)
  notes.append(line)
  while (notes.children.length > 3) notes.firstChild.remove()
  setTimeout(() => line.remove(), NOTE_MS)
}

// Runs what the user asked for, and says how it went. True when it went well.
export async function attempt(work, done) {
  try {
    await work()
    if (done) note(done)
    return true
  } catch (error) {
    note(error.message, 'fault')
    return false
  }
}

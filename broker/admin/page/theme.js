// The colours that the user chose, before anything is drawn. Runs in the head, so it is no module.
;(function () {
  'use strict'
  const KEY = 'grapnel-theme'
  const NAMES = ['auto', 'light', 'dark']

  function stored() {
    try {
      const name = localStorage.getItem(KEY)
      return NAMES.includes(name) ? name : 'auto'
    } catch {
      return 'auto' // storage is forbidden
    }
  }

  function apply(name) {
    document.documentElement.dataset.theme = name
  }

  window.grapnelTheme = {
    names: NAMES,
    current: stored,
    choose(name) {
      apply(name)
      try {
        localStorage.setItem(KEY, name)
      } catch {
        /* it holds until the page is closed */
      }
    }
  }
  apply(stored())
})()

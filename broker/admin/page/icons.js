// Icons are drawn on a grid of 24 by 24, with a line of the text's colour.
import { svg } from './dom.js'

const PATHS = {
  overview: ['M4 19V11', 'M10 19V5', 'M16 19v-6', 'M22 19H2'],
  clients: ['M5 6.500h14v8H5z', 'M9 18.500h6', 'M12 14.500v4'],
  topics: ['M5 5v14', 'M5 8h6', 'M5 16h6', 'M11 5.500h8v5h-8z', 'M11 13.500h8v5h-8z'],
  plugins: ['M9 4v4', 'M15 4v4', 'M6 8h12v4a6 6 0 0 1-12 0z', 'M12 18v3'],
  access: ['M12 3.500l7 2.500v5c0 4.500-3 7.800-7 9.500-4-1.700-7-5-7-9.500V6z', 'M9 11.500l2.200 2.200 4-4'],
  log: ['M5 6h14', 'M5 10h9', 'M5 14h14', 'M5 18h6'],
  close: ['M6 6l12 12', 'M18 6L6 18'],
  auto: ['M12 4a8 8 0 1 0 0 16z', 'M12 4a8 8 0 0 1 0 16'],
  light: [
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
    'M12 2.500v2',
    'M12 19.500v2',
    'M2.500 12h2',
    'M19.500 12h2',
    'M5.300 5.300l1.400 1.400',
    'M17.300 17.300l1.400 1.400',
    'M5.300 18.700l1.400-1.400',
    'M17.300 6.700l1.400-1.400'
  ],
  dark: ['M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z'],
  leave: ['M14 5H6v14h8', 'M11 12h9', 'M17 9l3 3-3 3'],
  reload: ['M19 12a7 7 0 1 1-2-5', 'M19.500 3.500v4.500H15'],
  search: ['M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12z', 'M15.500 15.500L20 20'],
  previous: ['M14 6l-6 6 6 6'],
  next: ['M10 6l6 6-6 6']
}

export function icon(name) {
  const shape = svg(
    'svg',
    { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    PATHS[name].map((d) => svg('path', { d }))
  )
  if (name === 'auto') shape.firstChild.setAttribute('class', 'filled')
  return shape
}

// The grapnel: an anchor with four flukes.
export function logo() {
  return svg(
    'svg',
    { class: 'logo', viewBox: '0 0 32 32', 'aria-hidden': 'true', focusable: 'false' },
    svg('circle', { cx: 16, cy: 5, r: 2.8 }),
    svg('path', { d: 'M16 7.800V28M4 16.500C4.300 23.500 9 28 16 28S27.700 23.500 28 16.500' }),
    svg('path', { d: 'M10.800 17.500C10.900 23 12.900 26.600 16 28 19.100 26.600 21.100 23 21.200 17.500' }),
    svg('path', { d: 'M1.800 19.200 4 16.200 7 18.400M30.200 19.200 28 16.200 25 18.400' })
  )
}

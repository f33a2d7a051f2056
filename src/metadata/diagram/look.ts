/** How a diagram looks: sizes in pixels, and colours for light and for dark. */

export const sizes = {
  text: 12,
  title: 13,
  header: 30,
  row: 20,
  /** The room for the marks of keys, left of the names. */
  marks: 46,
  padding: 10,
  /** Types and names that are wider than this are cut; their whole text is in the tooltip. */
  widest: 260,
  edge: 28,
  radius: 6,
} as const

/** For each hue, the colour on a light ground and the one on a dark ground. */
export const hues: readonly (readonly [light: string, dark: string])[] = [
  ['#2f6fc4', '#7fb2f5'],
  ['#b3502f', '#f0987a'],
  ['#1d8577', '#5ccbbd'],
  ['#8b4fb8', '#c39cf2'],
  ['#4b8431', '#93d074'],
  ['#b23a74', '#ee8fba'],
  ['#9a6c0c', '#e2b85c'],
  ['#3f7f99', '#86c5dd'],
]

const grey = ['#66707c', '#9aa5b1'] as const

/** What `style` holds. Each rule says both colours, so that viewers without custom properties show them too. */
export function styles(): string {
  const rules = (dark: 0 | 1): string[] => [
    ...[...hues, grey].flatMap((hue, at) => [
      `.h${at} .line,.h${at} .foot{stroke:${hue[dark]}}`,
      `.h${at} .head,.h${at} .stripe,.h${at} .key{fill:${hue[dark]}}`,
    ]),
    `.ground{fill:${dark ? '#12161b' : '#fbfbfc'}}`,
    `.band{fill:${dark ? '#191e25' : '#f2f4f7'};stroke:${dark ? '#2a323c' : '#e1e5ea'}}`,
    `.box{fill:${dark ? '#1c222a' : '#ffffff'};stroke:${dark ? '#37414d' : '#cdd4dc'}}`,
    `.rule{stroke:${dark ? '#2b333d' : '#e9edf1'}}`,
    `text{fill:${dark ? '#dfe5ec' : '#1d2530'}}`,
    `.type,.mark,.label,.legend{fill:${dark ? '#93a0ae' : '#66717e'}}`,
    `.cut{stroke:${dark ? '#12161b' : '#fbfbfc'}}`,
  ]
  return [
    `text{font:${sizes.text}px Helvetica,Arial,'Liberation Sans','Nimbus Sans',sans-serif}`,
    `.name{font-size:${sizes.title}px;font-weight:bold}`,
    '.label{font-size:14px;font-weight:bold}',
    '.mark{font-size:9px;font-weight:bold}',
    '.head{opacity:.17}',
    '.line,.foot{fill:none;stroke-width:1.4}',
    '.may{stroke-dasharray:4 3}',
    '.net:hover .line,.net:hover .foot{stroke-width:3}',
    ...rules(0),
    `@media (prefers-color-scheme:dark){${rules(1).join('')}}`,
  ].join('\n')
}

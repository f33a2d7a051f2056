/** A diagram as a picture: SVG that stands alone, in light or dark as its reader has it. */
import type { Diagram, DiagramColumn, DiagramTable } from './diagram.ts'
import type { Box, Link } from './layers.ts'
import { type Layout, layout, type Point, type Stretch } from './layout.ts'
import { hues, sizes, styles } from './look.ts'
import { fitted, textWidth } from './text-width.ts'

export interface SvgOptions {
  /** What the picture is called; 'Schema' unless stated. */
  readonly title?: string
}

/**
 * The picture: tables as boxes, each foreign key a line from its column to its table, with a crow's foot where many rows may point and a
 * single bar where one may; broken where it may be null. All lines to one table have one colour and share their way. The same schema gives
 * the same text.
 * @example svg(diagramOf(model), { title: 'shop' }) // <svg …
 */
export function svg(diagram: Diagram, { title = 'Schema' }: SvgOptions = {}): string {
  const { tables, keys } = diagram
  const groups = [...new Set(tables.map(table => table.schema))]
  const boxes = tables.map((table): Box => {
    return { width: boxWidth(table), height: boxHeight(table), group: groups.indexOf(table.schema) }
  })
  const links = keys.map(({ from, to, columns }): Link => {
    return { from, to, fromY: rowY(columns[0] ?? 0), toY: sizes.header / 2 }
  })
  const banded = groups.length > 1
  const margins = banded ? { bandTop: 40, bandBottom: 18 } : { bandTop: 0, bandBottom: 0 }
  const made =
    tables.length === 0
      ? empty
      : layout(boxes, links, groups.length, { edge: banded ? sizes.edge * 1.6 : sizes.edge, ...margins })
  const hueOf = huesOf(diagram)
  const height = made.height + legendHeight
  const width = Math.max(made.width, 360)
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" role="img" aria-labelledby="cupel-title cupel-desc">`,
    `<title id="cupel-title">${escaped(title)}</title>`,
    `<desc id="cupel-desc">${escaped(description(diagram))}</desc>`,
    `<style>\n${styles()}\n</style>`,
    `<rect class="ground" width="100%" height="100%"/>`,
    ...(banded ? made.bands.map((band, at) => bandPart(band, groups[at] ?? '', made.width)) : []),
    ...made.nets.map(net => netPart(net, diagram, hueOf(net.target))),
    ...tables.map((table, at) => tablePart(table, made.corners[at] ?? origin, made.widths[at] ?? 0, hueOf(at), banded)),
    legend(height),
    '</svg>',
  ]
  return `${parts.join('\n')}\n`
}

const origin: Point = { x: 0, y: 0 }
const empty: Layout = { width: 0, height: sizes.edge, corners: [], widths: [], bands: [], nets: [] }
const legendHeight = 34

/** Each table that is pointed to has a hue, the next one its next; the rest are grey. */
function huesOf({ tables, keys }: Diagram): (table: number) => number {
  const targets = [...tables.keys()].filter(at => keys.some(key => key.to === at))
  return at => (targets.includes(at) ? targets.indexOf(at) % hues.length : hues.length)
}

function typeText({ type, nullable }: DiagramColumn): string {
  return nullable ? `${type} ?` : type
}

function boxWidth({ name, columns }: DiagramTable): number {
  const { text, title, marks, padding, widest } = sizes
  const rows = columns.map(column => {
    const [nameWidth, typeWidth] = [textWidth(column.name, text), textWidth(typeText(column), text)]
    return marks + Math.min(nameWidth, widest) + 18 + Math.min(typeWidth, widest / 2) + padding
  })
  return Math.ceil(Math.max(120, Math.min(textWidth(name, title, 'bold'), widest * 1.4) + 2 * padding + 6, ...rows))
}

function boxHeight({ columns }: DiagramTable): number {
  return sizes.header + columns.length * sizes.row + 6
}

/** The middle of a column's row, from the top of its table. */
function rowY(column: number): number {
  return sizes.header + 3 + column * sizes.row + sizes.row / 2
}

function tablePart(table: DiagramTable, { x, y }: Point, width: number, hue: number, banded: boolean): string {
  const { header, padding, title, radius: r } = sizes
  const height = boxHeight(table)
  const full = banded && table.schema !== 'public' ? `${table.schema}.${table.name}` : table.name
  const about = [full, table.comment, table.partitions === 0 ? null : `partitions: ${table.partitions}`]
  const name = fitted(table.name, width - 2 * padding, title, 'bold')
  return [
    `<g class="h${hue}" transform="translate(${round(x)} ${round(y)})">`,
    `<title>${escaped(about.filter(part => part !== null).join('\n'))}</title>`,
    `<rect class="box" width="${width}" height="${height}" rx="${r}"/>`,
    `<path class="head" d="M0 ${header}V${r}Q0 0 ${r} 0H${width - r}Q${width} 0 ${width} ${r}V${header}Z"/>`,
    `<path class="stripe" d="M0 ${r}Q0 0 ${r} 0H${width - r}Q${width} 0 ${width} ${r}L${width} ${r}Q${width} 3 ${width - r} 3H${r}Q0 3 0 ${r}Z"/>`,
    `<text class="name" x="${padding}" y="${header / 2 + 5.5}">${escaped(name)}</text>`,
    ...table.columns.map((column, at) => columnPart(column, at, width)),
    '</g>',
  ].join('\n')
}

function columnPart(column: DiagramColumn, at: number, width: number): string {
  const { text, marks, padding, row, header, widest } = sizes
  const y = header + 3 + at * row
  const type = fitted(typeText(column), widest / 2, text)
  const name = fitted(column.name, width - marks - 18 - textWidth(type, text) - padding + 1, text)
  const base = y + row / 2 + 4.2
  const isCut = name !== column.name || type !== typeText(column)
  const about = [isCut ? `${column.name} ${typeText(column)}` : null, column.comment].filter(part => part !== null)
  const isKey = column.marks.includes('PK')
  const shown = [
    ...(at === 0 ? [] : [`<path class="rule" d="M8 ${y}H${width - 8}"/>`]),
    ...(column.marks.length === 0
      ? []
      : [`<text class="mark${isKey ? ' key' : ''}" x="${padding}" y="${base - 0.8}">${column.marks.join(' ')}</text>`]),
    `<text x="${marks}" y="${base}"${isKey ? ' font-weight="bold" style="font-weight:bold"' : ''}>${escaped(name)}</text>`,
    `<text class="type" x="${width - padding}" y="${base}" text-anchor="end">${escaped(type)}</text>`,
  ].join('')
  return about.length === 0 ? shown : `<g><title>${escaped(about.join('\n'))}</title>${shown}</g>`
}

function bandPart({ y, height }: { y: number; height: number }, name: string, width: number): string {
  const inset = sizes.edge * 0.5
  return [
    `<rect class="band" x="${inset}" y="${round(y)}" width="${round(width - 2 * inset)}" height="${round(height)}" rx="10"/>`,
    `<text class="label" x="${inset + 16}" y="${round(y + 25)}">${escaped(name)}</text>`,
  ].join('')
}

function netPart(
  { target, end, side, stretches }: Layout['nets'][number],
  { tables, keys }: Diagram,
  hue: number,
): string {
  const goesRight = side === 'right'
  const bar = end.x + (goesRight ? 7 : -7)
  // What leads on is drawn over what is broken.
  const drawn = stretches.toSorted((a, b) => Number(b.link !== null) - Number(a.link !== null))
  return [
    `<g class="net h${hue}"><title>${escaped(`to ${tables[target]?.name ?? ''}`)}</title>`,
    ...drawn.map(stretch => stretchPart(stretch, stretch.link === null ? undefined : keys[stretch.link])),
    `<path class="foot" d="M${round(bar)} ${round(end.y - 5)}v10"/>`,
    '</g>',
  ].join('\n')
}

function stretchPart(stretch: Stretch, key: Diagram['keys'][number] | undefined): string {
  const path = pathOf(stretch)
  if (key === undefined) return `<path class="line" d="${path}"/>`
  const { x, y } = stretch.from
  // The line leaves its box towards its track, or towards its end where there is none.
  const away = Math.sign((stretch.track ?? stretch.to.x) - x)
  const at = (by: number, up: number) => `${round(x + away * by)} ${round(y + up)}`
  const foot = key.unique ? `M${at(7, -5)}L${at(7, 5)}` : `M${at(11, 0)}L${at(0, -5.5)}M${at(11, 0)}L${at(0, 5.5)}`
  const tip = key.nullable ? `<path class="line may" d="${path}"/>` : `<path class="line" d="${path}"/>`
  return `<g><title>${escaped(key.name)}</title>${tip}<path class="foot" d="${foot}"/></g>`
}

/** Along, up or down the track, and along again, with round corners. */
function pathOf({ from, track, to }: Stretch): string {
  const rise = to.y - from.y
  if (track === null || Math.abs(rise) < 1) return `M${round(from.x)} ${round(from.y)}H${round(to.x)}`
  const r = Math.min(7, Math.abs(rise) / 2)
  const [first, last] = [Math.sign(track - from.x), Math.sign(to.x - track)]
  const down = Math.sign(rise) * r
  return [
    `M${round(from.x)} ${round(from.y)}H${round(track - first * r)}`,
    `Q${round(track)} ${round(from.y)} ${round(track)} ${round(from.y + down)}`,
    `V${round(to.y - down)}`,
    `Q${round(track)} ${round(to.y)} ${round(track + last * r)} ${round(to.y)}`,
    `H${round(to.x)}`,
  ].join('')
}

function legend(height: number): string {
  const y = height - 14
  return `<text class="legend" x="${sizes.edge}" y="${round(y)}">PK primary key · FK foreign key · UK unique · ? may be null · a broken line may lead nowhere</text>`
}

function description({ tables, keys }: Diagram): string {
  const count = (many: number, one: string) => `${many} ${one}${many === 1 ? '' : 's'}`
  const about = tables.map((table, at) => {
    const targets = [...new Set(keys.filter(key => key.from === at).map(key => tables[key.to]?.name ?? ''))]
    return `${table.name}: ${count(table.columns.length, 'column')}${targets.length === 0 ? '' : `, points to ${targets.join(', ')}`}`
  })
  return `${count(tables.length, 'table')} and ${count(keys.length, 'foreign key')}. ${about.join('. ')}.`
}

function escaped(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML takes none of these
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, '')
  )
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** Rows as text in columns that line up, whatever alphabet they are written in. */

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
// Blocks that a terminal shows two cells wide: Unicode's East_Asian_Width W and F, by the blocks that cities are named in.
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u
const emoji = /^(?:\p{Emoji_Presentation}|\p{Regional_Indicator}|.\ufe0f)/u
const unseen = /^[\p{M}\p{C}]+$/u

/**
 * The cells a terminal gives to a text.
 * @example width('東京') // => 4
 */
export function width(text: string): number {
  let cells = 0
  for (const { segment } of graphemes.segment(text)) {
    if (wide.test(segment) || emoji.test(segment)) cells += 2
    else if (!unseen.test(segment)) cells += 1
  }
  return cells
}

/** Rows under their keys as headings; numbers stand on the right and in groups of three digits. */
export function table(rows: readonly Readonly<Record<string, unknown>>[]): string {
  if (rows.length === 0) return '(no rows)'
  const headings = Object.keys(rows[0] ?? {})
  const columns = headings.map(heading => {
    const values = rows.map(row => row[heading])
    const cells = values.map(cell)
    return {
      heading,
      cells,
      right: values.every(value => value === null || isNumber(value)),
      width: Math.max(width(heading), ...cells.map(width)),
    }
  })
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => pad(text, columns[index]?.width ?? 0, columns[index]?.right ?? false))
      .join('  ')
      .trimEnd()
  return [
    line(headings),
    columns.map(column => '─'.repeat(column.width)).join('  '),
    ...rows.map((_, index) => line(columns.map(column => column.cells[index] ?? ''))),
  ].join('\n')
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return isNumber(value) ? value.toLocaleString('en-US') : String(value)
}

function pad(text: string, cells: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, cells - width(text)))
  return right ? space + text : text + space
}

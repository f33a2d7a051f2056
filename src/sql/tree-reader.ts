/** Rows of several tables read from the messages of one statement: by a function compiled for each, or by a plain loop. */
import type { ReadBytes } from './column-reader.ts'
import { canCompile, columnKey, type ReadRow, sizeAt } from './row-reader.ts'

type Values = Record<string, unknown>

/** A row, which level it is of, and the parent's key in a join table, by the places of its columns. */
export class TreeRow {
  readonly level: number
  readonly lead: Values | null
  readonly row: Values

  constructor(level: number, lead: Values | null, row: Values) {
    this.level = level
    this.lead = lead
    this.row = row
  }
}

/** How one value is read: where it stands among those of all levels, and where it goes. */
export interface TreeColumn {
  readonly place: number
  readonly name: string
  readonly isLead: boolean
  readonly read: ReadBytes
}

/** Past this, one function would be longer than V8 optimizes. */
const maxCompiled = 200

/**
 * @param levels the columns of each, in the order in which rows are to have them; the places that a level does not have are null
 * @param ahead how many columns stand before the first place; the first of them is the number of the level
 */
export function treeReader(
  levels: readonly (readonly TreeColumn[])[],
  ahead: number,
  way: 'compiled' | 'plain' = canCompile ? 'compiled' : 'plain',
): ReadRow<TreeRow> {
  const readers = levels.map((columns, level) =>
    way === 'compiled' && columns.length <= maxCompiled ? compiled(level, columns) : plain(level, columns),
  )
  return (message, start) => {
    let at = start + 2
    let size = sizeAt(message, at)
    at += 4
    let level = 0
    for (const end = at + size; at < end; at++) level = level * 10 + (message[at] as number) - 48
    for (let column = 1; column < ahead; column++) {
      size = sizeAt(message, at)
      at += 4 + Math.max(size, 0)
    }
    // The statement numbers its levels from nought.
    return (readers[level] as ReadRow<TreeRow>)(message, at)
  }
}

function byPlace(columns: readonly TreeColumn[]): TreeColumn[] {
  return [...columns].sort((a, b) => a.place - b.place)
}

function plain(level: number, columns: readonly TreeColumn[]): ReadRow<TreeRow> {
  const empty = (isLead: boolean): Values =>
    Object.fromEntries(columns.filter(one => one.isLead === isLead).map(({ name }) => [name, null]))
  const [leads, rows] = [empty(true), empty(false)]
  const hasLead = columns.some(({ isLead }) => isLead)
  const sorted = byPlace(columns)
  return (message, start) => {
    const lead = hasLead ? { ...leads } : null
    const row = { ...rows }
    let at = start
    let next = 0
    for (const { place, name, isLead, read } of sorted) {
      at += 4 * (place - next)
      next = place + 1
      const size = sizeAt(message, at)
      at += 4
      const into = isLead && lead !== null ? lead : row
      into[name] = size < 0 ? null : read(message, at, size)
      if (size > 0) at += size
    }
    return new TreeRow(level, lead, row)
  }
}

function compiled(level: number, columns: readonly TreeColumn[]): ReadRow<TreeRow> {
  let next = 0
  const steps = byPlace(columns).map(column => {
    const [own, passed] = [columns.indexOf(column), column.place - next]
    next = column.place + 1
    return `${passed > 0 ? `at += ${4 * passed}\n  ` : ''}size = m[at] << 24 | m[at + 1] << 16 | m[at + 2] << 8 | m[at + 3]
  at += 4
  let v${own} = null
  if (size >= 0) {
    v${own} = r${own}(m, at, size)
    at += size
  }`
  })
  const object = (isLead: boolean): string => {
    // In brackets, `__proto__` is a key like any other.
    const entries = columns.flatMap((one, at) => (one.isLead === isLead ? [`${columnKey(one.name)}: v${at}`] : []))
    return `{ ${entries.join(', ')} }`
  }
  const lead = columns.some(({ isLead }) => isLead) ? object(true) : 'null'
  const body = `'use strict'
return function row(m, start) {
  let at = start
  let size = 0
  ${steps.join('\n  ')}
  return new TreeRow(${level}, ${lead}, ${object(false)})
}`
  const make = new Function('TreeRow', ...columns.map((_, at) => `r${at}`), body)
  // What was compiled just above.
  return make(TreeRow, ...columns.map(({ read }) => read)) as ReadRow<TreeRow>
}

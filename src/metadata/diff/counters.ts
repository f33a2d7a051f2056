/** What gives columns their numbers, and where it counts on when it is another. */
import { setDefault } from '../../ddl/change/column.ts'
import { sequenceOf } from '../../ddl/change/identity.ts'
import { countOn, countOnRows } from '../../ddl/change/sequence.ts'
import { fragmentText } from '../../ddl/fragment-text.ts'
import type { Change } from '../../schema/change.ts'
import type { ColumnModel, Model, QualifiedName, SequenceModel, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { paired } from './pairs.ts'
import { nextValue, serialInteger } from './plain-serials.ts'

/** The sequence of an identity, or the one that the default asks. */
function counterOf(model: Model, table: TableModel, column: ColumnModel): QualifiedName | undefined {
  if (column.identity !== null) return sequenceOf(table, column)
  if (column.default?.kind !== 'sql') return undefined
  const text = fragmentText(column.default.sql).replace(/::\w+$/, '')
  if (!text.startsWith('nextval(')) return undefined
  return model.sequences.find(one => nextValue(one) === text)
}

/**
 * What lets the new counter of a column that stands count on: from the old one, or, where there was none, from the rows. Of a sequence that
 * stood before and has counted by itself nothing is said.
 */
export function countingOn(
  { from, to }: Comparison,
  was: TableModel,
  is: TableModel,
  old: ColumnModel,
  column: ColumnModel,
): Change[] {
  const after = counterOf(to, is, column)
  if (after === undefined || (old.identity !== null && column.identity !== null)) return []
  const sequence = to.sequences.find(one => nameOf(one) === nameOf(after))
  if (sequence !== undefined && from.sequences.some(one => nameOf(one) === nameOf(after))) return []
  const options = column.identity?.options ?? sequence?.options ?? {}
  if (BigInt(options.increment ?? 1) < 0n) return []
  const before = counterOf(from, was, old)
  if (before !== undefined) return [countOn(after, options, before)]
  return /^(smallint|integer|bigint)$/.test(old.type.kind) ? [countOnRows(after, options, is, column.name)] : []
}

/** Whether the column that a sequence goes with has another counter, which counts on from it. */
export function isCountedOn(comparison: Comparison, sequence: SequenceModel): boolean {
  return comparison.tables.both.some(([was, is]) =>
    paired(was.columns, is.columns, column => column.name).both.some(
      ([old, column]) =>
        counterOf(comparison.from, was, old) === sequence && countingOn(comparison, was, is, old, column).length > 0,
    ),
  )
}

/** The defaults of columns that go which ask a sequence that goes with another column: Postgres refuses to drop that before them. */
export function askingDefaults({ from, to, tables }: Comparison): Change[] {
  const stay = new Set([...to.sequences, ...sequencesOf(to).map(({ name }) => name)].map(nameOf))
  const gone = sequencesOf(from).filter(({ name }) => !stay.has(nameOf(name)))
  const leaving = [
    ...tables.gone.map(table => [table, table.columns] as const),
    ...tables.both.map(([was, is]) => [was, paired(was.columns, is.columns, column => column.name).gone] as const),
  ]
  return leaving.flatMap(([table, columns]) =>
    columns
      .filter(column => {
        const text = column.default?.kind === 'sql' ? fragmentText(column.default.sql) : ''
        if (!text.includes('nextval(')) return false
        return gone.some(one => text.includes(nextValue(one.name)) && !isOwn(one, table, column))
      })
      .map(column => setDefault(table, column, { ...column, default: null })),
  )
}

interface Counter {
  readonly name: QualifiedName
  /** The table's key and the column's. */
  readonly owner: readonly [table: string, column: string]
}

/** Those that go with a column. */
function sequencesOf(model: Model): Counter[] {
  const owned = model.sequences.flatMap(one => (one.ownedBy === null ? [] : [{ name: one, owner: one.ownedBy }]))
  const columns = model.tables.flatMap(table =>
    table.columns
      .filter(column => column.identity !== null || serialInteger(column) !== undefined)
      .map((column): Counter => ({ name: sequenceOf(table, column), owner: [table.key, column.key] })),
  )
  return [...owned, ...columns]
}

function isOwn({ owner: [key, column] }: Counter, table: TableModel, asking: ColumnModel): boolean {
  return key === table.key && column === asking.key
}

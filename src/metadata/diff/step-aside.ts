/** Tables whose rows go to others of their names, as when a table comes to be partitioned: they step aside, and go once the others have the rows. */
import { quote, quoteQualified } from '../../base/identifier.ts'
import { change, hazard, label, locked } from '../../ddl/change/change.ts'
import { castTo, throughText } from '../../ddl/change/column.ts'
import { renameSequence, sequenceOf } from '../../ddl/change/identity.ts'
import { renameIndex } from '../../ddl/change/table-index.ts'
import { renameTable } from '../../ddl/change/table.ts'
import { disableRowSecurity } from '../../ddl/policy.ts'
import type { Change, Hazard } from '../../schema/change.ts'
import type { QualifiedName, TableModel } from '../../schema/model.ts'
import { callsRemade, type Comparison } from './comparison.ts'
import { isMadeOf } from './column-fates.ts'
import { nameOf } from './identity.ts'
import { holdsRaws } from './held.ts'
import { freeName } from './make-way.ts'
import { heldNames } from './name-clash.ts'
import { once } from './once.ts'
import { partitionsBelow } from './partition-family.ts'
import { serialInteger, serialSequence } from './plain-serials.ts'
import { tableText } from './table-text.ts'

interface Aside {
  readonly was: TableModel
  readonly is: TableModel
  /** The partitions that go with it. Those that stay bring their rows themselves. */
  readonly below: readonly TableModel[]
}

const asides = once((comparison: Comparison): readonly Aside[] => {
  const { from, tables, replaced } = comparison
  const gone = new Set(tables.gone)
  const before = new Map(tables.gone.map(table => [nameOf(table), table]))
  return tables.fresh.flatMap(is => {
    const was = before.get(nameOf(is))
    if (was === undefined || !replaced.has(nameOf(is))) return []
    const below = partitionsBelow(from, was).filter(one => gone.has(one))
    const hasRows = was.partitionBy === null || below.length > 0
    const isAlone =
      [was, is].every(one => one.partitionOf === null && one.inherits.length === 0) &&
      !from.tables.some(one => one.inherits.includes(was.key))
    const calls = [was, ...below].some(
      one => callsRemade(comparison, tableText(from, one)) || holdsRaws(comparison, one),
    )
    return hasRows && isAlone && !calls ? [{ was, is, below }] : []
  })
})

/** The tables that step aside, with their partitions that do. */
export const asideTables = once(
  (comparison: Comparison): ReadonlySet<TableModel> =>
    new Set(asides(comparison).flatMap(({ was, below }) => [was, ...below])),
)

/** Names that others want are theirs from then on. */
export function stepAside(comparison: Comparison): Change[] {
  const held = heldNames(comparison.to)
  return asides(comparison).flatMap(({ was, below }) => [
    ...[...below, was].flatMap(table => {
      const isHeld = (name: string): boolean => held.has(nameOf({ schema: table.schema, name }))
      return [
        ...countersOf(table)
          .filter(({ name }) => isHeld(name))
          .map(sequence => renameSequence(sequence, beside(comparison, table.schema, sequence.name))),
        ...indexNames(table)
          .filter(isHeld)
          .map(name => renameIndex(table, name, beside(comparison, table.schema, name))),
        ...renameTable(table, { schema: table.schema, name: aside(comparison, table).name }),
      ]
    }),
    // Whoever forces it on the owner would see no row to move.
    ...(was.rowSecurity === 'off'
      ? []
      : [
          change('row security', label(aside(comparison, was)), disableRowSecurity(aside(comparison, was)), {
            locks: locked('ACCESS EXCLUSIVE', aside(comparison, was)),
          }),
        ]),
  ])
}

/** The rows come once the new table has its partitions. */
export function moveRows(comparison: Comparison): Change[] {
  return asides(comparison).map(({ was, is }) => {
    const moved = is.columns.filter(column => column.generated === null && was.columnByName.has(column.name))
    const values = moved.map(column => {
      const old = was.columnByName.get(column.name) ?? column
      return isMadeOf(column.type, comparison.remadeTypes) ? throughText(column) : castTo(old, column)
    })
    const overriding = moved.some(column => column.identity !== null) ? ' overriding system value' : ''
    const names = moved.map(column => quote(column.name)).join(', ')
    const sql = `insert into ${quoteQualified(is)} (${names})${overriding} select ${values.join(', ')} from ${quoteQualified(aside(comparison, was))}`
    return change('move rows', label(is), sql, { scans: true, hazards: movingHazards(was, is) })
  })
}

export function dropAsides(comparison: Comparison): Change[] {
  return asides(comparison).map(({ was, below }) => {
    const name = aside(comparison, was)
    return change('drop table', label(name), `drop table ${quoteQualified(name)}`, {
      locks: locked('ACCESS EXCLUSIVE', name, ...below.map(one => aside(comparison, one))),
    })
  })
}

function movingHazards(was: TableModel, is: TableModel): Hazard[] {
  const object = label(is)
  const empty = is.columns.filter(
    one =>
      !was.columnByName.has(one.name) &&
      !one.nullable &&
      one.default === null &&
      one.generated === null &&
      one.identity === null &&
      serialInteger(one) === undefined,
  )
  const mayFail = (message: string): Hazard => hazard('may fail', 'move rows', object, message, was)
  return [
    hazard(
      'blocks',
      'move rows',
      object,
      `all rows of '${object}' are written anew, and nobody can read or write them meanwhile`,
      was,
    ),
    ...(is.partitionBy === null ? [] : [mayFail(`a row of '${object}' that no partition takes makes it fail`)]),
    ...empty.map(column =>
      mayFail(`'${label(is, column.name)}' is not null and has no default, so no row that is there can have it`),
    ),
  ]
}

function aside(comparison: Comparison, table: TableModel): TableModel {
  return { ...table, name: beside(comparison, table.schema, table.name) }
}

/** A name that nobody has or wants. */
function beside({ from, to }: Comparison, schema: string, name: string): string {
  return freeName([from, to], { schema, name })
}

function indexNames({ primaryKey, uniques, excludes, indexes }: TableModel): string[] {
  return [...(primaryKey === null ? [] : [primaryKey]), ...uniques, ...excludes, ...indexes].map(one => one.name)
}

/** Those that are the table's own, and go with it. */
function countersOf(table: TableModel): QualifiedName[] {
  return table.columns.flatMap(column => {
    if (column.identity !== null) return [sequenceOf(table, column)]
    return serialInteger(column) === undefined ? [] : [serialSequence(table, column)]
  })
}

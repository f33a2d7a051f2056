/** What partitions have of the table they are of, so that nothing is done to them twice. */
import { quoteQualified } from '../../base/identifier.ts'
import { change, label, locked } from '../../ddl/change/change.ts'
import { attachTable } from '../../ddl/change/table.ts'
import type { Change } from '../../schema/change.ts'
import type { IndexModel, TableModel } from '../../schema/model.ts'
import { followed, isAttached } from './attachment.ts'
import type { Comparison } from './comparison.ts'
import { once } from './once.ts'
import { rawName } from './raw-locks.ts'
import { type Constraint, constraintFate, constraintsOf, indexFate, indexMeaning, meaningOf } from './table-parts.ts'

/** The changes of a partition's columns that the table above does not make by itself. */
export function ownChanges(
  table: TableModel,
  changes: readonly Change[],
  above: TableModel,
  done: readonly Change[],
): Change[] {
  const key = (one: Change, of: TableModel): string => `${one.kind} ${one.object.slice(label(of).length)}`
  // A partition's own NOT NULL, as its key gives it, stays when that of the table above goes.
  const keys = new Set(done.filter(one => one.kind !== 'drop not null').map(one => key(one, above)))
  return changes.filter(one => !keys.has(key(one, table)))
}

/** Whether a constraint goes with that of the table above, or, being a check, comes with it. */
export function isInheritedConstraint(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  one: Constraint,
): boolean {
  const parent = followed(comparison, was, is)
  if (parent === undefined) return false
  const fate = constraintFate(comparison, ...parent)
  const dropped = [...fate.gone, ...[...fate.changed, ...fate.broken].map(([old]) => old)]
  const added = [...fate.fresh, ...[...fate.changed, ...fate.broken].map(([, fresh]) => fresh)]
  return one.kind === 'check'
    ? [...dropped, ...added].some(above => above.name === one.name && meaningOf(above) === meaningOf(one))
    : dropped.some(above => meaningOf(above) === meaningOf(one))
}

/** Whether an index goes with that of the table above. */
export function goesWithParent(comparison: Comparison, was: TableModel, is: TableModel, index: IndexModel): boolean {
  const parent = followed(comparison, was, is)
  if (parent === undefined) return false
  const { gone, broken, changed } = indexFate(comparison, ...parent)
  return [...gone, ...[...broken, ...changed].map(([old]) => old)].some(
    above => indexMeaning(above) === indexMeaning(index),
  )
}

/** The partitions that are attached before the plan and stay so. */
export function attached(comparison: Comparison, table: TableModel): readonly TableModel[] {
  return attachedTo(comparison).get(table) ?? []
}

const attachedTo = once((comparison: Comparison): ReadonlyMap<TableModel, readonly TableModel[]> => {
  const found = new Map<TableModel, TableModel[]>()
  for (const [was, is] of comparison.tables.both) {
    const above = followed(comparison, was, is)?.[1]
    if (above === undefined) continue
    const list = found.get(above)
    if (list === undefined) found.set(above, [is])
    else list.push(is)
  }
  return found
})

/**
 * An index that was made on a partitioned table alone takes in those of its partitions, and is valid once it has all. Both are named as they are
 * in the second schema.
 */
export function attachIndexes(comparison: Comparison, table: TableModel, name: string, meaning: string): Change[] {
  const parent = { schema: table.schema, name }
  return attached(comparison, table).flatMap(partition => {
    const found =
      partition.indexes.find(index => indexMeaning(index) === meaning)?.name ??
      constraintsOf(comparison.to, partition).find(one => meaningOf(one) === meaning)?.name
    if (found === undefined) return []
    const child = { schema: partition.schema, name: found }
    return [
      change(
        'attach index',
        label(child),
        `alter index ${quoteQualified(parent)} attach partition ${quoteQualified(child)}`,
        {
          locks: [...locked('SHARE UPDATE EXCLUSIVE', parent), ...locked('ACCESS EXCLUSIVE', child)],
        },
      ),
    ]
  })
}

/** Changes of a partitioned table that do not reach its partitions. */
const alone: ReadonlySet<string> = new Set(
  ['attach partition', 'detach partition', 'set storage', 'rename table', 'set schema', 'row security'].concat([
    'create policy',
    'drop policy',
    'set tablespace',
    'comment on table',
    'comment on column',
  ]),
)

/** What a change locks of a partitioned table it locks of its partitions. */
export function withPartitions(comparison: Comparison, change: Change): Change {
  if (alone.has(change.kind) || / (?:on|table) only /.test(change.sql)) return change
  // One that only SQL says.
  const isConstraint = change.kind.endsWith(' constraint')
  const below = change.locks.flatMap(lock => {
    const table = comparison.to.tables.find(
      one =>
        one.partitionBy !== null && (quoteQualified(one) === lock.on || (isConstraint && rawName(one) === lock.on)),
    )
    return table === undefined ? [] : tree(comparison, table).map(one => ({ ...lock, on: quoteQualified(one) }))
  })
  return below.length === 0 ? change : { ...change, locks: [...change.locks, ...below] }
}

function tree(comparison: Comparison, table: TableModel): TableModel[] {
  return attached(comparison, table).flatMap(one => [one, ...tree(comparison, one)])
}

/** Partitions before what they are of, so that its indexes find theirs. */
export function partitionsFirst(tables: readonly TableModel[]): TableModel[] {
  const byKey = new Map(tables.map(table => [table.key, table]))
  const depth = (table: TableModel | undefined): number =>
    table === undefined ? 0 : 1 + depth(byKey.get(table.partitionOf?.table ?? ''))
  return tables.toSorted((one, other) => depth(other) - depth(one))
}

/** Whether the table or the one above loses columns: until then, they do not have the same. */
export function losesColumns(comparison: Comparison, table: TableModel): boolean {
  const losing = losingColumns(comparison)
  return [table.key, table.partitionOf?.table].some(key => key !== undefined && losing.has(key))
}

const losingColumns = once(({ tables }: Comparison): ReadonlySet<string> => {
  const loses = ([was, is]: readonly [TableModel, TableModel]): boolean =>
    was.columns.some(column => !is.columnByName.has(column.name))
  return new Set(tables.both.filter(loses).map(([, { key }]) => key))
})

/** Tables become partitions; nobody uses one that the plan makes. */
export function attaching(comparison: Comparison, isTurn: (table: TableModel) => boolean): Change[] {
  const { from, to, tables } = comparison
  const before = new Map(tables.both.map(([was, is]) => [is, was]))
  return to.sortedTables.filter(isTurn).flatMap(table => {
    const was = before.get(table)
    if (was === undefined) return attachTable(to, table).map(one => ({ ...one, scans: false, hazards: [] }))
    return isAttached(from, was) === isAttached(to, table) ? [] : attachTable(to, table)
  })
}

/** What partitions have of the table they are of, so that nothing is done to them twice. */
import { quoteQualified } from '../../base/identifier.ts'
import { change, label, locked } from '../../ddl/change/change.ts'
import { attachTable } from '../../ddl/change/table.ts'
import type { Change } from '../../schema/change.ts'
import type { IndexModel, TableModel } from '../../schema/model.ts'
import { followed, staysAttached } from './attachment.ts'
import type { Comparison } from './comparison.ts'
import { once } from './once.ts'
import { tablesAbove } from './partition-family.ts'
import { attachLocks } from './partition-locks.ts'
import { goesWithRaw } from './raw-parts.ts'
import { type Constraint, constraintFate, constraintsOf, indexFate, indexMeaning, meaningOf } from './table-parts.ts'

/** What a partition is told of although the table above is: it may have another default, or keep its NOT NULL. */
const kept: ReadonlySet<string> = new Set(['alter default', 'drop not null'])

/** The changes of a partition's columns that the table above does not make by itself. */
export function ownChanges(
  table: TableModel,
  changes: readonly Change[],
  above: TableModel,
  done: readonly Change[],
): Change[] {
  const key = (one: Change, of: TableModel): string => `${one.kind} ${one.object.slice(label(of).length)}`
  const keys = new Set(done.filter(one => !kept.has(one.kind)).map(one => key(one, above)))
  return changes.filter(one => !keys.has(key(one, table)))
}

/** Whether a constraint goes with that of the table above, or, being a check, comes with it. */
export function isInheritedConstraint(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  one: Constraint,
): boolean {
  if (goesWithRaw(comparison)(was.schema, one.name)) return true
  const parent = followed(comparison, was, is)
  if (parent === undefined || one.kind === 'exclude') return false
  const fate = constraintFate(comparison, ...parent)
  const dropped = [...fate.gone, ...[...fate.changed, ...fate.broken].map(([old]) => old)]
  const added = [...fate.fresh, ...[...fate.changed, ...fate.broken].map(([, fresh]) => fresh)]
  return one.kind === 'check'
    ? [...dropped, ...added].some(above => above.name === one.name && meaningOf(above) === meaningOf(one))
    : dropped.some(above => meaningOf(above) === meaningOf(one))
}

/** Whether an index goes with that of the table above. */
export function goesWithParent(comparison: Comparison, was: TableModel, is: TableModel, index: IndexModel): boolean {
  if (goesWithRaw(comparison)(was.schema, index.name)) return true
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
  const { to, tables } = comparison
  const before = new Map(tables.both.map(([was, is]) => [is, was]))
  return to.sortedTables.filter(isTurn).flatMap(table => {
    const was = before.get(table)
    const [above] = tablesAbove(to, table)
    // Nobody has a table yet that the plan makes.
    const isHeld = (on: string): boolean => above === undefined || before.has(above) || on !== quoteQualified(above)
    const attach = (): Change[] =>
      attachTable(to, table, attachLocks(comparison, table)).map(one => ({
        ...one,
        locks: one.locks.filter(lock => isHeld(lock.on)),
      }))
    if (was === undefined) return attach().map(one => ({ ...one, scans: false, hazards: [] }))
    return staysAttached(comparison, was, table) ? [] : attach()
  })
}

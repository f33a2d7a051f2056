/** What is locked beside a partition and the table above, as one comes to the other or leaves it. */
import { locked } from '../../ddl/change/change.ts'
import { targetTable } from '../../ddl/constraint.ts'
import { keysAbove } from '../../ddl/keys-above.ts'
import type { LockMode, TableLock } from '../../schema/change.ts'
import type { ForeignKeyModel, Model, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { defaultBeside, keysTo, tablesAbove } from './partition-family.ts'

export function attachLocks(comparison: Comparison, table: TableModel): TableLock[] {
  const stood = new Set(comparison.from.tables.map(nameOf))
  return locksBeside(comparison.filled, comparison.to, table, 'SHARE ROW EXCLUSIVE').flatMap(([one, lock]) =>
    stood.has(nameOf(one)) ? lock : [],
  )
}

export function detachLocks(comparison: Comparison, table: TableModel): TableLock[] {
  return locksBeside(comparison.refilled, comparison.from, table, 'ACCESS EXCLUSIVE').flatMap(([, lock]) => lock)
}

/**
 * Each table with its strongest lock, but for the partition and those above.
 * @param free the tables that no key points to just then: it is gone, or comes later
 */
function locksBeside(
  free: ReadonlySet<string>,
  model: Model,
  table: TableModel,
  pointing: LockMode,
): (readonly [TableModel, TableLock[]])[] {
  const above = tablesAbove(model, table)
  const stands = (key: ForeignKeyModel): boolean => !free.has(nameOf(targetTable(model, key)))
  const targets = keysAbove(model, table).filter(stands)
  const strongest = new Map<TableModel, LockMode>([
    ...targets.map(key => [targetTable(model, key), 'SHARE ROW EXCLUSIVE'] as const),
    ...above.flatMap(one =>
      keysTo(model, one).flatMap(([from, key]) => (stands(key) ? [[from, pointing] as const] : [])),
    ),
    // It takes more or less than before.
    ...defaultBeside(model, table).map(one => [one, 'ACCESS EXCLUSIVE'] as const),
  ])
  return [...strongest]
    .filter(([one]) => one !== table && one !== above[0])
    .map(([one, mode]) => [one, locked(mode, one)] as const)
}

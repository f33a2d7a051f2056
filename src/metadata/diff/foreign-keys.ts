/** Foreign keys that come, once all tables stand. */
import { alterTable, change, label, locked } from '../../ddl/change/change.ts'
import { addForeignKey, deferForeignKey, validateForeignKey } from '../../ddl/change/constraint.ts'
import { replaceForeignKey } from '../../ddl/change/replaced-constraint.ts'
import { foreignKeyClause, targetTable } from '../../ddl/constraint.ts'
import { laterKeys } from '../../ddl/later-keys.ts'
import type { Change } from '../../schema/change.ts'
import type { ForeignKeyModel, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { pointsNowhere, withoutFailure } from './empty-columns.ts'
import { nameOf } from './identity.ts'
import { constraintFate } from './table-parts.ts'

/**
 * Those that do not come with their tables; of tables that stand too, which may get the key that is pointed to by this plan, and of those that get
 * the rows that are pointed to.
 */
export function keysForLater({ to, tables, filled }: Comparison): ReadonlyMap<ForeignKeyModel, TableModel> {
  const fresh = new Set(tables.fresh)
  const later = new Map(laterKeys(to))
  for (const table of tables.fresh) {
    for (const key of table.foreignKeys) {
      const target = targetTable(to, key)
      if (!fresh.has(target) || filled.has(nameOf(target))) later.set(key, table)
    }
  }
  return later
}

/** @param when those to a table that gets rows with its partitions come when it has them */
export function foreignKeyChanges(comparison: Comparison, when: 'early' | 'late'): Change[] {
  const { to, tables, filled } = comparison
  const before = new Map(tables.both.map(([was, is]) => [is, was]))
  const later = keysForLater(comparison)
  const isTurn = (key: ForeignKeyModel): boolean => filled.has(nameOf(targetTable(to, key))) === (when === 'late')
  return to.sortedTables.flatMap(table => {
    const was = before.get(table)
    const keys = table.foreignKeys.filter(isTurn)
    if (was !== undefined) return keys.flatMap(key => keyChanges(comparison, was, table, key))
    const fresh = keys.filter(key => later.has(key))
    // Its rows are there by then.
    if (when === 'late' && filled.has(nameOf(table))) return fresh.flatMap(key => addForeignKey(to, table, key))
    return fresh.map(key =>
      change('add foreign key', label(table, key.name), alterTable(table, `add ${foreignKeyClause(to, key)}`), {
        locks: before.has(targetTable(to, key)) ? locked('SHARE ROW EXCLUSIVE', targetTable(to, key)) : [],
      }),
    )
  })
}

function keyChanges(comparison: Comparison, was: TableModel, is: TableModel, key: ForeignKeyModel): Change[] {
  const { from, to, remade } = comparison
  const isFresh = constraintFate(comparison, was, is).fresh.some(one => one.name === key.name)
  if (isFresh || remade.foreignKeys.has(`${nameOf(is)} ${key.name}`)) {
    const added = addForeignKey(to, is, key)
    return pointsNowhere(was, key) ? withoutFailure(added) : added
  }
  const before = was.foreignKeys.find(one => one.name === key.name)
  if (before === undefined) return []
  if (remade.replacedKeys.has(`${nameOf(is)} ${key.name}`)) return replaceForeignKey(from, before, to, is, key)
  return [
    ...(before.deferrable === key.deferrable ? [] : [deferForeignKey(is, before, key)]),
    ...(before.notValid && !key.notValid ? [validateForeignKey(to, is, key)] : []),
  ]
}

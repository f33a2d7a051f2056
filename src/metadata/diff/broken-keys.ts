/** Foreign keys that go before anything else can change. */
import { dropConstraint } from '../../ddl/change/constraint.ts'
import { foreignKeyClause, targetTable } from '../../ddl/constraint.ts'
import type { Change } from '../../schema/change.ts'
import type { ForeignKeyModel, TableModel } from '../../schema/model.ts'
import { staysAttached } from './attachment.ts'
import type { Comparison } from './comparison.ts'
import { goesBefore } from './drop-order.ts'
import { partitionsBelow } from './partition-family.ts'
import { nameOf } from './identity.ts'
import { once } from './once.ts'
import { asideTables } from './step-aside.ts'
import { constraintFate } from './table-parts.ts'

/**
 * A key holds the partitions of its target, and goes before they are detached; one that partitions have of the table above becomes theirs when they
 * are, and goes after.
 */
export function brokenKeys(comparison: Comparison, when: 'before detaching' | 'after detaching'): Change[] {
  const { from, tables, refilled, emptied } = comparison
  const detached = detachedTables(comparison)
  const losesPartitions = (table: TableModel): boolean => partitionsBelow(from, table).some(one => detached.has(one))
  const isTurn = (table: TableModel, key: ForeignKeyModel, isAll: boolean): boolean => {
    const target = nameOf(targetTable(from, key))
    const isHolding = refilled.has(target) || (isAll && emptied.has(target))
    const isFirst = isHolding || !(detached.has(table) || losesPartitions(table))
    return isFirst === (when === 'before detaching')
  }
  const drops = (table: TableModel, keys: readonly ForeignKeyModel[], isAll: boolean): Change[] =>
    keys
      .filter(key => isTurn(table, key, isAll))
      .map(key => {
        const target = targetTable(from, key)
        const below = partitionsBelow(from, target)
        const locked = isAll || (when === 'before detaching' && below.some(one => detached.has(one))) ? below : []
        return dropConstraint(table, key.name, foreignKeyClause(from, key), target, ...locked)
      })
  // What steps aside holds nobody.
  const goes = (table: TableModel) => (key: ForeignKeyModel) =>
    asideTables(comparison).has(table) || goesBefore(comparison)(key)
  return [
    ...tables.both.flatMap(([was, is]) => drops(was, goneKeys(comparison, was, is), false)),
    ...tables.gone.flatMap(table => drops(table, table.foreignKeys.filter(goes(table)), true)),
  ]
}

/** The partitions that stand before and after, and are partitions of another, or anew. */
const detachedTables = once((comparison: Comparison): ReadonlySet<TableModel> => {
  const isDetached = ([was, is]: readonly [TableModel, TableModel]): boolean =>
    was.partitionOf !== null && !staysAttached(comparison, was, is)
  return new Set(comparison.tables.both.filter(isDetached).map(([was]) => was))
})

/** Those of a table that stays which go, and those that are in the way, whatever they say. */
function goneKeys(comparison: Comparison, was: TableModel, is: TableModel): ForeignKeyModel[] {
  const { gone, changed } = constraintFate(comparison, was, is)
  const isRemade = (name: string): boolean => comparison.remade.foreignKeys.has(`${nameOf(is)} ${name}`)
  const others = changed.map(([old]) => old)
  const found = [...gone, ...others.filter(one => isRemade(one.name))].flatMap(one =>
    one.kind === 'foreign key' ? [one.foreignKey] : [],
  )
  const names = new Set(others.map(one => one.name))
  return [...found, ...was.foreignKeys.filter(key => isRemade(key.name) && !names.has(key.name))]
}

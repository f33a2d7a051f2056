/** Tables that go: when, and in which order. */
import type { TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { takenBy, wantedNames } from './name-clash.ts'

/** The tables that must go first, since something that comes wants a name of theirs; with those that are made of them. */
export function earlyDrops(comparison: Comparison): readonly TableModel[] {
  const wanted = wantedNames(comparison.from, comparison.to)
  const early = new Set(
    comparison.tables.gone.filter(
      table => takenBy(table).some(name => wanted.has(name)) || isReplaced(comparison, table),
    ),
  )
  const byKey = new Map(comparison.tables.gone.map(table => [table.key, table]))
  const needs = (table: TableModel): readonly string[] => [
    ...table.inherits,
    ...table.foreignKeys.map(key => key.target),
    ...(table.partitionOf === null ? [] : [table.partitionOf.table]),
  ]
  for (let size = -1; size !== early.size; ) {
    size = early.size
    for (const table of comparison.tables.gone) {
      if (needs(table).some(key => early.has(byKey.get(key) as TableModel))) early.add(table)
    }
  }
  return dropOrder(comparison).filter(table => early.has(table))
}

export function lateDrops(comparison: Comparison): readonly TableModel[] {
  const early = new Set(earlyDrops(comparison))
  return dropOrder(comparison).filter(table => !early.has(table))
}

/** Whether another table of its name comes. */
function isReplaced({ tables }: Comparison, table: TableModel): boolean {
  return tables.fresh.some(one => nameOf(one) === nameOf(table))
}

/** Each table before those it points to, inherits from or is a partition of. */
function dropOrder({ tables }: Comparison): Comparison['tables']['gone'] {
  const byKey = new Map(tables.gone.map(table => [table.key, table]))
  const depth = (key: string, seen: ReadonlySet<string> = new Set()): number => {
    const table = byKey.get(key)
    if (table === undefined || seen.has(key)) return 0
    const above = [...table.inherits, ...(table.partitionOf === null ? [] : [table.partitionOf.table])]
    return 1 + Math.max(-1, ...above.map(parent => depth(parent, new Set([...seen, key]))))
  }
  const reversed = tables.gone.toReversed()
  return reversed.toSorted((one, other) => depth(other.key) - depth(one.key))
}

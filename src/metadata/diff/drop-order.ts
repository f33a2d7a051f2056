/** Tables that go: when, and in which order. */
import { toposort } from '../../base/toposort.ts'
import { targetNames, targetTable } from '../../ddl/constraint.ts'
import { locked } from '../../ddl/change/change.ts'
import { detachTable, dropTable } from '../../ddl/change/table.ts'
import { laterKeys } from '../../ddl/later-keys.ts'
import type { Change } from '../../schema/change.ts'
import type { ForeignKeyModel, Model, SequenceModel, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { keyName } from './remade.ts'
import { nameOf } from './identity.ts'
import { takenBy, wantedNames } from './name-clash.ts'
import { once } from './once.ts'

/** The tables that must go first, since something that comes wants a name of theirs; with those that are made of them. */
export const earlyDrops = once((comparison: Comparison): readonly TableModel[] => {
  const wanted = wantedNames(comparison.from, comparison.to)
  // Another table of its name comes.
  const fresh = new Set(comparison.tables.fresh.map(nameOf))
  const early = new Set(
    comparison.tables.gone.filter(table => takenBy(table).some(name => wanted.has(name)) || fresh.has(nameOf(table))),
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
})

/** The sequences that stay, and would go with a table that goes first. */
export function freedSequences(comparison: Comparison): readonly SequenceModel[] {
  const early = new Set(earlyDrops(comparison).map(table => table.key))
  const stay = new Set(comparison.to.sequences.map(nameOf))
  return comparison.from.sequences.filter(one => early.has(one.ownedBy?.[0] ?? '') && stay.has(nameOf(one)))
}

export const lateDrops = once((comparison: Comparison): readonly TableModel[] => {
  const early = new Set(earlyDrops(comparison))
  return dropOrder(comparison).filter(table => !early.has(table))
})

/** A table that goes; a partition of one that stays and is pointed to is held by the key until it is detached. */
export function dropOf(comparison: Comparison, table: TableModel): Change[] {
  const { from } = comparison
  const above = from.tableByKey.get(table.partitionOf?.table ?? '')
  const targets = lockedTargets(comparison)(table)
  if (above === undefined) return [dropTable(table, from, targets)]
  const pointing = pointingTo(from).get(above) ?? []
  if (!staying(comparison).has(above) || pointing.length === 0) return [dropTable(table, from, [...targets, above])]
  const detached = detachTable(from, table).map(one => ({
    ...one,
    locks: [...one.locks, ...locked('ACCESS EXCLUSIVE', ...pointing)],
  }))
  return [...detached, dropTable(table, from, targets)]
}

/** The tables that stay, each with what becomes of it. */
const staying = once(({ tables }: Comparison): ReadonlyMap<TableModel, TableModel> => new Map(tables.both))

/** The tables whose foreign keys point to each. */
const pointingTo = once((model: Model): ReadonlyMap<TableModel, readonly TableModel[]> => {
  const found = new Map<TableModel, TableModel[]>()
  for (const table of model.tables) {
    for (const target of new Set(table.foreignKeys.map(key => targetTable(model, key)))) addTo(found, target, table)
  }
  return found
})

/** The partitions of each partitioned table, by its key. */
const partitions = once((model: Model): ReadonlyMap<string, readonly TableModel[]> => {
  const found = new Map<string, TableModel[]>()
  for (const table of model.tables) if (table.partitionOf !== null) addTo(found, table.partitionOf.table, table)
  return found
})

function addTo<Key>(lists: Map<Key, TableModel[]>, key: Key, table: TableModel): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [table])
  else list.push(table)
}

/** The partitions of a table, and theirs. */
export function partitionsBelow(model: Model, table: TableModel): TableModel[] {
  return (partitions(model).get(table.key) ?? []).flatMap(one => [one, ...partitionsBelow(model, one)])
}

/** Each table before those it points to, inherits from or is a partition of. */
function dropOrder(comparison: Comparison): readonly TableModel[] {
  const isBefore = goesBefore(comparison)
  const gone = comparison.tables.gone.toReversed()
  const holding = new Map<string, TableModel[]>()
  for (const table of gone) {
    const above = [
      ...table.inherits,
      ...(table.partitionOf === null ? [] : [table.partitionOf.table]),
      ...table.foreignKeys.filter(key => !isBefore(key)).map(key => key.target),
    ]
    for (const key of above) addTo(holding, key, table)
  }
  return toposort(gone, table => holding.get(table.key) ?? [])
}

/**
 * Whether a foreign key of a table that goes must go before it: tables that point to each other can be dropped in no order, a table that stays can
 * lose the key that is pointed to, partitions go before what they are of, and nothing that is logged may point to one that is no longer.
 */
export const goesBefore = once((comparison: Comparison): ((key: ForeignKeyModel) => boolean) => {
  const { from } = comparison
  const later = laterKeys(from)
  return key => {
    const target = targetTable(from, key)
    const names = targetNames(target, key)
    const is = staying(comparison).get(target)
    return (
      later.has(key) ||
      // It holds each partition.
      target.partitionBy !== null ||
      (is !== undefined && (keyName(target, names) !== keyName(is, names) || (is.unlogged && !target.unlogged)))
    )
  }
})

/** The tables that the foreign keys which go with a table point to, and that still stand then. */
const lockedTargets = once((comparison: Comparison): ((table: TableModel) => readonly TableModel[]) => {
  const { from } = comparison
  const isBefore = goesBefore(comparison)
  const places = new Map([...earlyDrops(comparison), ...lateDrops(comparison)].map((table, at) => [table, at]))
  return table => {
    const targets = table.foreignKeys.filter(key => !isBefore(key)).map(key => targetTable(from, key))
    const isDropped = (target: TableModel): boolean =>
      (places.get(target) ?? Number.POSITIVE_INFINITY) < (places.get(table) ?? 0)
    return [...new Set(targets)].filter(target => target !== table && !isDropped(target))
  }
})

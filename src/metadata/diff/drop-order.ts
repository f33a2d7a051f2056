/** Tables that go: when, and in which order. */
import { toposort } from '../../base/toposort.ts'
import { targetNames, targetTable } from '../../ddl/constraint.ts'
import { detachTable, dropTable } from '../../ddl/change/table.ts'
import { keysAbove } from '../../ddl/keys-above.ts'
import { laterKeys } from '../../ddl/later-keys.ts'
import type { Change } from '../../schema/change.ts'
import type { ForeignKeyModel, SequenceModel, TableModel } from '../../schema/model.ts'
import { staysAttached } from './attachment.ts'
import { callsRemade, type Comparison } from './comparison.ts'
import { holdsRaws } from './held.ts'
import { keyName } from './remade.ts'
import { nameOf } from './identity.ts'
import { takenBy, wantedNames } from './name-clash.ts'
import { once } from './once.ts'
import { addTo, defaultBeside, keysTo, partitionsBelow, tablesAbove } from './partition-family.ts'
import { detachLocks } from './partition-locks.ts'
import { asideTables } from './step-aside.ts'
import { tableText } from './table-text.ts'
import { constraintFate, indexFate } from './table-parts.ts'

/**
 * The tables that must go first, since something that comes wants a name of theirs or may want their bounds, they call what is made again, or an
 * index of the table above would never be valid; with those that are made of them.
 */
export const earlyDrops = once((comparison: Comparison): readonly TableModel[] => {
  const wanted = wantedNames(comparison.from, comparison.to)
  // Another table of its name comes.
  const fresh = new Set(comparison.tables.fresh.map(nameOf))
  const isWanted = (table: TableModel): boolean =>
    takenBy(table).some(name => wanted.has(name)) ||
    fresh.has(nameOf(table)) ||
    givesWay(comparison, table) ||
    isInWay(comparison, table)
  const calling = callingDrops(comparison)
  const others = withThoseAbove(
    comparison,
    comparison.tables.gone.filter(table => isWanted(table) && !asideTables(comparison).has(table)),
  )
  const aside = asideTables(comparison)
  return [...calling, ...others.filter(table => !calling.includes(table) && !aside.has(table))]
})

/** Of those, the ones that go before the functions which are made again. */
export const callingDrops = once((comparison: Comparison): readonly TableModel[] => {
  const calls = (table: TableModel): boolean =>
    callsRemade(comparison, tableText(comparison.from, table)) || holdsRaws(comparison, table)
  return withThoseAbove(comparison, comparison.tables.gone.filter(calls))
})

/** With the tables that go and are made of these or point to them, in the order in which they go. */
function withThoseAbove(comparison: Comparison, tables: readonly TableModel[]): readonly TableModel[] {
  const early = new Set(tables)
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

/** Whether a table stays that gets partitions and of which this is one. */
function givesWay(comparison: Comparison, table: TableModel): boolean {
  const [above] = tablesAbove(comparison.from, table)
  const is = above && staying(comparison).get(above)
  return is !== undefined && gettingPartitions(comparison).has(is.key)
}

/** The keys of the tables to which partitions come. */
const gettingPartitions = once((comparison: Comparison): ReadonlySet<string> => {
  const coming = comparison.tables.both.filter(([was, is]) => !staysAttached(comparison, was, is)).map(([, is]) => is)
  return new Set([...comparison.tables.fresh, ...coming].flatMap(one => one.partitionOf?.table ?? []))
})

/** Whether a table stays that gets indexes and of which this is a partition, which gets none. */
function isInWay(comparison: Comparison, table: TableModel): boolean {
  const [above] = tablesAbove(comparison.from, table)
  const is = above && staying(comparison).get(above)
  if (above === undefined || is === undefined) return false
  const constraints = constraintFate(comparison, above, is)
  const indexes = indexFate(comparison, above, is)
  const made = [...constraints.fresh, ...[...constraints.changed, ...constraints.broken].map(([, one]) => one)]
  return (
    made.some(one => one.kind === 'primary key' || one.kind === 'unique') ||
    indexes.fresh.length + indexes.changed.length + indexes.broken.length > 0
  )
}

/** The sequences that stay, and would go with a table that goes first. */
export function freedSequences(comparison: Comparison): readonly SequenceModel[] {
  const early = new Set([...earlyDrops(comparison), ...asideTables(comparison)].map(table => table.key))
  const stay = new Set(comparison.to.sequences.map(nameOf))
  return comparison.from.sequences.filter(one => early.has(one.ownedBy?.[0] ?? '') && stay.has(nameOf(one)))
}

export const lateDrops = once((comparison: Comparison): readonly TableModel[] => {
  const others = new Set([...earlyDrops(comparison), ...asideTables(comparison)])
  return dropOrder(comparison).filter(table => !others.has(table))
})

/** A table that goes; a partition of one that stays and is pointed to is held by the key until it is detached. */
export function dropOf(comparison: Comparison, table: TableModel): Change[] {
  const { from, refilled } = comparison
  const [above] = tablesAbove(from, table)
  const targets = lockedTargets(comparison)(table)
  const gone = new Set(table.foreignKeys.filter(goesBefore(comparison)))
  // It has no rows but those of its partitions.
  const isEmptied = [table, ...partitionsBelow(from, table)].every(
    one => one.partitionBy !== null || staying(comparison).has(one),
  )
  const dropped = (...others: readonly TableModel[]): Change => {
    const drop = dropTable(table, from, [...targets, ...others], gone)
    return isEmptied ? { ...drop, hazards: [] } : drop
  }
  if (above === undefined) return [dropped()]
  // Keys to those whose partitions are detached for the while are gone by then.
  const isHeld = tablesAbove(from, table).some(
    one => staying(comparison).has(one) && !refilled.has(nameOf(one)) && keysTo(from, one).length > 0,
  )
  if (!isHeld) return [dropped(above, ...defaultBeside(from, table))]
  const keys = keysAbove(from, table).filter(key => !refilled.has(nameOf(targetTable(from, key))))
  const own = keys.map(key => targetTable(from, key))
  return [...detachTable(from, table, detachLocks(comparison, table)), dropped(...own)]
}

/** The tables that stay, each with what becomes of it. */
const staying = once(({ tables }: Comparison): ReadonlyMap<TableModel, TableModel> => new Map(tables.both))

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
 * lose the key that is pointed to or change its values, partitions go before what they are of, and nothing that is logged may point to one that is no longer.
 */
export const goesBefore = once((comparison: Comparison): ((key: ForeignKeyModel) => boolean) => {
  const { from, columns } = comparison
  const later = laterKeys(from)
  const isOther = (table: TableModel, name: string): boolean =>
    [columns.retyped, columns.remade, columns.altered].some(names => names.get(table)?.has(name) === true)
  return key => {
    const target = targetTable(from, key)
    const names = targetNames(target, key)
    const is = staying(comparison).get(target)
    return (
      later.has(key) ||
      // It holds each partition.
      target.partitionBy !== null ||
      (is !== undefined &&
        (keyName(target, names) !== keyName(is, names) ||
          names.some(name => isOther(is, name)) ||
          (is.unlogged && !target.unlogged)))
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

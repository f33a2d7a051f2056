/** What is done to a column of a table reaches its partitions, and those of the tables that inherit from it, also where they have it as their own, too. */
import type { ColumnModel, Model, TableModel } from '../../schema/model.ts'
import { followed, pairsByTable } from './attachment.ts'
import { changesType, generationChange } from './column-fates.ts'
import type { Comparison } from './comparison.ts'
import { defaultText, isBroken } from './defaults.ts'
import { heirs } from './inherited-not-null.ts'
import { partitionsBelow } from './partition-family.ts'

type Pair = readonly [was: TableModel, is: TableModel]

/** The tables that are above one before and after. */
function pairsAbove(comparison: Comparison, was: TableModel, is: TableModel): Pair[] {
  return is.inherits.flatMap(key => {
    const parent = comparison.to.tableByKey.get(key)
    const pair = parent === undefined ? undefined : pairsByTable(comparison).get(parent)
    return pair !== undefined && was.inherits.includes(pair[0].key) ? [pair] : []
  })
}

interface Above {
  readonly pair: Pair
  readonly old: ColumnModel
  readonly column: ColumnModel
}

/** The columns of a name in the tables above, that stay; a partition has the table that it is of above it. */
function columnsAbove(comparison: Comparison, was: TableModel, is: TableModel, name: string): Above[] {
  const whole = followed(comparison, was, is)
  return (whole === undefined ? pairsAbove(comparison, was, is) : [whole]).flatMap(pair => {
    const [old, column] = [pair[0].columnByName.get(name), pair[1].columnByName.get(name)]
    return old === undefined || column === undefined ? [] : [{ pair, old, column }]
  })
}

/** The column as the changes of the tables above leave it. */
export function handedDown(comparison: Comparison, was: TableModel, is: TableModel, old: ColumnModel): ColumnModel {
  const { version } = comparison
  const [above] = columnsAbove(comparison, was, is, old.name)
  if (above === undefined) return old
  const after = above.column
  const fate = generationChange(above.old, after, version)
  return {
    ...old,
    ...(typeIsHandedDown(comparison, was, is, old.name) ? { type: after.type, collate: after.collate } : {}),
    ...(setsDefault(comparison, ...above.pair, old.name) ? { default: after.default } : {}),
    ...(fate === 'dropped' || fate === 'altered' ? { generated: after.generated } : {}),
    // From 18 on, what is inherited is a constraint that is told of.
    ...(version < 180000 && setsNull(comparison, ...above.pair, old.name) ? { nullable: after.nullable } : {}),
  }
}

/** Whether a column that keeps its NOT NULL loses it with that of a table above; from 18 on, only what a partition came with goes. */
export function losesNotNull(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  [old, column]: readonly [ColumnModel, ColumnModel],
): boolean {
  if (old.nullable || column.nullable) return false
  if (comparison.version >= 180000 && followed(comparison, was, is) === undefined) return false
  const [above] = columnsAbove(comparison, was, is, old.name)
  return above?.column.nullable === true && setsNull(comparison, ...above.pair, old.name)
}

/** Whether the NOT NULL of a column comes or goes, there or above, with that of all below. */
function setsNull(comparison: Comparison, was: TableModel, is: TableModel, name: string): boolean {
  if (columnsAbove(comparison, was, is, name).some(({ pair }) => setsNull(comparison, ...pair, name))) return true
  const [old, column] = [was.columnByName.get(name), is.columnByName.get(name)]
  if (old === undefined || column === undefined || old.nullable === column.nullable) return false
  return !losesAlone(comparison, was, is, name)
}

/** Whether a column loses its NOT NULL while tables below keep theirs, which Postgres before 18 would take off with it: each table is told of alone. */
export function losesAlone(comparison: Comparison, was: TableModel, is: TableModel, name: string): boolean {
  const [old, column] = [was.columnByName.get(name), is.columnByName.get(name)]
  if (comparison.version >= 180000 || old?.nullable !== false || column?.nullable !== true) return false
  if (columnsAbove(comparison, was, is, name).some(({ pair }) => losesAlone(comparison, ...pair, name))) return true
  return heirs(comparison.to, is).some(one => one.columnByName.get(name)?.nullable === false)
}

/** Whether the column gets another type with that of a table above. */
export function typeIsHandedDown(comparison: Comparison, was: TableModel, is: TableModel, name: string): boolean {
  return columnsAbove(comparison, was, is, name).some(
    ({ pair, old, column }) =>
      changesType(old, column, comparison.remadeTypes) || typeIsHandedDown(comparison, ...pair, name),
  )
}

/** Whether the default of a column is set or taken off, there or above, which does the same to all below. */
export function setsDefault(comparison: Comparison, was: TableModel, is: TableModel, name: string): boolean {
  if (columnsAbove(comparison, was, is, name).some(({ pair }) => setsDefault(comparison, ...pair, name))) return true
  const [old, column] = [was.columnByName.get(name), is.columnByName.get(name)]
  if (old === undefined || column === undefined || column.inherited) return false
  if (defaultText(old) !== defaultText(column)) return true
  const isHeld = comparison.columns.held.get(is)?.has(name) === true
  const isRetyped = changesType(old, column, comparison.remadeTypes)
  if (old.default === null) return isRetyped && !isHeld && hasDefaultBelow(comparison, was, name)
  return isHeld || isRetyped || isBroken(comparison, old)
}

/** Whether a table below has a default of its own, which stands in the way of another type of the column above. */
export function hasDefaultBelow({ from }: Comparison, was: TableModel, name: string): boolean {
  return [...heirs(from, was), ...partitionsBelow(from, was)].some(
    one => (one.columnByName.get(name)?.default ?? null) !== null,
  )
}

/** Whether a table above has it added, too: then it is added here first, and is both the table's own and inherited. */
export function comesAbove(comparison: Comparison, was: TableModel, is: TableModel, name: string): boolean {
  return pairsAbove(comparison, was, is).some(
    pair => isAdded(comparison, pair, name) || comesAbove(comparison, ...pair, name),
  )
}

/** The tables below that have it added as their own, too, those furthest below first. */
export function addedBelow(comparison: Comparison, is: TableModel, name: string): TableModel[] {
  const below = [...new Set(heirs(comparison.to, is))].filter(one => {
    const pair = pairsByTable(comparison).get(one)
    return pair !== undefined && isAdded(comparison, pair, name) && comesAbove(comparison, ...pair, name)
  })
  return byDepth(comparison.to, below, one => one).toReversed()
}

function isAdded(comparison: Comparison, [was, is]: Pair, name: string): boolean {
  const column = is.columnByName.get(name)
  if (column === undefined || column.inherited) return false
  return !was.columnByName.has(name) || comparison.columns.remade.get(is)?.has(name) === true
}

/** The keys of the tables that one inherits from, or is a partition of. */
export function parentKeys({ inherits, partitionOf }: TableModel): readonly string[] {
  return partitionOf === null ? inherits : [partitionOf.table]
}

/** Tables above before those that inherit from them, and before their partitions. */
export function byDepth<Thing>(model: Model, things: readonly Thing[], table: (thing: Thing) => TableModel): Thing[] {
  const depth = (one: TableModel): number =>
    Math.max(
      0,
      ...parentKeys(one)
        .flatMap(key => model.tableByKey.get(key) ?? [])
        .map(above => depth(above) + 1),
    )
  const depths = new Map(things.map(one => [one, depth(table(one))]))
  return [...things].sort((one, other) => (depths.get(one) ?? 0) - (depths.get(other) ?? 0))
}

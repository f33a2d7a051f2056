/** Indexes and unique constraints of tables that stay, which go: last of all where nothing is in their way, so that others are there in their place by then. */
import { dropConstraint } from '../../ddl/change/constraint.ts'
import { dropIndex } from '../../ddl/change/table-index.ts'
import { rawStatement } from '../../ddl/raw.ts'
import type { Change } from '../../schema/change.ts'
import type { ForeignKeyModel, IndexModel, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { indexed } from './indexed.ts'
import { mentions, namesColumn } from './mention.ts'
import { heldNames, isWanted, wantedNames } from './name-clash.ts'
import { once } from './once.ts'
import { goesWithParent } from './partition-tree.ts'
import { isPromoted } from './promoted-index.ts'
import { type Constraint, constraintFate, indexFate, indexMeaning, isInWay, meaningOf } from './table-parts.ts'

/** Those that go before anything else can change, with those that are made again. */
export function indexesInWay(comparison: Comparison): Change[] {
  return comparison.tables.both.flatMap(([was, is]) =>
    goneIndexes(comparison, was, is)
      .filter(index => !waits(comparison, was, is, index))
      .concat(indexFate(comparison, was, is).broken.map(([old]) => old))
      .filter(index => !goesWithParent(comparison, was, is, index))
      .map(index => dropIndex(indexed(was), index)),
  )
}

/** Those that are read, and that rows are held to, until the new ones are there. */
export function indexesLast(comparison: Comparison): Change[] {
  return comparison.tables.both.flatMap(([was, is]) => [
    ...constraintFate(comparison, was, is)
      .gone.filter(one => uniqueWaits(comparison, was, is, one))
      .map(one => dropConstraint(is, one.name, one.clause)),
    ...goneIndexes(comparison, was, is)
      .filter(index => waits(comparison, was, is, index))
      .map(index => dropIndex(indexed(is), index)),
  ])
}

/** Whether a constraint is a unique one that stands until the end. */
export function uniqueWaits(comparison: Comparison, was: TableModel, is: TableModel, one: Constraint): boolean {
  if (one.kind !== 'unique') return false
  const columns = one.key.columns.map(({ name }) => name)
  return nothingWants(comparison, was, is, { name: one.name, columns }, meaningOf(one))
}

/** The columns that tell rows apart until the end, by keys and indexes that stay or wait. */
export function uniqueColumns(comparison: Comparison, was: TableModel, is: TableModel): readonly Unique[] {
  const fate = constraintFate(comparison, was, is)
  const indexes = indexFate(comparison, was, is)
  const away = new Set<unknown>([
    ...fate.gone.filter(one => !uniqueWaits(comparison, was, is, one)).map(({ name }) => name),
    ...[...fate.changed, ...fate.broken].map(([{ name }]) => name),
    ...indexes.gone.filter(index => !waits(comparison, was, is, index)),
    ...[...indexes.changed, ...indexes.broken].map(([index]) => index),
  ])
  const keys = [...(was.primaryKey === null ? [] : [was.primaryKey]), ...was.uniques]
  return [
    ...keys.filter(key => !away.has(key.name)).map(key => ({ ...key, columns: key.columns.map(({ name }) => name) })),
    ...was.indexes
      .filter(index => index.unique && index.where === null && !away.has(index))
      .map(index => ({ ...index, columns: columnsOf(index) })),
  ]
}

export interface Unique {
  /** Their names; an empty one stands for an expression. */
  readonly columns: readonly string[]
  readonly nullsNotDistinct: boolean
}

/** Those of a column that goes, go with it, unless they are in the way until then. */
function goneIndexes(comparison: Comparison, was: TableModel, is: TableModel): IndexModel[] {
  const wanted = wantedOf(comparison)
  return indexFate(comparison, was, is)
    .gone.filter(
      index =>
        isWanted(wanted, was, index) ||
        isInWay(comparison, was, is, indexMeaning(index)) ||
        index.elements.every(one => !('column' in one) || is.columnByName.has(one.column.name)),
    )
    .filter(index => !isPromoted(comparison, was, is, index))
}

function waits(comparison: Comparison, was: TableModel, is: TableModel, index: IndexModel): boolean {
  const columns = index.unique ? columnsOf(index) : null
  return nothingWants(comparison, was, is, { name: index.name, columns }, indexMeaning(index))
}

/** Their names; an empty one stands for an expression. */
function columnsOf({ elements }: IndexModel): string[] {
  return elements.map(one => ('column' in one ? one.column.name : ''))
}

/**
 * Whether nothing needs it away: no column that it names, and nothing that wants its name. An index that is made of a partitioned table takes those
 * of its partitions that are like it, and a key that is made holds on to any unique index of its columns.
 * @param columns those of a unique one
 */
function nothingWants(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  { name, columns }: { readonly name: string; readonly columns: readonly string[] | null },
  text: string,
): boolean {
  const isPart = [was, is].some(one => one.partitionOf !== null || one.partitionBy !== null)
  return (
    !isPart &&
    !(columns !== null && isPointedTo(comparison, is, columns)) &&
    !isInWay(comparison, was, is, text) &&
    !heldNames(comparison.to).has(nameOf({ schema: was.schema, name })) &&
    was.columns.every(column => is.columnByName.has(column.name) || !namesColumn(text, column.name))
  )
}

function isPointedTo({ to }: Comparison, table: TableModel, columns: readonly string[]): boolean {
  const isOn = ({ target, targetColumns }: ForeignKeyModel): boolean =>
    target === table.key &&
    targetColumns.length === columns.length &&
    table.columns.filter(({ key }) => targetColumns.includes(key)).every(({ name }) => columns.includes(name))
  return (
    to.tables.some(one => one.foreignKeys.some(isOn)) ||
    to.raw.some(one => one.kind === 'constraint' && mentions(rawStatement(one), table))
  )
}

const wantedOf = once(({ from, to }: Comparison) => wantedNames(from, to))

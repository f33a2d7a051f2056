/** Indexes of tables that stay, which go: last of all where nothing is in their way, so that others are there in their place by then. */
import { dropIndex } from '../../ddl/change/table-index.ts'
import { rawStatement } from '../../ddl/raw.ts'
import type { Change } from '../../schema/change.ts'
import type { IndexModel, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { indexed } from './indexed.ts'
import { mentions, namesColumn } from './mention.ts'
import { heldNames, isWanted, wantedNames } from './name-clash.ts'
import { once } from './once.ts'
import { goesWithParent } from './partition-tree.ts'
import { isPromoted } from './promoted-index.ts'
import { indexFate, indexMeaning, isIndexInWay } from './table-parts.ts'

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

/** Those that are read until the new ones are there. */
export function indexesLast(comparison: Comparison): Change[] {
  return comparison.tables.both.flatMap(([was, is]) =>
    goneIndexes(comparison, was, is)
      .filter(index => waits(comparison, was, is, index))
      .map(index => dropIndex(indexed(is), index)),
  )
}

/** Those of a column that goes, go with it, unless they are in the way until then. */
function goneIndexes(comparison: Comparison, was: TableModel, is: TableModel): IndexModel[] {
  const wanted = wantedOf(comparison)
  return indexFate(comparison, was, is)
    .gone.filter(
      index =>
        isWanted(wanted, was, index) ||
        isIndexInWay(comparison, was, is, index) ||
        index.elements.every(one => !('column' in one) || is.columnByName.has(one.column.name)),
    )
    .filter(index => !isPromoted(comparison, was, is, index))
}

/**
 * Whether nothing needs it away: no column that it names, and nothing that wants its name. An index that is made of a partitioned table takes those
 * of its partitions that are like it, and a key that is made holds on to any unique index of its columns.
 */
function waits(comparison: Comparison, was: TableModel, is: TableModel, index: IndexModel): boolean {
  const isPart = [was, is].some(one => one.partitionOf !== null || one.partitionBy !== null)
  const isHeld = index.unique && isPointedTo(comparison, is)
  const text = indexMeaning(index)
  return (
    !isPart &&
    !isHeld &&
    !isIndexInWay(comparison, was, is, index) &&
    !heldNames(comparison.to).has(nameOf({ schema: was.schema, name: index.name })) &&
    was.columns.every(({ name }) => is.columnByName.has(name) || !namesColumn(text, name))
  )
}

function isPointedTo({ to }: Comparison, table: TableModel): boolean {
  return (
    to.tables.some(one => one.foreignKeys.some(key => key.target === table.key)) ||
    to.raw.some(one => one.kind === 'constraint' && mentions(rawStatement(one), table))
  )
}

const wantedOf = once(({ from, to }: Comparison) => wantedNames(from, to))

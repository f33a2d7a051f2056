/** Tables that are others under their names, as they are partitioned in another way. What stays of their partitions moves from one to the other. */
import { derivedName } from '../../base/identifier.ts'
import { sequenceOf } from '../../ddl/change/identity.ts'
import { countOnRows } from '../../ddl/change/sequence.ts'
import { fragmentText } from '../../ddl/fragment-text.ts'
import { partitionByClause } from '../../ddl/partition.ts'
import type { Change } from '../../schema/change.ts'
import type { ColumnModel, Model, QualifiedName, TableModel } from '../../schema/model.ts'
import { changesType } from './column-fates.ts'
import type { Comparison } from './comparison.ts'
import { isOver } from './held.ts'
import { nameOf } from './identity.ts'
import { mentions, namesColumn } from './mention.ts'
import { paired } from './pairs.ts'
import { withColumns } from './plain-serials.ts'

/**
 * Their names. Postgres changes neither the columns that a table is partitioned by, nor what their expressions call.
 * @param away what is taken away and made again
 * @param raws the ranges and collations that are
 */
export function replacedTables(
  from: Model,
  to: Model,
  remadeTypes: ReadonlySet<string>,
  away: readonly QualifiedName[],
  raws: readonly QualifiedName[],
): ReadonlySet<string> {
  const isReplaced = ([was, is]: readonly [TableModel, TableModel]): boolean => {
    const way = wayOf(was)
    if (way !== wayOf(is) || [...away, ...raws].some(one => mentions(way, one))) return true
    if (was.partitionBy?.on.some(one => raws.some(raw => raw.schema === 'public' && raw.name === one.collate)))
      return true
    return was.columns.some(old => {
      const column = is.columnByName.get(old.name)
      const isOther = column !== undefined && changesType(old, column, remadeTypes)
      return isKey(was, old.name) && (isOther || isOver(old.type, old.collate, raws))
    })
  }
  const { both } = paired(from.tables, to.tables, nameOf)
  return new Set(both.filter(isReplaced).map(([, is]) => nameOf(is)))
}

function wayOf({ partitionBy }: TableModel): string {
  return partitionBy === null ? '' : partitionByClause(partitionBy)
}

/** Whether a table is partitioned by the column, alone or within an expression. */
function isKey({ partitionBy }: TableModel, name: string): boolean {
  return (partitionBy?.on ?? []).some(one =>
    'column' in one ? one.column.name === name : namesColumn(fragmentText(one.expression), name),
  )
}

/** The table with a name for each NOT NULL, where partitions have the usual ones already and Postgres would choose others. */
export function named({ version, replaced }: Comparison, table: TableModel): TableModel {
  if (version < 180000 || !replaced.has(nameOf(table))) return table
  const isNamed = (column: ColumnModel): boolean => column.nullable || column.inherited || column.notNullName !== null
  const name = (column: ColumnModel): string => derivedName(table.name, column.name, 'not_null')
  return withColumns(
    table,
    new Map(
      table.columns.filter(one => !isNamed(one)).map(column => [column, { ...column, notNullName: name(column) }]),
    ),
  )
}

/** Identities of the new tables count on from the rows that have come to them. */
export function countingOnRows({ tables, replaced }: Comparison): Change[] {
  return tables.fresh
    .filter(table => replaced.has(nameOf(table)))
    .flatMap(table =>
      table.columns.flatMap(column =>
        column.identity === null
          ? []
          : [countOnRows(sequenceOf(table, column), column.identity.options, table, column.name)],
      ),
    )
}

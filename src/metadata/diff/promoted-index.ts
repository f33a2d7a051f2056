/** Unique indexes that become keys: the constraint takes the index as it is. */
import { alterTable, change, label, locked } from '../../ddl/change/change.ts'
import { deferrableClause } from '../../ddl/constraint.ts'
import { quote } from '../../base/identifier.ts'
import type { Change } from '../../schema/change.ts'
import type { IndexModel, KeyModel, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { heldNames } from './name-clash.ts'
import { type Constraint, constraintFate, indexFate } from './table-parts.ts'

/** The index that goes and means what a key that comes does. Those of partitions belong to others. */
export function promotedIndex(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  constraint: Constraint,
): IndexModel | undefined {
  const isKey = constraint.kind === 'primary key' || constraint.kind === 'unique'
  if (!isKey || is.partitionBy !== null || was.partitionOf !== null || is.partitionOf !== null) return undefined
  const { fresh } = constraintFate(comparison, was, is)
  const isFree = (index: IndexModel): boolean =>
    index.name === constraint.name || !heldNames(comparison.to).has(nameOf({ schema: is.schema, name: index.name }))
  // Of two keys, the first takes it.
  return indexFate(comparison, was, is).gone.find(
    index => fresh.find(one => isOver(index, one))?.name === constraint.name && isFree(index),
  )
}

export function isPromoted(comparison: Comparison, was: TableModel, is: TableModel, index: IndexModel): boolean {
  return constraintFate(comparison, was, is).fresh.some(one => promotedIndex(comparison, was, is, one) === index)
}

export function promoteIndex(
  table: TableModel,
  key: KeyModel,
  kind: 'primary key' | 'unique',
  index: IndexModel,
): Change {
  const name = quote(key.name)
  const sql = `add constraint ${name} ${kind} using index ${quote(index.name)}${deferrableClause(key.deferrable)}`
  return change(`add ${kind}`, label(table, key.name), alterTable(table, sql), {
    locks: locked('ACCESS EXCLUSIVE', table),
  })
}

function isOver(index: IndexModel, one: Constraint): boolean {
  if (one.kind !== 'primary key' && one.kind !== 'unique') return false
  const { kind, key } = one
  const isPlain =
    index.unique && index.using === 'btree' && index.where === null && index.include.length + index.with.length === 0
  const distinct = kind === 'primary key' || index.nullsNotDistinct === key.nullsNotDistinct
  return (
    isPlain &&
    distinct &&
    index.comment === null &&
    index.elements.length === key.columns.length &&
    index.elements.every(
      (one, at) =>
        'column' in one &&
        one.column.name === key.columns[at]?.name &&
        one.opclass === null &&
        one.collate === null &&
        one.order === 'asc' &&
        one.nulls === null,
    )
  )
}

/** Partitioned tables and their partitions. */
import type { PartitionBound, PartitionOf } from '../../types/literal.ts'
import { SchemaError } from '../base/errors.ts'
import { isFragment } from '../base/fragment.ts'
import { literal, quoteQualified } from '../base/identifier.ts'
import { suggestion } from '../base/nearest.ts'
import type { ElementSubject, Model, PartitionByModel, QualifiedName, TableModel } from '../schema/model.ts'
import { constant, typedConstant } from './constant.ts'
import { indexElement } from './element.ts'
import { fragmentText } from './fragment-text.ts'
import { guarded } from './guard.ts'

/** `partition by range (…)`. */
export function partitionByClause(partitionBy: PartitionByModel): string {
  return `partition by ${partitionBy.by} (${partitionBy.on.map(indexElement).join(', ')})`
}

export type CreateTable = 'create table' | 'create table if not exists'

/** One statement for each partition, each before its own partitions. They live in the schema of their table. */
export function createPartitions(
  parent: QualifiedName,
  partitionBy: PartitionByModel,
  start: CreateTable = 'create table if not exists',
): string[] {
  return partitionBy.partitions.flatMap(partition => {
    const named = { schema: parent.schema, name: partition.name }
    const lines = [
      `${start} ${quoteQualified(named)} partition of ${quoteQualified(parent)}`,
      `  ${boundClause(partitionBy.on, partition.bound)}`,
    ]
    if (partition.partitionBy === null) return [lines.join('\n')]
    lines.push(`  ${partitionByClause(partition.partitionBy)}`)
    return [lines.join('\n'), ...createPartitions(named, partition.partitionBy, start)]
  })
}

/** Makes a table that stands a partition of another, unless it is one. */
export function attachPartition(model: Model, table: TableModel, partitionOf: PartitionOf): string {
  return guarded(
    `select from pg_inherits where inhrelid = ${literal(quoteQualified(table))}::regclass`,
    attachStatement(model, table, partitionOf),
  )
}

/** `alter table … attach partition`. */
export function attachStatement(model: Model, table: TableModel, partitionOf: PartitionOf): string {
  const parent = model.tableByKey.get(partitionOf.table)
  if (parent === undefined) {
    const near = suggestion(partitionOf.table, model.tableByKey.keys())
    throw new SchemaError('unknownParent', table.key, partitionOf.table, near)
  }
  return `alter table ${quoteQualified(parent)} attach partition ${quoteQualified(table)} ${fragmentText(partitionOf.bound)}`
}

function boundClause(on: readonly ElementSubject[], bound: PartitionBound): string {
  if ('default' in bound) return 'default'
  if ('modulus' in bound) {
    return `for values with (modulus ${BigInt(bound.modulus)}, remainder ${BigInt(bound.remainder)})`
  }
  const list = (values: readonly unknown[], subjectAt: (index: number) => ElementSubject | undefined): string =>
    values.map((value, index) => boundValue(subjectAt(index), value)).join(', ')
  if ('in' in bound) return `for values in (${list(bound.in, () => on[0])})`
  return `for values from (${list(bound.from, index => on[index])}) to (${list(bound.to, index => on[index])})`
}

/** SQL stands as it is, so that ``sql`minvalue` `` and ``sql`maxvalue` `` can be said. */
function boundValue(element: ElementSubject | undefined, value: unknown): string {
  if (isFragment(value)) return fragmentText(value)
  return element !== undefined && 'column' in element ? typedConstant(element.column.type, value) : constant(value)
}

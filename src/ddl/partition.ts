/** Partitioned tables and their partitions. */
import type { PartitionBound } from '../../types/literal.ts'
import { isFragment } from '../base/fragment.ts'
import { quoteQualified } from '../base/identifier.ts'
import type { ElementSubject, PartitionByModel, QualifiedName } from '../schema/model.ts'
import { constant, typedConstant } from './constant.ts'
import { subject } from './element.ts'
import { fragmentText } from './fragment-text.ts'

/** `partition by range (…)`. */
export function partitionByClause(partitionBy: PartitionByModel): string {
  return `partition by ${partitionBy.by} (${partitionBy.on.map(subject).join(', ')})`
}

/** One statement for each partition, each before its own partitions. They live in the schema of their table. */
export function createPartitions(parent: QualifiedName, partitionBy: PartitionByModel): string[] {
  return partitionBy.partitions.flatMap(partition => {
    const named = { schema: parent.schema, name: partition.name }
    const lines = [
      `create table if not exists ${quoteQualified(named)} partition of ${quoteQualified(parent)}`,
      `  ${boundClause(partitionBy.on, partition.bound)}`,
    ]
    if (partition.partitionBy === null) return [lines.join('\n')]
    lines.push(`  ${partitionByClause(partition.partitionBy)}`)
    return [lines.join('\n'), ...createPartitions(named, partition.partitionBy)]
  })
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

/** Expressions in a table's definition name none but its columns. */
import { SchemaError } from '../base/errors.ts'
import type { Fragment } from '../base/fragment.ts'
import { byteLength, maxNameBytes, quote } from '../base/identifier.ts'
import { nearest } from '../base/nearest.ts'
import { isReserved } from '../base/sql-words.ts'
import { columnsNamed, type NamedColumn } from './expression-columns.ts'
import type { ElementSubject, PartitionByModel, TableModel } from './model.ts'

/** The columns that every table has (PostgreSQL manual, "System Columns"). */
const systemColumns: ReadonlySet<string> = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax'])

type Expressions = Pick<
  TableModel,
  'key' | 'name' | 'columns' | 'columnByKey' | 'columnByName' | 'checks' | 'indexes' | 'excludes' | 'policies'
> & { readonly partitionBy: PartitionByModel | null }

/** @throws SchemaError for a column that the table does not have, in checks, indexes, exclusions and the like */
export function checkExpressions(table: Expressions): void {
  for (const [subject, expression] of expressionsOf(table)) {
    for (const named of columnsNamed(expression)) {
      if (isKnown(table, named.name)) continue
      throw new SchemaError('checkColumn', subject, table.key, named.text, suggested(table, named))
    }
  }
}

type Subject = readonly [subject: string, expression: Fragment]

function expressionsOf(table: Expressions): Subject[] {
  return [
    ...table.columns.flatMap(({ key, generated }) => subjects(`the generated column '${key}'`, generated)),
    ...table.checks.flatMap(({ name, condition }) => subjects(`check '${name}'`, condition)),
    ...table.indexes.flatMap(({ name, elements, where }) =>
      subjects(`index '${name}'`, ...elements.map(expressionOf), where),
    ),
    ...table.excludes.flatMap(({ name, elements, where }) =>
      subjects(`exclusion '${name}'`, ...elements.map(expressionOf), where),
    ),
    ...table.policies.flatMap(({ name, using, withCheck }) => subjects(`policy '${name}'`, using, withCheck)),
    ...partitionKeys(table.partitionBy),
  ]
}

function partitionKeys(partitionBy: PartitionByModel | null): Subject[] {
  if (partitionBy === null) return []
  const inner = partitionBy.partitions.flatMap(partition => partitionKeys(partition.partitionBy))
  return [...subjects('the partition key', ...partitionBy.on.map(expressionOf)), ...inner]
}

function expressionOf(element: ElementSubject): Fragment | null {
  return 'expression' in element ? element.expression : null
}

function subjects(subject: string, ...expressions: readonly (Fragment | null | undefined)[]): Subject[] {
  return expressions.flatMap(expression => (expression ? [[subject, expression] as const] : []))
}

/** The table's own name is a whole row. Of a name that is too long Postgres reads the beginning, whatever that may be. */
function isKnown(table: Expressions, name: string): boolean {
  if (table.columnByName.has(name) || name === table.name || systemColumns.has(name)) return true
  return byteLength(name) > maxNameBytes
}

/** The column whose key it is, or else the nearest name, each as it is to be written in SQL. */
function suggested({ columnByKey, columnByName }: Expressions, { text, name }: NamedColumn): string {
  const meant = columnByKey.get(text)?.name ?? nearest(name, columnByName.keys())
  return meant === null ? '' : `; did you mean '${isBareName(meant) ? meant : quote(meant)}'?`
}

/** Whether a name needs no quotes in SQL. */
function isBareName(name: string): boolean {
  return /^[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*$/.test(name) && !isReserved(name)
}

import { quote, quoteQualified } from '../base/identifier.ts'
import { jsonEncoder } from '../schema/encode.ts'
import type { ForeignKeyModel, TableModel } from '../schema/model.ts'
import { type Batch, definitions, jsonTexts, maxJson } from './insert.ts'

/**
 * The rows of a table, whole, whose foreign key leads to any of the rows with these keys.
 * @param keys the values of the columns pointed to
 * @param target the table pointed to
 */
export function selectChildren(
  table: TableModel,
  key: ForeignKeyModel,
  keys: readonly (readonly unknown[])[],
  target: TableModel,
): Batch[] {
  const columns = key.targetColumns.flatMap(column => target.columnByKey.get(column) ?? [])
  const rows = keys.map(values =>
    Object.fromEntries(columns.map((column, at) => [column.key, jsonEncoder(column.type)(values[at])])),
  )
  const text =
    `select ${table.columns.map(({ name }) => `t.${quote(name)}`).join(', ')} from ${quoteQualified(table)} as t ` +
    `join json_to_recordset($1) as x(${definitions(columns)}) ` +
    `on ${key.columns.map(({ name }, at) => `t.${quote(name)} = x.${quote(columns[at]?.key ?? '')}`).join(' and ')}`
  return jsonTexts(rows, maxJson).map(({ json, from, to }) => ({ statement: { text, values: [json] }, from, to }))
}

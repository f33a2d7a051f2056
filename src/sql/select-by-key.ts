import { quote, quoteQualified } from '../base/identifier.ts'
import type { ColumnModel, TableModel } from '../schema/model.ts'

/** The text of a statement that gives one row, whole, by its key; a value for each of the key's columns. */
export function selectByKey(table: TableModel, key: readonly ColumnModel[]): string {
  const columns = table.columns.map(({ name }) => quote(name)).join(', ')
  const where = key.map(({ name }, at) => `${quote(name)} = $${at + 1}`).join(' and ')
  return `select ${columns} from ${quoteQualified(table)} where ${where}`
}

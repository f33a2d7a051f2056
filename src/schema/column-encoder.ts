import { ValueError } from '../base/errors.ts'
import { encoder } from './encode.ts'
import type { ColumnModel, Model, TableModel } from './model.ts'

/**
 * Gives values of a column in Postgres's text form; null stays null.
 * @param owner the column's table, or the model to look for it in
 * @throws ValueError (the function it gives) that names table, column and the value's type, for what the column cannot hold
 */
export function columnEncoder(owner: TableModel | Model, column: ColumnModel): (value: unknown) => string | null {
  const encode = encoder(column.type)
  return value => {
    try {
      return encode(value)
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      const table = 'key' in owner ? owner : owner.tables.find(({ columns }) => columns.includes(column))
      throw new ValueError('wrongColumnValue', table?.key ?? '', column.key, error.message)
    }
  }
}

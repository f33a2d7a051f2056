/** What an index is on, as far as making one goes. */
import type { Indexed } from '../../ddl/change/table-index.ts'
import type { TableModel } from '../../schema/model.ts'

export function indexed(table: TableModel): Indexed {
  return { schema: table.schema, name: table.name, isPartitioned: table.partitionBy !== null }
}

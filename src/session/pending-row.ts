/** A row that waits to be written, as the plan sees it. */
import type { ForeignKeyModel, TableModel } from '../schema/model.ts'

export interface PendingRow {
  readonly table: TableModel
  /** What is known of it, by the literal's names. A column that is not here, or undefined, was not given. */
  readonly values: { readonly [column: string]: unknown }
  /** Rows that it points to and whose keys may not be known yet. A value of the row's own stands above them. */
  readonly references: readonly Reference[]
  /** What its row in the database has; null while it has none. Dates are there as milliseconds. */
  readonly snapshot: { readonly [column: string]: unknown } | null
}

export interface Reference {
  readonly key: ForeignKeyModel
  readonly target: PendingRow
}

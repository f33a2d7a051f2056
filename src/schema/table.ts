/** `table`: columns and options as one plain object. */
import type { AnyColumns, TableOptions } from '../../types/literal.ts'
import type { Table } from '../../types/schema.ts'
import type { checkedOptions } from '../../types/table-check.ts'

/**
 * A table: its columns and, beside them, what concerns several columns or none. Returns `{ columns, ...options }`.
 * @example table({ id: t.id(), title: t.text() }, { comment: 'What people wrote' })
 */
export function table<const Columns extends AnyColumns>(columns: Columns): Table<Columns>
export function table<const Columns extends AnyColumns, const Options extends TableOptions>(
  columns: Columns,
  options: Options & checkedOptions<Columns, Options>,
): Table<Columns> & Options
export function table(columns: AnyColumns, options?: TableOptions): Table<AnyColumns> & TableOptions {
  return { columns, ...options }
}

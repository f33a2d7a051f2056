import { quote, quoteQualified } from '../base/identifier.ts'
import type { Statement } from '../base/statement.ts'
import type { ForeignKeyModel, TableModel } from '../schema/model.ts'
import { definitions, type JsonRow } from './insert.ts'

/** Asks for the place, from 1, of the first of these rows whose foreign key leads to no row; one with a null leads nowhere. */
export function findOrphan(key: ForeignKeyModel, target: TableModel, rows: readonly JsonRow[]): Statement {
  const own = key.columns.map(column => `x.${quote(column.key)}`)
  const wanted = key.targetColumns.map(column => `t.${quote(target.columnByKey.get(column)?.name ?? column)}`)
  return {
    text:
      `select n from rows from (json_to_recordset($1) as (${definitions(key.columns)})) ` +
      `with ordinality as x(${key.columns.map(column => quote(column.key)).join(', ')}, n) ` +
      `where not exists (select from ${quoteQualified(target)} as t where ${own.map((name, at) => `${wanted[at]} = ${name}`).join(' and ')}) ` +
      `and ${own.map(name => `${name} is not null`).join(' and ')} order by n limit 1`,
    values: [JSON.stringify(rows)],
  }
}

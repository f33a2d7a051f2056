/** Rows as statements that update or delete them, each row found by its key. Pure: what is encoded here is sent elsewhere. */
import { quote, quoteQualified } from '../base/identifier.ts'
import type { Statement } from '../base/statement.ts'
import { nextVersion, versionText } from '../schema/first-version.ts'
import type { ColumnModel, TableModel } from '../schema/model.ts'
import { sqlType } from '../schema/sql-type.ts'
import { isCustomJson } from '../schema/type-part.ts'
import { type Batch, type JsonRow, jsonTexts, maxJson, valueType } from './insert.ts'

/** What one statement changes of each of its rows. */
export interface RowChange {
  readonly table: TableModel
  /** The columns by which a row is found: its key and, where it counts versions, its version. */
  readonly by: readonly ColumnModel[]
  /** The columns that are set to given values. */
  readonly set: readonly ColumnModel[]
  /** The column that tells versions apart; it is among those that a row is found by. */
  readonly raised: ColumnModel | null
  /** The columns that the database gives back, after the row's place among those sent. */
  readonly returning: readonly ColumnModel[]
  /** Whether each row is to be told of. */
  readonly isTold: boolean
}

/** The name under which a row's new value of a column goes, where it is also found by that column. */
function newName(table: TableModel, key: string): string {
  return freeName(table, `new ${key}`)
}

/** The name of a row's place among those sent. */
function placeName(table: TableModel): string {
  return freeName(table, 'n')
}

/** A name that no column has. */
function freeName(table: TableModel, name: string): string {
  return table.columnByKey.has(name) ? freeName(table, `${name}'`) : name
}

/**
 * Updates one row.
 * @param values in text form: those to set, then those it is found by
 * @example updateOne({ table, by: [id], set: [name], … }, ['Ada', '1']).text // => 'update "users" set "name" = $1 where "id" = $2'
 */
export function updateOne(change: RowChange, values: readonly (string | null)[]): Statement {
  const { table, by, set, raised, returning, isTold } = change
  const sets = set.map(({ name }, at) => `${quote(name)} = $${at + 1}`)
  if (raised !== null) sets.push(`${quote(raised.name)} = ${nextVersion(raised.type, quote(raised.name))}`)
  const where = by.map((column, at) => `${own(column, quote(column.name))} = $${set.length + at + 1}`).join(' and ')
  const given = isTold ? ` returning ${['0', ...returning.map(({ name }) => quote(name))].join(', ')}` : ''
  return { text: `update ${quoteQualified(table)} set ${sets.join(', ')} where ${where}${given}`, values }
}

/** Updates rows with one parameter, however many they are. */
export function updateMany(change: RowChange, rows: readonly JsonRow[], limit: number = maxJson): Batch[] {
  const { table, by, set, raised, returning, isTold } = change
  const place = placeName(table)
  const nameOf = (column: ColumnModel): string => (by.includes(column) ? newName(table, column.key) : column.key)
  const sets = set.map(column => `${quote(column.name)} = ${source(column, nameOf(column))}`)
  if (raised !== null) sets.push(`${quote(raised.name)} = ${nextVersion(raised.type, `t.${quote(raised.name)}`)}`)
  const given = isTold
    ? ` returning ${[`x.${quote(place)}`, ...returning.map(({ name }) => `t.${quote(name)}`)].join(', ')}`
    : ''
  const text =
    `update ${quoteQualified(table)} as t set ${sets.join(', ')} ` +
    `from json_to_recordset($1) as x(${[
      ...by.map(column => `${quote(column.key)} ${valueType(column.type)}`),
      ...set.map(column => `${quote(nameOf(column))} ${valueType(column.type)}`),
      ...(isTold ? [`${quote(place)} integer`] : []),
    ].join(', ')}) where ${found(by)}${given}`
  return batches(text, isTold ? placed(table, rows) : rows, limit)
}

/** The keys of a row's JSON for `updateMany`: those it is found by, and those it sets. */
export function jsonKey(change: RowChange, column: ColumnModel, part: 'by' | 'set'): string {
  return part === 'set' && change.by.includes(column) ? newName(change.table, column.key) : column.key
}

/** Deletes one row. @param values those it is found by, in text form */
export function deleteOne(
  table: TableModel,
  by: readonly ColumnModel[],
  values: readonly (string | null)[],
): Statement {
  const where = by.map((column, at) => `${own(column, quote(column.name))} = $${at + 1}`).join(' and ')
  return { text: `delete from ${quoteQualified(table)} where ${where}`, values }
}

/** Deletes rows with one parameter, and gives the places of those that were there. */
export function deleteMany(
  table: TableModel,
  by: readonly ColumnModel[],
  rows: readonly JsonRow[],
  limit: number = maxJson,
): Batch[] {
  const { source, place } = placedRows(table, by)
  const text = `delete from ${quoteQualified(table)} as t using ${source} where ${found(by)} returning x.${place}`
  return batches(text, placed(table, rows), limit)
}

/** The places of those rows that are there. */
export function presentRows(
  table: TableModel,
  by: readonly ColumnModel[],
  rows: readonly JsonRow[],
  limit: number = maxJson,
): Batch[] {
  const { source, place } = placedRows(table, by)
  const text = `select x.${place} from ${quoteQualified(table)} as t, ${source} where ${found(by)}`
  return batches(text, placed(table, rows), limit)
}

/** Rows of one parameter as a table, by the columns that they are found by, with their places. */
function placedRows(
  table: TableModel,
  by: readonly ColumnModel[],
): { readonly source: string; readonly place: string } {
  const place = quote(placeName(table))
  const columns = by.map(column => `${quote(column.key)} ${valueType(column.type)}`).join(', ')
  return { source: `json_to_recordset($1) as x(${columns}, ${place} integer)`, place }
}

function placed(table: TableModel, rows: readonly JsonRow[]): JsonRow[] {
  const place = placeName(table)
  return rows.map((row, at) => ({ ...row, [place]: at }))
}

function found(by: readonly ColumnModel[]): string {
  return by.map(column => `${own(column, `t.${quote(column.name)}`)} = ${source(column, column.key)}`).join(' and ')
}

/** A column of the row as it is compared. */
function own({ version, type }: ColumnModel, text: string): string {
  return version ? versionText(type, text) : text
}

function source({ type }: ColumnModel, name: string): string {
  return isCustomJson(type) ? `x.${quote(name)}::${sqlType(type)}` : `x.${quote(name)}`
}

function batches(text: string, rows: readonly JsonRow[], limit: number): Batch[] {
  return jsonTexts(rows, limit).map(({ json, from, to }) => ({ statement: { text, values: [json] }, from, to }))
}

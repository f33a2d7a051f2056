/** Rows as statements that insert them. Pure: what is encoded here is sent elsewhere. */
import { quote, quoteQualified } from '../base/identifier.ts'
import type { Statement } from '../base/statement.ts'
import type { ColumnModel, TableModel, TypeModel } from '../schema/model.ts'
import { sqlType } from '../schema/sql-type.ts'
import { isCustomJson } from '../schema/type-part.ts'

/** A row's values in the form of `jsonEncoder`, by the literal's names of the columns; what is not there is NULL. */
export type JsonRow = { readonly [key: string]: unknown }

/** One statement with the rows it writes, which are `from` up to, not including, `to` of those given. */
export interface Batch {
  readonly statement: Statement
  readonly from: number
  readonly to: number
}

/**
 * Characters of JSON in one statement; past it, the rows go in several. Postgres takes a value of 1 GB and V8 a string of
 * 512 MB; beyond some megabytes a larger statement is no faster and only holds more memory, on both sides.
 */
export const maxJson = 64 * 1024 * 1024

/**
 * Inserts one row.
 * @param values in text form, one for each column
 * @example insertOne(users, [email], ['a@b'], [id]).text // => 'insert into "users" ("email") values ($1) returning "id"'
 */
export function insertOne(
  table: TableModel,
  columns: readonly ColumnModel[],
  values: readonly (string | null)[],
  returning: readonly ColumnModel[],
): Statement {
  const places = columns.map((_, at) => `$${at + 1}`).join(', ')
  const what = columns.length === 0 ? 'default values' : `(${names(columns)}) values (${places})`
  return { text: `insert into ${quoteQualified(table)} ${what}${returningClause(returning)}`, values }
}

/**
 * Inserts rows with one parameter, however many they are. Postgres gives the rows back in the order in which it was sent
 * them: it reads a single function scan, row by row, and neither sorts nor splits it.
 * @param limit the characters of JSON in one statement
 * @param conflict what is done where a row is there already; its parameters follow the one of the rows
 */
export function insertMany(
  table: TableModel,
  columns: readonly ColumnModel[],
  rows: readonly JsonRow[],
  returning: readonly ColumnModel[],
  limit: number = maxJson,
  conflict: Statement = { text: '', values: [] },
): Batch[] {
  const text =
    `insert into ${quoteQualified(table)} (${names(columns)}) ` +
    `select ${columns.map(source).join(', ')} ` +
    `from json_to_recordset($1) as x(${definitions(columns)})${conflict.text}${returningClause(returning)}`
  return jsonTexts(rows, limit).map(({ json, from, to }) => ({
    statement: { text, values: [json, ...conflict.values] },
    from,
    to,
  }))
}

/** Inserts so many rows of which the database gives every column. The table has at least one. */
export function insertDefaults(table: TableModel, count: number, returning: readonly ColumnModel[]): Statement {
  const rows = Array.from({ length: count }, () => '(default)').join(', ')
  const first = names(table.columns.slice(0, 1))
  return {
    text: `insert into ${quoteQualified(table)} (${first}) values ${rows}${returningClause(returning)}`,
    values: [],
  }
}

/** The columns' names in the database, with commas. */
export function names(columns: readonly ColumnModel[]): string {
  return columns.map(column => quote(column.name)).join(', ')
}

function returningClause(columns: readonly ColumnModel[]): string {
  return columns.length === 0 ? '' : ` returning ${names(columns)}`
}

/** Columns as `json_to_recordset` reads them. */
export function definitions(columns: readonly ColumnModel[]): string {
  return columns.map(({ key, type }) => `${quote(key)} ${valueType(type)}`).join(', ')
}

/** A column of the rows that the JSON holds. */
function source({ key, type }: ColumnModel): string {
  return isCustomJson(type) ? `x.${quote(key)}::${sqlType(type)}` : `x.${quote(key)}`
}

/** A serial type is one for the column only; its values are integers. JSON that comes as text would be taken for a JSON string. */
export function valueType(type: TypeModel): string {
  if (isCustomJson(type)) return 'text'
  switch (type.kind) {
    case 'smallserial':
      return 'smallint'
    case 'serial':
      return 'integer'
    case 'bigserial':
      return 'bigint'
    default:
      return sqlType(type)
  }
}

/** Pieces of about this many characters are put together, so that no row makes a string that is too long. */
const pieceSize = 1024 * 1024

/** Rows as JSON, in as few texts as the limit allows. */
export function jsonTexts(rows: readonly JsonRow[], limit: number): { json: string; from: number; to: number }[] {
  // PERF: most often all fit, and then one call says so; a few rows from everywhere tell whether to try.
  if (estimate(rows) < limit / 4) {
    const json = arrayText(rows)
    if (json !== null && json.length <= limit + 2) return [{ json, from: 0, to: rows.length }]
  }
  const texts: { json: string; from: number; to: number }[] = []
  let pieces: string[] = []
  let length = 0
  let from = 0
  let count = 8
  for (let at = 0; at < rows.length; ) {
    const to = Math.min(at + count, rows.length)
    const piece = arrayBody(rows.slice(at, to))
    if (piece === null) {
      count = Math.floor(count / 2)
      continue
    }
    if (length > 0 && length + piece.length > limit) {
      texts.push({ json: `[${pieces.join(',')}]`, from, to: at })
      pieces = []
      length = 0
      from = at
    }
    pieces.push(piece)
    length += piece.length
    at = to
    count = Math.max(1, Math.min(count * 64, Math.floor((Math.min(pieceSize, limit / 8) * count) / piece.length)))
  }
  if (length > 0) texts.push({ json: `[${pieces.join(',')}]`, from, to: rows.length })
  return texts
}

function estimate(rows: readonly JsonRow[]): number {
  const some = rows.filter((_, at) => at % Math.ceil(rows.length / 16) === 0)
  return ((arrayBody(some)?.length ?? Number.POSITIVE_INFINITY) * rows.length) / some.length
}

function arrayBody(rows: readonly JsonRow[]): string | null {
  return arrayText(rows)?.slice(1, -1) ?? null
}

/** The JSON of an array; null where it would be longer than a string can be, unless one row alone is. */
function arrayText(rows: readonly JsonRow[]): string | null {
  try {
    return JSON.stringify(rows)
  } catch (error) {
    if (error instanceof RangeError && rows.length > 1) return null
    throw error
  }
}

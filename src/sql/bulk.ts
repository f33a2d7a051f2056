/** Rows changed where a condition holds, without reading them, and what an insert does on a conflict. Pure. */
import { SessionError, ValueError } from '../base/errors.ts'
import { isFragment } from '../base/fragment.ts'
import { quote, quoteQualified } from '../base/identifier.ts'
import { suggestion } from '../base/nearest.ts'
import type { Statement } from '../base/statement.ts'
import { encoder } from '../schema/encode.ts'
import { nextVersion } from '../schema/first-version.ts'
import type { ColumnModel, TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { fragmentText, type Source, whereText, Writing } from './where.ts'

/** Sets columns of the rows of which a condition is true; `{}` is true of all. A version is raised by one. */
export function updateWhere(
  source: Source,
  table: TableModel,
  set: unknown,
  where: unknown,
  returning: readonly ColumnModel[],
): Statement {
  const writing = new Writing(source)
  const alias = writing.alias()
  const sets = setTexts(writing, table, set, 'set')
  if (sets.length === 0) throw new SessionError('whereValue', 'set', 'at least one column', 'none')
  const version = table.columns.find(column => column.version)
  if (version !== undefined) {
    sets.push(`${quote(version.name)} = ${nextVersion(version.type, `${alias}.${quote(version.name)}`)}`)
  }
  const condition = requiredWhere(writing, table, alias, where)
  const text = `update ${quoteQualified(table)} as ${alias} set ${sets.join(', ')} where ${condition}${given(alias, returning)}`
  return { text, values: writing.values }
}

/** Deletes the rows of which a condition is true; `{}` is true of all. */
export function deleteWhere(
  source: Source,
  table: TableModel,
  where: unknown,
  returning: readonly ColumnModel[],
): Statement {
  const writing = new Writing(source)
  const alias = writing.alias()
  const condition = requiredWhere(writing, table, alias, where)
  const text = `delete from ${quoteQualified(table)} as ${alias} where ${condition}${given(alias, returning)}`
  return { text, values: writing.values }
}

function requiredWhere(writing: Writing, table: TableModel, alias: string, where: unknown): string {
  if (where === undefined) throw new SessionError('whereMissing', table.key)
  return whereText(writing, table, alias, where)
}

function given(alias: string, returning: readonly ColumnModel[]): string {
  return returning.length === 0 ? '' : ` returning ${returning.map(({ name }) => `${alias}.${quote(name)}`).join(', ')}`
}

/** Assignments, as `"name" = $1`. What is undefined is left as it is. */
function setTexts(writing: Writing, table: TableModel, set: unknown, path: string): string[] {
  if (typeof set !== 'object' || set === null) {
    throw new SessionError('whereValue', path, 'an object of columns', typeName(set))
  }
  return Object.entries(set).flatMap(([key, value]: [string, unknown]) => {
    const column = writable(table, key)
    if (value === undefined) return []
    return [
      `${quote(column.name)} = ${isFragment(value) ? `(${fragmentText(writing, value)})` : bound(writing, table, column, value)}`,
    ]
  })
}

function writable(table: TableModel, key: string): ColumnModel {
  const column = table.columnByKey.get(key)
  if (column === undefined)
    throw new SessionError('unknownColumn', table.key, key, suggestion(key, table.columnByKey.keys()))
  if (column.insertMode === 'forbidden') throw new SessionError('forbiddenColumn', table.key, key)
  if (column.version) throw new SessionError('versionChanged', table.key, key)
  return column
}

function bound(writing: Writing, table: TableModel, column: ColumnModel, value: unknown): string {
  try {
    return writing.bind(encoder(column.type)(value))
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw new SessionError('wrongColumnValue', table.key, column.key, error.message)
  }
}

/**
 * What an insert does where a row is there already: `{ columns | constraint, do: 'nothing' }`, or `set`, which is `'given'` for all the
 * columns that are inserted, a list of those, or an object of values and `sql`, in which the row that was to be inserted is `excluded`.
 * @param taken how many parameters the statement has before those of this text
 * @param inserted the columns that are inserted
 * @throws SessionError for a constraint or columns that no unique key has
 */
export function onConflict(
  source: Source,
  table: TableModel,
  conflict: unknown,
  inserted: readonly ColumnModel[],
  taken: number,
): Statement {
  if (typeof conflict !== 'object' || conflict === null) {
    throw new SessionError('whereValue', 'onConflict', `an object of 'columns' or 'constraint'`, typeName(conflict))
  }
  const { columns, constraint, do: action, set, where, ...others }: { [key: string]: unknown } = { ...conflict }
  const names = ['columns', 'constraint', 'do', 'set', 'where']
  for (const name of Object.keys(others)) {
    throw new SessionError('unknownFindOption', `onConflict.${name}`, names.join(', '), suggestion(name, names))
  }
  const writing = new Writing(source)
  for (let at = 0; at < taken; at++) writing.bind(null)
  const target = conflictTarget(table, columns, constraint)
  if ((action === undefined) === (set === undefined) || (action !== undefined && action !== 'nothing')) {
    throw new SessionError('whereValue', 'onConflict', `either do: 'nothing' or 'set'`, 'both or neither')
  }
  if (set === undefined) return { text: ` on conflict${target} do nothing`, values: [] }
  if (target === '')
    throw new SessionError('whereValue', 'onConflict', `'columns' or 'constraint' beside 'set'`, 'none')
  const key = new Set(Array.isArray(columns) ? columns : [])
  const listed: unknown =
    set === 'given' ? inserted.filter(column => !column.version && !key.has(column.key)).map(column => column.key) : set
  const sets = Array.isArray(listed)
    ? listed.map((name: unknown) => {
        const own = quote(writable(table, String(name)).name)
        return `${own} = excluded.${own}`
      })
    : setTexts(writing, table, listed, 'onConflict.set')
  if (sets.length === 0) throw new SessionError('whereValue', 'onConflict.set', 'at least one column', 'none')
  const version = table.columns.find(column => column.version)
  if (version !== undefined) {
    sets.push(`${quote(version.name)} = ${nextVersion(version.type, `${quote(table.name)}.${quote(version.name)}`)}`)
  }
  const condition =
    where === undefined ? '' : ` where ${whereText(writing, table, quote(table.name), where, 'onConflict.where')}`
  return {
    text: ` on conflict${target} do update set ${sets.join(', ')}${condition}`,
    values: writing.values.slice(taken),
  }
}

function conflictTarget(table: TableModel, columns: unknown, constraint: unknown): string {
  const keys = [table.primaryKey, ...table.uniques].flatMap(key => key ?? [])
  if (constraint !== undefined) {
    const names = [...keys, ...table.excludes].map(({ name }) => name)
    if (!names.includes(String(constraint))) {
      const near = suggestion(String(constraint), names)
      throw new SessionError('unknownConstraint', table.key, String(constraint), names.join(', '), near)
    }
    return ` on constraint ${quote(String(constraint))}`
  }
  if (columns === undefined) return ''
  if (!Array.isArray(columns))
    throw new SessionError('whereValue', 'onConflict.columns', 'an array of columns', typeName(columns))
  const wanted = columns.map((name: unknown) => {
    const column = table.columnByKey.get(String(name))
    if (column !== undefined) return column
    throw new SessionError('unknownColumn', table.key, String(name), suggestion(String(name), table.columnByKey.keys()))
  })
  const isKey = (set: readonly ColumnModel[]): boolean =>
    set.length === wanted.length && set.every(column => wanted.includes(column))
  const index = table.indexes.find(
    ({ unique, elements }) =>
      unique && isKey(elements.flatMap(element => ('column' in element ? [element.column] : []))),
  )
  if (!keys.some(key => isKey(key.columns)) && index === undefined) {
    throw new SessionError('conflictColumns', table.key, columns.join(', '))
  }
  // A partial index is only found by its own condition.
  const where = index?.where ?? null
  const text =
    where === null ? '' : ` where ${where.parts.map(part => (part.kind === 'text' ? part.text : '')).join('')}`
  return ` (${wanted.map(({ name }) => quote(name)).join(', ')})${text}`
}

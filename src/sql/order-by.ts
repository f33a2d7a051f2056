/** The order of rows, and the rows after one in it. */
import { SessionError, ValueError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import { encoder } from '../schema/encode.ts'
import type { ColumnModel, RelationModel, TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { keyText, type Source, Writing } from './where.ts'

/** One column of an order. */
export interface Term {
  readonly column: ColumnModel
  /** The relations on the way to it. */
  readonly way: readonly RelationModel[]
  readonly order: 'asc' | 'desc'
  readonly nulls: 'first' | 'last'
}

const orders: readonly string[] = ['asc', 'desc']

/**
 * The terms of an order as a caller gives it: an object, or several in their order.
 * @throws SessionError for a column that there is none of, or another word than asc and desc
 */
export function orderTerms(writing: Writing, table: TableModel, given: unknown): Term[] {
  if (given === undefined) return []
  const list: unknown[] = Array.isArray(given) ? given : [given]
  return list.flatMap((one, at) =>
    termsOf(writing, table, one, [], Array.isArray(given) ? `orderBy[${at}]` : 'orderBy'),
  )
}

function termsOf(
  writing: Writing,
  table: TableModel,
  given: unknown,
  way: readonly RelationModel[],
  path: string,
): Term[] {
  if (typeof given !== 'object' || given === null) {
    throw new SessionError('whereValue', path, 'an object of columns', typeName(given))
  }
  return Object.entries(given).flatMap(([key, value]: [string, unknown]) => {
    const at = `${path}.${key}`
    if (value === undefined) throw new SessionError('whereUndefined', at)
    const column = table.columnByKey.get(key)
    if (column !== undefined) return [termOf(column, way, value, at)]
    const relation = table.relations.get(key)
    if (relation?.kind === 'one') {
      return termsOf(writing, writing.table(relation.target), value, [...way, relation], at)
    }
    const names = [
      ...table.columnByKey.keys(),
      ...[...table.relations.values()].filter(each => each.kind === 'one').map(each => each.name),
    ]
    throw new SessionError('unknownColumn', table.key, key, suggestion(key, names))
  })
}

function termOf(column: ColumnModel, way: readonly RelationModel[], value: unknown, path: string): Term {
  const isLong = typeof value === 'object' && value !== null
  const order: unknown = isLong && 'order' in value ? value.order : isLong ? 'asc' : value
  const nulls: unknown = isLong && 'nulls' in value ? value.nulls : undefined
  if (typeof order !== 'string' || !orders.includes(order)) {
    throw new SessionError(
      'whereValue',
      path,
      `'asc' or 'desc'`,
      typeof order === 'string' ? `'${order}'` : typeName(order),
    )
  }
  if (nulls !== undefined && nulls !== 'first' && nulls !== 'last') {
    throw new SessionError('whereValue', `${path}.nulls`, `'first' or 'last'`, typeName(nulls))
  }
  // Checked just above.
  return { column, way, order: order as 'asc' | 'desc', nulls: nulls ?? (order === 'asc' ? 'last' : 'first') }
}

/** The terms with those of the key after them, so that no two rows are alike. */
export function totalOrder(table: TableModel, terms: readonly Term[]): Term[] {
  const known = new Set(terms.filter(({ way }) => way.length === 0).map(({ column }) => column))
  const isUnique = [table.primaryKey, ...table.uniques].some(
    key => key?.columns.every(column => known.has(column) && !column.nullable) ?? false,
  )
  if (isUnique) return [...terms]
  const order = terms.at(-1)?.order ?? 'asc'
  const others = (table.primaryKey?.columns ?? []).filter(column => !known.has(column))
  return [
    ...terms,
    ...others.map(column => ({ column, way: [], order, nulls: order === 'asc' ? 'last' : 'first' }) as const),
  ]
}

/**
 * The columns by whose values a page follows another.
 * @throws SessionError for an order that goes by other tables' columns
 */
export function pageColumns(source: Source, table: TableModel, given: unknown): ColumnModel[] {
  const terms = totalOrder(table, orderTerms(new Writing(source), table, given))
  for (const { way } of terms) if (way[0] !== undefined) throw new SessionError('afterRelation', table.key, way[0].name)
  return terms.map(({ column }) => column)
}

/** The terms as SQL, without the words; '' for none. */
export function orderText(writing: Writing, table: TableModel, alias: string, terms: readonly Term[]): string {
  return terms
    .map(term => {
      const usual = term.order === 'asc' ? 'last' : 'first'
      const nulls = term.nulls === usual ? '' : ` nulls ${term.nulls}`
      return `${termText(writing, table, alias, term)}${term.order === 'desc' ? ' desc' : ''}${nulls}`
    })
    .join(', ')
}

function termText(writing: Writing, table: TableModel, alias: string, { column, way }: Term): string {
  const [relation, ...rest] = way
  if (relation === undefined || relation.kind !== 'one') return writing.column(alias, table, column)
  const target = writing.table(relation.target)
  const inner = writing.alias()
  const value = termText(writing, target, inner, { column, way: rest, order: 'asc', nulls: 'last' })
  const on = keyText(writing, relation.key, table, alias, target, inner)
  return `(select ${value} from ${writing.from(target, inner)} where ${on})`
}

/**
 * The condition of the rows after one, in an order that no two rows share a place in.
 * @param given the row, or as much of it as the order names
 */
export function afterText(
  writing: Writing,
  table: TableModel,
  alias: string,
  terms: readonly Term[],
  given: unknown,
): string {
  if (typeof given !== 'object' || given === null) {
    throw new SessionError('whereValue', 'after', 'a row, or an object of the columns of the order', typeName(given))
  }
  const places = terms.map(term => {
    if (term.way.length > 0) throw new SessionError('afterRelation', table.key, term.way[0]?.name ?? '')
    const { key } = term.column
    const value: unknown = Reflect.get(given, key)
    if (value === undefined) throw new SessionError('afterColumn', table.key, key)
    return { term, value, sql: writing.column(alias, table, term.column) }
  })
  const bind = ({ column }: Term, value: unknown): string => {
    try {
      return writing.bind(encoder(column.type)(value))
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      throw new SessionError('wrongColumnValue', table.key, column.key, error.message)
    }
  }
  const isAlike = places.every(
    ({ term, value }) => term.order === terms[0]?.order && !term.column.nullable && value !== null,
  )
  if (isAlike) {
    const sign = terms[0]?.order === 'desc' ? '<' : '>'
    return `(${places.map(({ sql }) => sql).join(', ')}) ${sign} (${places.map(({ term, value }) => bind(term, value)).join(', ')})`
  }
  const steps = places.map((place, at) => {
    const same = places
      .slice(0, at)
      .map(({ term, value, sql }) => (value === null ? `${sql} is null` : `${sql} = ${bind(term, value)}`))
    return [...same, beyond(place.sql, place.term, place.value, bind)].join(' and ')
  })
  return `(${steps.map(step => `(${step})`).join(' or ')})`
}

function beyond(sql: string, term: Term, value: unknown, bind: (term: Term, value: unknown) => string): string {
  if (value === null) return term.nulls === 'first' ? `${sql} is not null` : 'false'
  const sign = term.order === 'desc' ? '<' : '>'
  const text = `${sql} ${sign} ${bind(term, value)}`
  return term.column.nullable && term.nulls === 'last' ? `(${text} or ${sql} is null)` : text
}

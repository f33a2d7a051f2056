/** Rows of a table, and of the tables that its relations lead to, as statements. Pure. */
import type { Lock } from '../../types/lock.ts'
import { SessionError } from '../base/errors.ts'
import { quote, quoteQualified } from '../base/identifier.ts'
import { suggestion } from '../base/nearest.ts'
import type { Statement } from '../base/statement.ts'
import { textEncoder } from '../schema/encode.ts'
import type { ColumnModel, RelationModel, TableModel } from '../schema/model.ts'
import { plainType } from '../schema/plain-type.ts'
import { typeName } from '../schema/type-name.ts'
import { valueType } from './insert.ts'
import { afterText, orderTerms, orderText, type Term, totalOrder } from './order-by.ts'
import { isView, type View } from './view.ts'
import { keyText, type Source, whereText, Writing } from './where.ts'

export interface SelectOptions {
  readonly columns?: readonly ColumnModel[]
  readonly where?: unknown
  readonly orderBy?: unknown
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly after?: unknown
  readonly lock?: Lock | undefined
}

/** A statement, and the columns that it gives, in their order. */
export interface Selection {
  readonly statement: Statement
  readonly columns: readonly ColumnModel[]
}

/** As `Selection`, with what tells whose each row is. */
export interface RelatedSelection extends Selection {
  /** Columns of the join table that come before the row's own; none where the row itself has the key. */
  readonly lead: readonly ColumnModel[]
  /** The columns, of the lead or of the row, that have the parent's key. */
  readonly by: readonly ColumnModel[]
}

/** @throws SessionError for whatever is wrong in the options, by its path */
export function select(source: Source, table: TableModel, options: SelectOptions): Selection {
  const writing = new Writing(source)
  const { texts, columns, rest } = selectParts(writing, table, options)
  return { statement: { text: `select ${texts.join(', ')}${rest}`, values: writing.values }, columns }
}

/** A select without its columns. */
export interface SelectParts {
  readonly alias: string
  readonly columns: readonly ColumnModel[]
  /** The columns, where they stand. */
  readonly texts: readonly string[]
  /** What the rows are ordered by; '' for nothing. */
  readonly order: string
  /** From the word `from` on. */
  readonly rest: string
}

export function selectParts(writing: Writing, table: TableModel, options: SelectOptions): SelectParts {
  const alias = writing.alias()
  const columns = withKey(table, options.columns)
  const terms = termsOf(writing, table, options)
  const conditions = [whereText(writing, table, alias, options.where)]
  if (options.after !== undefined) conditions.push(afterText(writing, table, alias, terms, options.after))
  const texts = columns.map(column => writing.column(alias, table, column))
  const order = orderText(writing, table, alias, terms)
  const rest =
    ` from ${writing.from(table, alias)}` +
    `${clause(' where ', conditions.filter(Boolean).join(' and '))}` +
    `${clause(' order by ', order)}` +
    `${limits(writing, options)}${lockText(options.lock, writing.locked(table, alias))}`
  return { alias, columns, texts, order, rest }
}

/** How many rows there are. */
export function count(source: Source, table: TableModel, where: unknown): Statement {
  const writing = new Writing(source)
  const alias = writing.alias()
  const condition = clause(' where ', whereText(writing, table, alias, where))
  return { text: `select count(*) from ${writing.from(table, alias)}${condition}`, values: writing.values }
}

/** Whether there is a row. */
export function exists(source: Source, table: TableModel, where: unknown): Statement {
  const writing = new Writing(source)
  const alias = writing.alias()
  const condition = clause(' where ', whereText(writing, table, alias, where))
  return {
    text: `select exists (select from ${writing.from(table, alias)}${condition})`,
    values: writing.values,
  }
}

/**
 * The rows that a relation leads to, for many parents at once. A limit is one for each parent.
 * @param keys of each parent the values of the columns that the relation goes by: of its own key for `one`, else of the columns
 *   that the other side points to
 */
export function selectRelated(
  source: Source,
  relation: RelationModel,
  keys: readonly (readonly unknown[])[],
  options: SelectOptions,
): RelatedSelection {
  const writing = new Writing(source)
  const parts = relatedParts(writing, relation, by => givenKeys(writing, by, keys), options)
  const { texts, columns, lead, by, own, keys: bound, from, given, order, limit } = parts
  const made = { columns, lead, by }
  if (limit !== null) {
    const names = by.map((_, at) => quote(String(at)))
    // Tables that are read together may have columns of one name.
    const isNamed = isView(writing.table(relation.target))
    const inside = columns.map(({ name }, at) => quote(isNamed ? `c${at}` : name))
    const values = isNamed ? texts.map((text_, at) => `${text_} as ${inside[at]}`) : texts
    const inner =
      `select ${values.join(', ')}, row_number() over (order by ${order || 'null'}) as "#" from ${from} ` +
      `where ${own.map((name, at) => `${name} = k.${names[at]}`).join(' and ')}${clause(' and ', given)}` +
      `${clause(' order by ', order)}${limit}`
    const first = lead.map((_, at) => `k.${names[at]}, `).join('')
    const text =
      `select ${first}${inside.map(name => `r.${name}`).join(', ')} from ${bound.rows} as k(${names.join(', ')}) ` +
      `cross join lateral (${inner}) as r order by r."#"`
    return { statement: { text, values: writing.values }, ...made }
  }
  const text =
    `select ${lead.map((_, at) => `${own[at]}, `).join('')}${texts.join(', ')} from ${from} ` +
    `where ${bound.among(own)}${clause(' and ', given)}${clause(' order by ', order)}`
  return { statement: { text, values: writing.values }, ...made }
}

/** The keys of parents, as parts of a statement. */
export interface KeyTexts {
  /** That some columns have one of the keys. */
  among(columns: readonly string[]): string
  /** The keys as rows, each once. */
  readonly rows: string
}

/** Keys that are parameters. */
export function givenKeys(
  writing: Writing,
  by: readonly ColumnModel[],
  keys: readonly (readonly unknown[])[],
): KeyTexts {
  const arrays = by.map((column, at) => {
    const type = { ...plainType('array'), element: column.type }
    return `${writing.bind(textEncoder(type)(keys.map(key => key[at])))}::${valueType(column.type)}[]`
  })
  const rows = `unnest(${arrays.join(', ')})`
  const among = (columns: readonly string[]): string =>
    arrays.length === 1
      ? `${columns[0]} = any(${arrays[0]})`
      : `(${columns.join(', ')}) in (select * from unnest(${arrays.join(', ')}))`
  return { among, rows }
}

/** What the rows of a relation are selected with. */
export interface RelatedParts extends Omit<RelatedSelection, 'statement'> {
  readonly alias: string
  /** The columns, where they stand. */
  readonly texts: readonly string[]
  /** The columns of `by`, where they stand. */
  readonly own: readonly string[]
  readonly keys: KeyTexts
  readonly from: string
  /** The caller's condition; '' for none. */
  readonly given: string
  /** What the rows are ordered by; '' for nothing. */
  readonly order: string
  /** How many rows there are for each parent; null for all. */
  readonly limit: string | null
}

export function relatedParts(
  writing: Writing,
  relation: RelationModel,
  keysOf: (by: readonly ColumnModel[]) => KeyTexts,
  options: SelectOptions,
): RelatedParts {
  const target = writing.table(relation.target)
  const alias = writing.alias()
  const terms = termsOf(writing, target, options)
  const near = relation.kind === 'link' ? relation.near : relation.key
  const by =
    relation.kind === 'one' ? near.targetColumns.flatMap(key => target.columnByKey.get(key) ?? []) : [...near.columns]
  const lead = relation.kind === 'link' ? by : []
  const columns = withKey(target, options.columns, relation.kind === 'link' ? [] : by)
  const holder = relation.kind === 'link' ? writing.alias() : alias
  const through = relation.kind === 'link' ? writing.table(relation.through) : target
  const keys = keysOf(by)
  const own = by.map(column => writing.column(holder, through, column))
  const given = whereText(writing, target, alias, options.where)
  const texts = columns.map(column => writing.column(alias, target, column))
  const order = orderText(writing, target, alias, terms)
  const isPaged = options.limit !== undefined || options.offset !== undefined
  const limit = isPaged ? limits(writing, options) : null
  const from = origin(writing, relation, target, alias, holder)
  return { alias, columns, texts, lead, by, own, keys, from, given, order, limit }
}

/** Rows by their keys. */
export function selectByKeys(
  source: Source,
  view: View,
  keys: readonly (readonly unknown[])[],
  lock: Lock | undefined,
): Selection {
  const writing = new Writing(source)
  const alias = writing.alias()
  const by = view.primaryKey?.columns ?? []
  const own = by.map(column => writing.column(alias, view, column))
  const match = givenKeys(writing, by, keys).among(own)
  const texts = view.columns.map(column => writing.column(alias, view, column)).join(', ')
  // The first lock has been had: these rows are waited for, not skipped.
  const given = typeof lock === 'object' && lock.skipLocked === true ? lock.mode : lock
  const text = `select ${texts} from ${writing.from(view, alias)} where ${match}${lockText(given, writing.locked(view, alias))}`
  return { statement: { text, values: writing.values }, columns: view.columns }
}

/** Where related rows are read from, when all that is read of them was named. @param holder the alias of the parent's key */
function origin(writing: Writing, relation: RelationModel, target: TableModel, alias: string, holder: string): string {
  if (relation.kind !== 'link') return writing.from(target, alias)
  const through = writing.table(relation.through)
  const on = keyText(writing, relation.far, through, holder, target, alias)
  const own = `${quoteQualified(target)} as ${alias}`
  return `${quoteQualified(through)} as ${holder} join ${own} on ${on}${writing.joined(target, alias)}`
}

/** The columns by their names in the literal. @throws SessionError for one that the table does not have */
export function columnsNamed(table: TableModel, names: unknown): readonly ColumnModel[] | undefined {
  if (names === undefined) return undefined
  if (!Array.isArray(names)) throw new SessionError('whereValue', 'columns', 'an array of columns', typeName(names))
  return names.map((name: unknown) => {
    const column = table.columnByKey.get(String(name))
    if (column !== undefined) return column
    throw new SessionError('unknownColumn', table.key, String(name), suggestion(String(name), table.columnByKey.keys()))
  })
}

/** In the order of the table, and never without its key; nor without its version, which a change is written by, where that is no other table's. */
function withKey(
  table: TableModel,
  columns: readonly ColumnModel[] | undefined,
  others: readonly ColumnModel[] = [],
): readonly ColumnModel[] {
  if (columns === undefined) return table.columns
  const wanted = new Set([...columns, ...(table.primaryKey?.columns ?? []), ...others])
  if (!isView(table)) return table.columns.filter(column => wanted.has(column) || column.version)
  for (const column of table.telling) wanted.add(column)
  return table.whole.filter(column => wanted.has(column))
}

/** An order that pages can be cut from, where there are pages. */
function termsOf(writing: Writing, table: TableModel, { orderBy, limit, offset, after }: SelectOptions): Term[] {
  const terms = orderTerms(writing, table, orderBy)
  const isPaged = limit !== undefined || offset !== undefined || after !== undefined
  return isPaged ? totalOrder(table, terms) : terms
}

function limits(writing: Writing, { limit, offset }: SelectOptions): string {
  const part = (word: string, value: unknown): string => {
    if (value === undefined) return ''
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      const not = typeof value === 'number' ? String(value) : typeName(value)
      throw new SessionError('whereValue', word, 'a whole number, 0 or above', not)
    }
    return ` ${word} ${writing.bind(String(value))}`
  }
  return part('limit', limit) + part('offset', offset)
}

const modes: readonly string[] = ['update', 'no key update', 'share', 'key share']

/** @throws SessionError for a lock that Postgres does not have */
export function lockText(lock: Lock | undefined, alias: string): string {
  if (lock === undefined) return ''
  const { mode, skipLocked, noWait } =
    typeof lock === 'string' ? { mode: lock, skipLocked: false, noWait: false } : lock
  if (!modes.includes(mode)) {
    const names = modes.map(one => `'${one}'`).join(', ')
    throw new SessionError(
      'whereValue',
      'lock',
      `one of ${names}`,
      typeof mode === 'string' ? `'${String(mode)}'` : typeName(mode),
    )
  }
  return ` for ${mode}${alias === '' ? '' : ` of ${alias}`}${skipLocked ? ' skip locked' : noWait ? ' nowait' : ''}`
}

export function clause(word: string, text: string): string {
  return text === '' ? '' : `${word}${text}`
}

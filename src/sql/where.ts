/** A `where` as SQL. What is not given is an error, never "all rows". */
import { SessionError, ValueError } from '../base/errors.ts'
import { type Fragment, isFragment } from '../base/fragment.ts'
import { quote, quoteQualified } from '../base/identifier.ts'
import { suggestion } from '../base/nearest.ts'
import type { Statement } from '../base/statement.ts'
import { textEncoder } from '../schema/encode.ts'
import type { ColumnModel, ForeignKeyModel, Model, RelationModel, TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { operator, operatorsOf } from './operators.ts'
import { encodeParameter } from './parameter.ts'
import { isView, JoinedAliases, type View } from './view.ts'

/** What conditions are read against. */
export interface Source {
  readonly model: Model
  /** How tables are read whose rows go on in others; null where none does. */
  readonly views: ReadonlyMap<TableModel, View> | null
  /** Compiles an expression of Kysely over a table to a statement that gives the keys of the rows of which it is true. */
  compile(table: TableModel, expression: (builder: never) => unknown): Statement
}

/** What a statement is put together with: its parameters, and names for the tables in it. */
export class Writing {
  readonly source: Source
  readonly model: Model
  readonly values: (string | null)[] = []
  #aliases = 0
  #joins: JoinedAliases | null = null

  constructor(source: Source) {
    this.source = source
    this.model = source.model
  }

  /** A place for a parameter in text form. */
  bind = (value: string | null): string => {
    this.values.push(value)
    return `$${this.values.length}`
  }

  /** An alias that the statement does not have yet. */
  alias(): string {
    return `t${this.#aliases++}`
  }

  /** A table as it is read. */
  table(key: string): TableModel {
    // Keys come from the model.
    const table = this.model.tableByKey.get(key) as TableModel
    return this.source.views?.get(table) ?? table
  }

  /** A column of what an alias stands for. */
  column(alias: string, table: TableModel, column: ColumnModel): string {
    const { key, name } = column
    if (!isView(table) || table.own.columnByKey.get(key) === column) return `${alias}.${quote(name)}`
    this.#joins ??= new JoinedAliases()
    return `${this.#joins.of(alias, table, column, () => this.alias())}.${quote(name)}`
  }

  /** A table under an alias, joined to what columns of it were named from: to be asked for when all were. */
  from(table: TableModel, alias: string): string {
    return `${quoteQualified(table)} as ${alias}${this.joined(table, alias)}`
  }

  /** The joins of an alias alone. */
  joined(table: TableModel, alias: string): string {
    return this.#joins === null || !isView(table) ? '' : this.#joins.text(alias, table)
  }

  /** The aliases of the rows that make up one row of a table, all of which are always there. */
  locked(table: TableModel, alias: string): string {
    return this.#joins === null || !isView(table) ? alias : [alias, ...this.#joins.above(alias, table)].join(', ')
  }
}

/** The condition of a `where` over a table by an alias; '' for none. @throws SessionError naming what is wrong in it */
export function whereText(writing: Writing, table: TableModel, alias: string, given: unknown, path = 'where'): string {
  if (given === undefined) return ''
  return condition(writing, table, alias, given, path)
}

function condition(writing: Writing, table: TableModel, alias: string, given: unknown, path: string): string {
  if (given === undefined) throw new SessionError('whereUndefined', path)
  if (isFragment(given)) return `(${fragmentText(writing, given)})`
  if (typeof given === 'function') return expressionText(writing, table, alias, given as (builder: never) => unknown)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new SessionError('whereValue', path, 'an object, or sql', typeName(given))
  }
  const parts = Object.entries(given).map(([key, value]: [string, unknown]) =>
    member(writing, table, alias, key, value, `${path}.${key}`),
  )
  return parts.length === 0 ? 'true' : parts.join(' and ')
}

function member(writing: Writing, table: TableModel, alias: string, key: string, value: unknown, path: string): string {
  if (value === undefined) throw new SessionError('whereUndefined', path)
  const column = table.columnByKey.get(key)
  if (column !== undefined) return columnCondition(writing, column, alias, table, value, path)
  const relation = table.relations.get(key)
  if (relation !== undefined) return relationCondition(writing, table, relation, alias, value, path)
  if (key === 'and' || key === 'or') {
    const list: unknown[] = Array.isArray(value) ? value : [value]
    const parts = list.map((one, at) => `(${condition(writing, table, alias, one, `${path}[${at}]`)})`)
    if (parts.length === 0) return key === 'and' ? 'true' : 'false'
    return `(${parts.join(` ${key} `)})`
  }
  if (key === 'not') return `(${condition(writing, table, alias, value, path)}) is not true`
  const names = [...table.columnByKey.keys(), ...table.relations.keys(), 'and', 'or', 'not']
  throw new SessionError('unknownColumn', table.key, key, suggestion(key, names))
}

function columnCondition(
  writing: Writing,
  column: ColumnModel,
  alias: string,
  table: TableModel,
  value: unknown,
  path: string,
): string {
  const sql = writing.column(alias, table, column)
  const operators = operatorsOf(column.type)
  const operand = { sql, type: column.type, path, bind: binder(writing, table, column) }
  if (value === null) return `${sql} is null`
  if (!isOperators(value)) {
    // Of JSON, an object might be a value or operators.
    return operator('eq', operators, path)(operand, value)
  }
  const parts = Object.entries(value).map(([name, given]: [string, unknown]) => {
    const at = `${path}.${name}`
    if (given === undefined) throw new SessionError('whereUndefined', at)
    const write = operator(name, operators, path)
    if (given === null && name !== 'eq' && name !== 'ne') {
      throw new SessionError('whereValue', at, 'a value', 'null')
    }
    return write({ ...operand, path: at }, given)
  })
  if (parts.length === 0)
    throw new SessionError('whereValue', path, 'a value, or an object of operators', 'an empty object')
  return parts.join(' and ')
}

/** Whether a value is an object of operators, and not a value itself. */
function isOperators(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  // A range, a point or a composite is compared by `{ eq: … }`.
  return true
}

function binder(writing: Writing, table: TableModel, column: ColumnModel) {
  return (value: unknown, type: ColumnModel['type']): string => {
    try {
      return writing.bind(textEncoder(type)(value))
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      throw new SessionError('wrongColumnValue', table.key, column.key, error.message)
    }
  }
}

const words = { many: ['some', 'every', 'none'], one: ['is', 'isNot'] } as const

function relationCondition(
  writing: Writing,
  table: TableModel,
  relation: RelationModel,
  alias: string,
  value: unknown,
  path: string,
): string {
  const isOne = relation.kind === 'one' || (relation.kind === 'many' && relation.unique)
  const known: readonly string[] = words[isOne ? 'one' : 'many']
  if (typeof value !== 'object' || value === null) {
    throw new SessionError(
      'whereValue',
      path,
      `an object of ${known.map(word => `'${word}'`).join(', ')}`,
      typeName(value),
    )
  }
  const parts = Object.entries(value).map(([word, given]: [string, unknown]) => {
    const at = `${path}.${word}`
    if (!known.includes(word))
      throw new SessionError('whereOperator', path, word, known.join(', '), suggestion(word, known))
    if (given === undefined) throw new SessionError('whereUndefined', at)
    const isEvery = word === 'every'
    const exists = related(writing, table, relation, alias, given === null ? {} : given, at, isEvery)
    const isNegative = isEvery || word === 'none' || word === 'isNot'
    return isNegative === (given === null) ? exists : `not ${exists}`
  })
  return parts.length === 0 ? 'true' : parts.join(' and ')
}

/** That there are related rows which meet a condition or, for `every`, do not. */
function related(
  writing: Writing,
  table: TableModel,
  relation: RelationModel,
  alias: string,
  given: unknown,
  path: string,
  isEvery: boolean,
): string {
  const target = writing.table(relation.target)
  const inner = writing.alias()
  const condition_ = (): string => {
    const text = condition(writing, target, inner, given, path)
    return isEvery ? ` and (${text}) is not true` : text === 'true' ? '' : ` and ${text}`
  }
  if (relation.kind === 'link') {
    const join = writing.alias()
    const through = writing.table(relation.through)
    const on = keyText(writing, relation.far, through, join, target, inner)
    const where = `${keyText(writing, relation.near, through, join, table, alias)}${condition_()}`
    return (
      `exists (select from ${quoteQualified(through)} as ${join} join ${quoteQualified(target)} as ${inner} ` +
      `on ${on}${writing.joined(target, inner)} where ${where})`
    )
  }
  const on =
    relation.kind === 'one'
      ? keyText(writing, relation.key, table, alias, target, inner)
      : keyText(writing, relation.key, target, inner, table, alias)
  const where = `${on}${condition_()}`
  return `exists (select from ${writing.from(target, inner)} where ${where})`
}

/** That a key of one alias leads to another. */
export function keyText(
  writing: Writing,
  key: ForeignKeyModel,
  from: TableModel,
  fromAlias: string,
  to: TableModel,
  toAlias: string,
): string {
  return key.columns
    .map((column, at) => {
      // Keys point to columns that there are.
      const wanted = to.columnByKey.get(key.targetColumns[at] ?? '') as ColumnModel
      return `${writing.column(fromAlias, from, column)} = ${writing.column(toAlias, to, wanted)}`
    })
    .join(' and ')
}

/** An expression of Kysely, by the keys of the rows of which it is true. */
function expressionText(
  writing: Writing,
  table: TableModel,
  alias: string,
  expression: (builder: never) => unknown,
): string {
  const primary = table.primaryKey?.columns ?? []
  if (primary.length === 0) throw new SessionError('noPrimaryKey', table.key, 'found by an expression')
  const { text, values } = writing.source.compile(table, expression)
  const places = values.map(writing.bind)
  // A number in a string or in a name is no parameter.
  const inner = text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)/g, (all, number?: string) =>
    number === undefined ? all : (places[Number(number) - 1] ?? all),
  )
  return `(${primary.map(({ name }) => `${alias}.${quote(name)}`).join(', ')}) in (${inner})`
}

/** A fragment, with its values among the statement's. */
export function fragmentText(writing: Writing, { parts }: Fragment): string {
  return parts
    .map(part => {
      if (part.kind === 'text') return part.text
      if (part.kind === 'identifier') return part.names.map(quote).join('.')
      return writing.bind(encodeParameter(part.value, writing.values.length))
    })
    .join('')
}

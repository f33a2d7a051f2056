/** The operators that a `where` may use, by the sort of column: each writes a condition over an operand. */
import { SessionError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { TypeModel } from '../schema/model.ts'
import { boundKinds, plainType, rangeKinds } from '../schema/plain-type.ts'
import { partOf } from '../schema/type-part.ts'
import { typeName } from '../schema/type-name.ts'

/** What an operator writes with. */
export interface Operand {
  /** The column, as SQL. */
  readonly sql: string
  readonly type: TypeModel
  /** A parameter of a type. @throws ValueError for a value that the type does not take */
  readonly bind: (value: unknown, type: TypeModel) => string
  /** Where the condition stands, for messages. */
  readonly path: string
}

type Write = (operand: Operand, value: unknown) => string
type Operators = { readonly [name: string]: Write }

const text = plainType('text')
const arrayOf = (element: TypeModel): TypeModel => ({ ...plainType('array'), element })

const infix =
  (operator: string): Write =>
  ({ sql, type, bind }, value) =>
    `${sql} ${operator} ${bind(value, type)}`

const eq: Write = (operand, value) => (value === null ? `${operand.sql} is null` : infix('=')(operand, value))
const ne: Write = (operand, value) => (value === null ? `${operand.sql} is not null` : infix('<>')(operand, value))

/** PERF: one parameter however many values, so that the text, and what the server has prepared of it, stays the same. */
const among =
  (word: 'in' | 'notIn'): Write =>
  ({ sql, type, bind, path }, value) => {
    const values = listOf(value, path)
    if (values.includes(null))
      throw new SessionError('whereList', path, 'null, which equals nothing; ask for isNull beside it')
    return word === 'in'
      ? `${sql} = any(${bind(values, arrayOf(type))})`
      : `${sql} <> all(${bind(values, arrayOf(type))})`
  }

const isNull: Write = ({ sql, path }, value) => {
  if (typeof value !== 'boolean') throw new SessionError('whereValue', path, 'true or false', typeName(value))
  return `${sql} is ${value ? '' : 'not '}null`
}

const common: Operators = { eq, ne, in: among('in'), notIn: among('notIn'), isNull }

const ordered: Operators = {
  gt: infix('>'),
  gte: infix('>='),
  lt: infix('<'),
  lte: infix('<='),
  between({ sql, type, bind, path }, value) {
    const [low, high, ...others] = listOf(value, path)
    if (low === undefined || high === undefined || others.length > 0) {
      throw new SessionError('whereValue', path, 'an array of two values', 'an array of another length')
    }
    return `${sql} between ${bind(low, type)} and ${bind(high, type)}`
  },
}

/** What `like` reads as something else than itself, escaped. */
const literal = (value: string): string => value.replace(/[\\%_]/g, found => `\\${found}`)

const like =
  (operator: string, pattern: (value: string) => string): Write =>
  ({ sql, bind, path }, value) => {
    if (typeof value !== 'string') throw new SessionError('whereValue', path, 'a string', typeName(value))
    return `${sql} ${operator} ${bind(pattern(value), text)}`
  }

const textual: Operators = {
  like: like('like', value => value),
  notLike: like('not like', value => value),
  ilike: like('ilike', value => value),
  notIlike: like('not ilike', value => value),
  startsWith: like('like', value => `${literal(value)}%`),
  endsWith: like('like', value => `%${literal(value)}`),
  includes: like('like', value => `%${literal(value)}%`),
  search: ({ sql, bind }, value) => `to_tsvector(${sql}) @@ websearch_to_tsquery(${bind(value, text)})`,
}

const sets: Operators = { contains: infix('@>'), containedBy: infix('<@'), overlaps: infix('&&') }

const arrays: Operators = {
  ...sets,
  has: ({ sql, type, bind }, value) => `${bind(value, partOf(type, 'element'))} = any(${sql})`,
  isEmpty: ({ sql, path }, value) => {
    if (typeof value !== 'boolean') throw new SessionError('whereValue', path, 'true or false', typeName(value))
    return `cardinality(${sql}) ${value ? '=' : '>'} 0`
  },
}

/** A range, or a value within one. */
const rangeContains: Write = ({ sql, type, bind }, value) => {
  const isRange = typeof value === 'object' && value !== null && !(value instanceof Date)
  if (isRange) return `${sql} @> ${bind(value, type)}`
  const kind = type.kind in rangeKinds ? rangeKinds[type.kind as keyof typeof rangeKinds] : type.kind
  const bound = plainType(boundKinds[kind as keyof typeof boundKinds])
  return `${sql} @> ${bind(value, bound)}::${bound.kind}`
}

const ranges: Operators = {
  ...sets,
  contains: rangeContains,
  before: infix('<<'),
  after: infix('>>'),
  adjacent: infix('-|-'),
}

const jsons: Operators = {
  eq,
  ne,
  isNull,
  contains: infix('@>'),
  containedBy: infix('<@'),
  hasKey: ({ sql, bind }, value) => `${sql} ? ${bind(value, text)}`,
  path: jsonPath,
}

/** `{ path: { at: ['a', 'b'], gt: 1 } }`: what lies there, compared as a number when the value is one, or else as text. */
function jsonPath({ sql, bind, path }: Operand, value: unknown): string {
  if (typeof value !== 'object' || value === null || !('at' in value)) {
    throw new SessionError('whereValue', path, `an object with 'at' and an operator`, typeName(value))
  }
  const { at, ...operators } = value
  const steps = bind(listOf(at, `${path}.at`).map(String), arrayOf(text))
  const conditions = Object.entries(operators).map(([name, operand]: [string, unknown]) => {
    const sample: unknown = Array.isArray(operand) ? operand[0] : operand
    const isNumber = typeof sample === 'number' || typeof sample === 'bigint'
    const type = plainType(isNumber ? 'numeric' : typeof sample === 'boolean' ? 'boolean' : 'text')
    const there = `(${sql} #>> ${steps})${type.kind === 'text' ? '' : `::${type.kind}`}`
    const given = isNumber ? (Array.isArray(operand) ? operand.map(String) : String(operand)) : operand
    const write = operator(name, { ...common, ...ordered, ...(type.kind === 'text' ? textual : {}) }, `${path}.${name}`)
    return write({ sql: there, type, bind, path: `${path}.${name}` }, given)
  })
  if (conditions.length === 0) throw new SessionError('whereValue', path, 'an operator beside its at', 'none')
  return conditions.join(' and ')
}

const texts: ReadonlySet<string> = new Set(['text', 'varchar', 'char', 'name', 'custom'])
const unordered: ReadonlySet<string> = new Set([
  'json',
  'point',
  'line',
  'path',
  'polygon',
  'xml',
  'jsonpath',
  'box',
  'lseg',
  'circle',
])

/** The operators of a column. */
export function operatorsOf(type: TypeModel): Operators {
  if (type.domain !== null) return operatorsOf(type.domain.base)
  const { kind } = type
  if (kind === 'jsonb') return jsons
  if (unordered.has(kind)) return { isNull }
  if (kind === 'array') return { ...common, ...ordered, ...arrays }
  if (kind.endsWith('range')) return { ...common, ...ordered, ...ranges }
  if (kind === 'tsvector') {
    return { ...common, matches: ({ sql, bind }, value) => `${sql} @@ websearch_to_tsquery(${bind(value, text)})` }
  }
  if (kind === 'boolean') return common
  return texts.has(kind) ? { ...common, ...ordered, ...textual } : { ...common, ...ordered }
}

/** @throws SessionError when there is no such operator, with those that there are */
export function operator(name: string, operators: Operators, path: string): Write {
  if (Object.hasOwn(operators, name)) return operators[name] as Write
  const names = Object.keys(operators)
  throw new SessionError('whereOperator', path, name, names.join(', '), suggestion(name, names))
}

function listOf(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw new SessionError('whereValue', path, 'an array', typeName(value))
  for (const [at, each] of value.entries())
    if (each === undefined) throw new SessionError('whereUndefined', `${path}[${at}]`)
  return value
}

/**
 * Objects of a table's rows, made and looked over by functions compiled for its columns, for the rows that most are: plain, with
 * all that they need, and with no relations but those to one row. Every other row is looked at key by key, in give.ts and
 * write-insert.ts, and so are all rows where code may not be made from text.
 */
import type { TypeModel } from '../schema/model.ts'
import { isCompilable } from './is-compilable.ts'
import { isJsonMoment } from './json-moment.ts'
import type { Values } from './record.ts'
import type { Slot } from './shape.ts'

/**
 * The object of a row, which has its values; null for a row that is not as most are.
 * @param leads takes what was given for each of the relations that the function was compiled for; undefined for none
 */
export type TakeRow = (row: object, leads: unknown[]) => Values | null
/** A relation to one row that stands for the value of a column. */
export interface Lead {
  readonly name: string
  readonly slot: Slot
}
/** Whether JSON writes all of an object's values as its columns take them. */
export type IsJson = (values: Values) => boolean

/** Columns of which some rows may have a value and others none: a bit for each. */
const maxOptional = 30
/** How many sets of columns rows of one table may have before those of another set are made key by key. */
const maxSets = 16

/** What the objects of a shape have in common. */
export interface Frame {
  /** Makes a prototype answer for the columns that its objects lack. */
  prepare(prototype: object): void
  /** Gives an object all that it will ever have. */
  complete(values: Values): void
}

/**
 * Makes objects out of rows. PERF: 60 ns for a row of seven columns, key by key 250.
 * @returns null where the columns are not to be compiled for
 */
export function rowTaker(slots: readonly Slot[], leads: readonly Lead[], frame: Frame): TakeRow | null {
  const led = new Map(leads.map(({ slot }, at) => [slot, at]))
  const optional = slots.filter(
    slot => (!slot.required || led.has(slot)) && !slot.forbidden && slot.first === undefined,
  )
  if (!isCompilable(slots) || optional.length > maxOptional) return null
  const given = slots.filter(slot => !slot.forbidden)
  const makers = new Map<number, (...values: unknown[]) => Values>()
  const makerOf = (set: number) => {
    if (makers.size >= maxSets) return null
    const own = given.filter(slot => !optional.includes(slot) || (set & (1 << optional.indexOf(slot))) !== 0)
    const make = maker(given, own, frame)
    makers.set(set, make)
    return make
  }
  const steps = slots.map((slot, at) => {
    const read = `const v${at} = row[${JSON.stringify(slot.key)}]`
    if (slot.forbidden) return `${read}\n  if (v${at} !== undefined) return null`
    const wrong = slot.sort === null ? '' : `if (typeof v${at} !== '${slot.sort}' && v${at} !== null) return null`
    if (slot.required && !led.has(slot))
      return `${read}\n  ${wrong || `if (v${at} === undefined) return null`}\n  count++`
    const bit = slot.first === undefined ? `set |= ${1 << optional.indexOf(slot)}` : ''
    const other = slot.required ? ` else if (r${led.get(slot)} === undefined) return null` : ''
    return `${read}\n  if (v${at} !== undefined) {\n    ${wrong}\n    ${bit}\n    count++\n  }${other}`
  })
  const relations = leads.map(
    ({ name }, at) => `const r${at} = leads[${at}] = row[${JSON.stringify(name)}]
  if (r${at} !== undefined) {
    if (typeof r${at} !== 'object' || r${at} === null) return null
    count++
  }`,
  )
  // A key that is given as a column and as a row is refused elsewhere.
  const twice = leads.map(
    ({ slot }, at) => `if (r${at} !== undefined && v${slots.indexOf(slot)} !== undefined) return null`,
  )
  const values = slots.flatMap((slot, at) =>
    slot.forbidden ? [] : [slot.first === undefined ? `v${at}` : `v${at} === undefined ? first${at} : v${at}`],
  )
  const firsts = slots.flatMap((slot, at) => (slot.first === undefined ? [] : [{ name: `first${at}`, is: slot.first }]))
  const body = `'use strict'
return function take(row, leads) {
  const prototype = getPrototypeOf(row)
  if (prototype !== plain && prototype !== null) return null
  let set = 0
  let count = 0
  ${[...relations, ...steps, ...twice].join('\n  ')}
  for (const _ in row) count--
  if (count !== 0) return null
  const make = makers.get(set) ?? makerOf(set)
  return make === null ? null : make(${values.join(', ')})
}`
  const compile = new Function('getPrototypeOf', 'plain', 'makers', 'makerOf', ...firsts.map(({ name }) => name), body)
  // What was compiled just above.
  return compile(Object.getPrototypeOf, Object.prototype, makers, makerOf, ...firsts.map(({ is }) => is)) as TakeRow
}

/** Fields of a class are the cheapest way to give an object properties that its prototype has too. */
function maker(given: readonly Slot[], own: readonly Slot[], frame: Frame): (...values: unknown[]) => Values {
  const parameters = given.map((_, at) => `v${at}`)
  const fields = own.map(slot => ({ key: JSON.stringify(slot.key), at: given.indexOf(slot) }))
  const body = `'use strict'
let ${fields.map(({ at }) => `n${at}`).join(', ') || 'none'}
class Row {
  ${fields.map(({ key, at }) => `[${key}] = n${at};`).join('\n  ')}
}
delete Row.prototype.constructor
prepare(Row.prototype)
return function make(${parameters.join(', ')}) {
  ${fields.map(({ at }) => `n${at} = v${at}`).join('\n  ')}
  const row = new Row()
  ${fields.map(({ at }) => `n${at} = undefined`).join('\n  ')}
  return row
}`
  // What was compiled just above.
  const make = new Function('prepare', body)(frame.prepare) as (...values: unknown[]) => Values
  // PERF: the first few objects tell V8 how much room to leave. Without columns that are filled later, each of these would
  // move the object's properties.
  for (let at = 0; at < 8; at++) frame.complete(make())
  return make
}

/**
 * @param isKey whether a column's value may come from a row that another points to, and be missing here
 * @returns null where the columns are not to be compiled for
 */
export function jsonTest(slots: readonly Slot[], isKey: (key: string) => boolean): IsJson | null {
  if (!isCompilable(slots)) return null
  const steps = slots.map((slot, at) => {
    const test = testOf(slot.column.type, at)
    // Null is what JSON says for it, where the column takes it, and nothing is the same.
    const wrong = slot.required && !isKey(slot.key) ? `!(${test})` : `v !== null && v !== undefined && !(${test})`
    return `v = o[${JSON.stringify(slot.key)}]\n  if (${wrong}) return false`
  })
  const body = `'use strict'
return function isJson(o) {
  let v
  ${steps.join('\n  ')}
  return true
}`
  const compile = new Function('isJsonMoment', ...slots.map((_, at) => `same${at}`), body)
  // What was compiled just above.
  return compile(isJsonMoment, ...slots.map(same)) as IsJson
}

/** Whether a value is its own encoding, by what the encoder gives. */
function same({ json }: Slot): (value: unknown) => boolean {
  return value => {
    try {
      return json(value) === value
    } catch {
      return false
    }
  }
}

const whole = (low: number, high: number) => `Number.isInteger(v) && v >= ${low} && v <= ${high}`

/** The commonest of the checks in schema/encode.ts, written out. A test holds them to those. */
function testOf(type: TypeModel, at: number): string {
  switch (type.kind) {
    case 'text':
      return `typeof v === 'string' && !v.includes('\\0') && v.isWellFormed()`
    case 'smallint':
      return whole(-32_768, 32_767)
    case 'integer':
      return whole(-2_147_483_648, 2_147_483_647)
    case 'bigint':
      return type.mode === 'number' ? 'Number.isSafeInteger(v)' : `same${at}(v)`
    case 'double precision':
      return 'Number.isFinite(v) && !Object.is(v, -0)'
    case 'boolean':
      return `typeof v === 'boolean'`
    case 'timestamptz':
      return type.mode === 'string' ? `same${at}(v)` : 'isJsonMoment(v)'
    default:
      return `same${at}(v)`
  }
}

/** JavaScript values as SQL constants. */
import { literal } from '../base/identifier.ts'
import type { KindName } from '../base/kinds.ts'
import { encodeText } from '../schema/encode.ts'
import type { TypeModel } from '../schema/model.ts'
import { plainType } from '../schema/plain-type.ts'

/** Kinds whose constants need no quotes when they are plain decimals. */
const numeric: ReadonlySet<KindName> = new Set([
  'smallint',
  'integer',
  'bigint',
  'smallserial',
  'serial',
  'bigserial',
  'numeric',
  'real',
  'double precision',
])

/**
 * A value of a known type as a constant, for a place whose type Postgres knows (a default, the bound of a partition).
 * There a quoted constant is read as that type, and a cast would only do harm: `'abcd'::character varying(3)` cuts in
 * silence what `'abcd'` would have Postgres refuse.
 * @example typedConstant(integer, 5) // => '5'
 * @example typedConstant(arrayOfText, ['a', 'b']) // => `'{a,b}'`
 */
export function typedConstant(type: TypeModel, value: unknown): string {
  if (value === null || value === undefined) return 'null'
  const base = baseOf(type)
  if (base.kind === 'boolean' && typeof value === 'boolean') return String(value)
  const text = encodeText(type, value)
  return numeric.has(base.kind) && isPlainDecimal(text) ? text : literal(text)
}

/** A value whose SQL type nobody has stated, as a constant with a cast where its form alone would not say the type. */
export function constant(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'null'
    case 'boolean':
      return String(value)
    case 'bigint':
      return signed(String(value))
    case 'number': {
      const text = Object.is(value, -0) ? '-0' : String(value)
      return isPlainDecimal(text) ? signed(text) : `'${text}'::double precision`
    }
    case 'string':
      return literal(value)
  }
  if (value === null) return 'null'
  if (value instanceof Date) return cast('timestamptz', value, 'timestamp with time zone')
  if (value instanceof Uint8Array) return cast('bytea', value, 'bytea')
  if (Array.isArray(value)) return value.length === 0 ? `'{}'` : `array[${value.map(constant).join(', ')}]`
  return cast('jsonb', value, 'jsonb')
}

function cast(kind: KindName, value: unknown, sql: string): string {
  return `${literal(encodeText(plainType(kind), value))}::${sql}`
}

/** `-0` and exponents are left out: Postgres reads them as another number or another type. */
function isPlainDecimal(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text) && text !== '-0'
}

/** Parentheses, since `2 -1` and `- -1` are other things and `--1` is a comment. */
function signed(text: string): string {
  return text.startsWith('-') ? `(${text})` : text
}

function baseOf(type: TypeModel): TypeModel {
  return type.domain === null ? type : baseOf(type.domain.base)
}

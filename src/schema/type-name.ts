/** What a value, and what a column wants, is called in a sentence. Twins: `typeName` and `wantedName` in types/column.ts. */
import type { TypeModel } from './model.ts'

/** `a string`, `a number`, …: what a value is, never what it holds. */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'undefined'
  if (value instanceof Date) return 'a Date'
  if (value instanceof Uint8Array) return 'a Uint8Array'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

const numbers = new Set(['smallint', 'integer', 'smallserial', 'serial', 'real', 'double precision', 'oid', 'xid'])
const bigints = new Set(['bigint', 'bigserial', 'xid8'])
const objects = /range$|^(point|line|lseg|box|path|circle|composite)$/

/** What a column of this type takes. */
export function wantedName(type: TypeModel): string {
  if (type.domain !== null) return wantedName(type.domain.base)
  if (type.enum !== null) return `one of ${type.enum.values.map(value => `'${value}'`).join(' | ')}`
  if (type.kind === 'array' || type.kind === 'polygon') return 'an array'
  // Before its mode, which is that of its bounds.
  if (objects.test(type.kind)) return 'an object'
  if (type.mode === 'number') return 'a number'
  if (type.mode === 'date' || (type.kind === 'timestamptz' && type.mode === null)) return 'a Date'
  if (type.kind === 'bytea') return 'a Uint8Array'
  if (type.kind === 'boolean') return 'a boolean'
  if (numbers.has(type.kind)) return 'a number'
  if (bigints.has(type.kind)) return 'a bigint'
  return 'a string'
}

/** Whether a value is of the sort that a column of this type takes. What it holds is the encoder's affair. */
export function fits(type: TypeModel, value: unknown): boolean {
  if (type.domain !== null) return fits(type.domain.base, value)
  if (type.enum !== null) return typeof value === 'string' && type.enum.values.includes(value)
  if (type.kind === 'json' || type.kind === 'jsonb' || type.kind === 'custom') return true
  return typeName(value) === wantedName(type)
}

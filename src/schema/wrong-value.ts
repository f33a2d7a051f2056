/** The refusal of a value by the type it was meant for. */
import { ValueError } from '../base/errors.ts'
import { kinds } from '../base/kinds.ts'
import type { TypeModel } from './model.ts'
import { typeName } from './type-name.ts'

/** What a type is called in a sentence: `integer`, `text[]`, `user_role`. Modifiers are left out. */
export function typeLabel(type: TypeModel): string {
  if (type.element !== null) return `${typeLabel(type.element)}[]`
  const made = type.enum ?? type.domain ?? type.composite
  return made?.name ?? type.custom?.sql ?? kinds[type.kind].sql ?? type.kind
}

/** The error for a value of the wrong sort; `sort` says what it is, where `typeof` alone would not. */
export function wrongValue(type: TypeModel, wanted: string, value: unknown, sort = sortOf(value)): ValueError {
  return new ValueError('wrongValue', typeLabel(type), wanted, sort)
}

function sortOf(value: unknown): string {
  if (typeof value === 'string' && value.includes('\0')) return 'a string with the character U+0000'
  if (typeof value === 'string' && !value.isWellFormed()) return 'a string with half a surrogate pair'
  if (value instanceof Date && Number.isNaN(value.getTime())) return 'an invalid Date'
  if (typeof value !== 'number') return typeName(value)
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return 'an infinite number'
  return Number.isInteger(value) ? 'a number' : 'a number with a fraction'
}

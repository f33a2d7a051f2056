/** What options take, as far as a running program can tell: a literal that reaches it untyped is held against it. */
import { SchemaError } from '../base/errors.ts'
import { isFragment } from '../base/fragment.ts'
import { suggestion } from '../base/nearest.ts'
import { typeName } from './type-name.ts'

const isString = (value: unknown): value is string => typeof value === 'string'
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isFragment(value)
const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every(isString)

const sorts = {
  anything: { takes: () => true, says: 'anything' },
  string: { takes: isString, says: 'a string' },
  strings: { takes: isStrings, says: 'an array of strings' },
  array: { takes: Array.isArray, says: 'an array' },
  boolean: { takes: (value: unknown) => typeof value === 'boolean', says: 'true or false' },
  number: { takes: (value: unknown) => typeof value === 'number' || typeof value === 'bigint', says: 'a number' },
  function: { takes: (value: unknown) => typeof value === 'function', says: 'a function' },
  object: { takes: isObject, says: 'an object' },
  sql: { takes: isFragment, says: 'sql`…`' },
  /** One check, or several, in either form. */
  condition: {
    takes: (value: unknown) => isFragment(value) || isObject(value) || Array.isArray(value),
    says: 'sql`…`',
  },
  parameter: {
    takes: (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value),
    says: 'a string, a number, true or false',
  },
  'string or sql': { takes: (value: unknown) => isString(value) || isFragment(value), says: 'a string or sql`…`' },
} as const

/** A sort of values, or the only values that there are. */
export type Wanted = keyof typeof sorts | readonly (string | boolean)[]

/** Whether an option takes the value. */
export function takes(wanted: Wanted, value: unknown): boolean {
  // The cast: `includes` of an array of some values takes those alone.
  return typeof wanted === 'string' ? sorts[wanted].takes(value) : (wanted as readonly unknown[]).includes(value)
}

/** What is wanted, in words. */
export function wantedWords(wanted: Wanted): string {
  return typeof wanted === 'string' ? sorts[wanted].says : wanted.map(shown).join(' | ')
}

/**
 * Holds the options that are given against what each takes; undefined is as good as none.
 * @throws SchemaError at the first that is something else
 */
export function checkValues(subject: string, given: object, options: Readonly<Record<string, Wanted>>): void {
  for (const [option, value] of Object.entries(given)) {
    const wanted = options[option]
    if (wanted === undefined || value === undefined || takes(wanted, value)) continue
    const choices = typeof wanted === 'string' ? [] : wanted.filter(isString)
    const near = isString(value) ? suggestion(value, choices) : ''
    const found = isString(value) && choices.length > 0 ? `'${value}'` : typeName(value)
    throw new SchemaError('optionValue', subject, option, found, wantedWords(wanted), near)
  }
}

function shown(value: string | boolean): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}

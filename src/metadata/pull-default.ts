/** Defaults as values of JavaScript, where Postgres would print the value back in the very words that it printed. */
import type { AnyColumn } from '../../types/literal.ts'
import { isFragment } from '../base/fragment.ts'
import { plainText } from './text-fragment.ts'

/**
 * A value of the column's type; else what stands there.
 * @param isTyped whether a person said what its JSON is: an empty object may not be that
 */
export function defaultValue(column: AnyColumn, isTyped: boolean): unknown {
  const given = column.default
  if (!isFragment(given)) return given
  const text = plainText(given)
  switch (column.type) {
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : given
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'real':
    case 'double precision':
    case 'numeric':
      return numberOf(column, text) ?? given
    case 'jsonb':
      if (isTyped) return given
      return text === `'{}'::jsonb` ? {} : text === `'[]'::jsonb` ? [] : given
    case 'array':
      return column.of !== undefined && text === `'{}'::${arrayName(column.of)}` ? [] : given
  }
  const [, word, type] = /^'((?:[^'\\]|'')*)'::(.+)$/s.exec(text) ?? []
  if (word === undefined) return given
  const plain = word.replaceAll("''", "'")
  if (column.type === 'text' && type === 'text') return plain
  if (column.type === 'varchar' && type === 'character varying') return plain
  if (column.type === 'uuid' && type === 'uuid') return plain
  if (column.type === 'enum' && column.enum?.values.includes(plain) === true && !plain.includes('\0')) return plain
  return given
}

/** A decimal, which Postgres prints with quotes and the type that it takes it for where it has a sign or is large. */
function numberOf({ type, mode }: AnyColumn, text: string): number | bigint | string | undefined {
  const decimal = /^'?(-?\d+(?:\.\d+)?)'?(?:::\w+)?$/.exec(text)?.[1]
  if (decimal === undefined || printed(decimal) !== text) return undefined
  if (type === 'numeric' && mode !== 'number') return decimal
  const number = Number(decimal)
  if (type === 'bigint' && mode !== 'number') return decimal.includes('.') ? undefined : BigInt(decimal)
  if (String(number) !== decimal) return undefined
  const isWhole = type === 'bigint' || type === 'integer' || type === 'smallint'
  return isWhole && !Number.isSafeInteger(number) ? undefined : number
}

function printed(decimal: string): string {
  if (decimal === '-0') return ''
  const isNegative = decimal.startsWith('-')
  if (decimal.includes('.')) return isNegative ? `'${decimal}'::numeric` : decimal
  const whole = BigInt(decimal)
  const fits = (bits: bigint): boolean => whole >= -(2n ** bits) && whole < 2n ** bits
  if (fits(31n)) return isNegative ? `'${decimal}'::integer` : decimal
  return `'${decimal}'::${fits(63n) ? 'bigint' : 'numeric'}`
}

/** What Postgres calls an array of these; null where it may say more than that, as a length or a schema. */
function arrayName({ type, length }: AnyColumn): string | null {
  if (type === 'varchar') return length === undefined ? 'character varying[]' : null
  return plainArrays.has(type) ? `${type}[]` : null
}

const plainArrays: ReadonlySet<AnyColumn['type']> = new Set([
  'smallint',
  'integer',
  'bigint',
  'real',
  'double precision',
  'text',
  'uuid',
  'boolean',
  'date',
  'jsonb',
  'inet',
])

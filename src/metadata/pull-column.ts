/** A column as the call of `t` that a person would have written. */
import type { AnyColumn } from '../../types/literal.ts'
import { isFragment } from '../base/fragment.ts'
import { fragmentSource, keyText, type Source, stringText } from './source-text.ts'

/** What is said of a column's type by the arguments before its options. */
const typeOptions: ReadonlySet<string> = new Set(['type', 'of', 'enum', 'domain', 'composite', 'custom'])

const functionNames: Readonly<Record<string, string>> = {
  'double precision': 'doublePrecision',
  pg_lsn: 'pgLsn',
  pg_snapshot: 'pgSnapshot',
}

/** The constants that hold types which a user made, by their names. */
export type TypeConstants = ReadonlyMap<string, string>

/** How a person's own types for `json` and the like are kept: by table and column, the text between `<` and `>`. */
export type StatedType = string | undefined

export function columnSource(column: AnyColumn, constants: TypeConstants, stated?: StatedType): Source {
  if (isId(column)) return call('id', [], column, ['type', 'mode', 'identity', 'primaryKey'])
  if (column.type === 'bigint' && column.mode === 'number' && column.references !== undefined) {
    return call('ref', [stringText(column.references)], column, ['type', 'mode', 'references'])
  }
  const constant = (name: string): string => constants.get(name) ?? stringText(name)
  switch (column.type) {
    case 'enum':
      return call('enum', named(column.enum?.name, constant), column)
    case 'domain':
      return call('domain', named(column.domain?.name, constant), column)
    case 'composite':
      return call('composite', named(column.composite?.name, constant), column)
    case 'array':
      return call('array', [columnSource(column.of ?? { type: 'text' }, constants)], column)
    case 'custom': {
      if (column.generated !== undefined || column.references !== undefined) {
        return {
          object: [
            ['type', stringText('custom')],
            ['custom', { object: [['sql', stringText(column.custom?.sql ?? '')]] }],
            ...options(column),
          ],
        }
      }
      const more = options(column).length === 0 ? [] : [{ object: [] }]
      return call(`custom${stated ?? ''}`, [stringText(column.custom?.sql ?? ''), ...more], column)
    }
    default:
      return call(`${functionNames[column.type] ?? column.type}${stated ?? ''}`, [], column)
  }
}

function named(name: string | undefined, constant: (name: string) => string): Source[] {
  return [stringText(name ?? ''), constant(name ?? '')]
}

/** `t.id()`. */
export function isId(column: AnyColumn): boolean {
  const { type, mode, identity, primaryKey, name: _, comment: __, ...more } = column
  return (
    type === 'bigint' &&
    mode === 'number' &&
    identity === 'always' &&
    primaryKey === true &&
    Object.keys(more).length === 0
  )
}

function call(name: string, before: readonly Source[], column: AnyColumn, said: readonly string[] = []): Source {
  const rest = options(column, said)
  return { call: `t.${name}`, arguments: rest.length === 0 ? before : [...before, { object: rest }] }
}

function options(column: AnyColumn, said: readonly string[] = []): (readonly [string, Source])[] {
  return Object.entries(column)
    .filter(([key, value]) => value !== undefined && !typeOptions.has(key) && !said.includes(key))
    .map(
      ([key, value]) => [keyText(key), valueSource(key === 'default' ? defaultValue(column, value) : value)] as const,
    )
}

/** Any plain value of the literal. */
export function valueSource(value: unknown): Source {
  if (isFragment(value)) return fragmentSource(value)
  if (typeof value === 'string') return stringText(value)
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return { array: value.map(valueSource) }
  if (typeof value === 'object' && value !== null) {
    return {
      object: Object.entries(value).flatMap(([key, one]) =>
        one === undefined ? [] : [[keyText(key), valueSource(one)] as const],
      ),
    }
  }
  return String(value)
}

/** A value of the column's type where Postgres prints it back as it printed it; else its SQL. */
function defaultValue(column: AnyColumn, given: unknown): unknown {
  if (!isFragment(given)) return given
  const [part, ...more] = given.parts
  if (part?.kind !== 'text' || more.length > 0) return given
  const { text } = part
  if (column.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if ((column.type === 'integer' || column.type === 'smallint') && /^\d{1,9}$/.test(text)) return Number(text)
  const [, word, type] = /^'((?:[^'\\]|'')*)'::(.+)$/s.exec(text) ?? []
  if (word === undefined) return given
  const plain = word.replaceAll("''", "'")
  if (column.type === 'text' && type === 'text') return plain
  if (column.type === 'varchar' && type === 'character varying') return plain
  if (column.type === 'enum' && column.enum?.values.includes(plain) === true && !plain.includes('\0')) return plain
  return given
}

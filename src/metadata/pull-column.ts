/** A column as the call of `t` that a person would have written. */
import type { AnyColumn } from '../../types/literal.ts'
import { isFragment } from '../base/fragment.ts'
import { canBeVersion } from '../schema/first-version.ts'
import type { KeptColumn } from './kept.ts'
import { membersOf } from './source-members.ts'
import { defaultValue } from './pull-default.ts'
import { plainText, present } from './text-fragment.ts'
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

/** The column with what a person said of it, as far as it is of the same type still. */
export function columnSource(found: AnyColumn, constants: TypeConstants, kept?: KeptColumn): Source {
  const known = withKept(found, kept)
  const stated = isOfCall(known, kept) ? (kept?.stated ?? '') : ''
  const column = known.default === undefined ? known : { ...known, default: defaultValue(known, stated !== '') }
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
      return call('array', [columnSource(column.of ?? { type: 'text' }, constants, kept?.of)], column)
    case 'custom': {
      const codec = isOfCall(column, kept) ? kept?.codec : undefined
      if (column.generated !== undefined || column.references !== undefined) {
        return {
          object: [
            ['type', stringText('custom')],
            ['custom', { object: [['sql', stringText(column.custom?.sql ?? '')], ...membersOf(codec ?? '')] }],
            ...options(column),
          ],
        }
      }
      const more = codec !== undefined ? [codec] : options(column).length === 0 ? [] : [{ object: [] }]
      return call(`custom${stated}`, [stringText(column.custom?.sql ?? ''), ...more], column)
    }
    default:
      return call(`${functionNames[column.type] ?? column.type}${stated}`, [], column)
  }
}

function named(name: string | undefined, constant: (name: string) => string): Source[] {
  return [stringText(name ?? ''), constant(name ?? '')]
}

/** Whether it is what was called so, less what another type of JSON changes. */
function isOfCall({ type }: AnyColumn, kept: KeptColumn | undefined): boolean {
  const call = kept?.call === 'id' || kept?.call === 'ref' ? 'bigint' : kept?.call
  return (
    call === (functionNames[type] ?? type) ||
    (call === 'json' && type === 'jsonb') ||
    (call === 'jsonb' && type === 'json')
  )
}

function isVersion(column: AnyColumn): boolean {
  return column.domain === undefined ? canBeVersion(column.type) : isVersion(column.domain.of)
}

/** What the default of a version looks like when nobody has said it. */
const firstVersion = /^(?:1|'1'::\w+|gen_random_uuid\(\)|date_trunc\('milliseconds'::text, clock_timestamp\(\)\).*)$/

function withKept(found: AnyColumn, kept: KeptColumn | undefined): AnyColumn {
  if (kept === undefined) return found
  const isUnsaid =
    kept.isVersion && !kept.hasDefault && isFragment(found.default) && firstVersion.test(plainText(found.default))
  const { default: _, ...rest } = found
  const column = isUnsaid ? rest : found
  return {
    ...column,
    ...present({
      mode: column.mode === undefined && isOfCall(column, kept) ? kept.mode : undefined,
      version: kept.isVersion && isVersion(column) ? true : undefined,
      renamedFrom: kept.renamedFrom,
    }),
  }
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
    .map(([key, value]) => [keyText(key), valueSource(value)] as const)
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

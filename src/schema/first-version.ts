import type { AnyColumn } from '../../types/literal.ts'
import { SchemaError } from '../base/errors.ts'
import { Fragment } from '../base/fragment.ts'
import type { KindName } from '../base/kinds.ts'
import type { DefaultModel, TypeModel } from './model.ts'

const counting: ReadonlySet<KindName> = new Set(['smallint', 'integer', 'bigint'])

/** A moment as exact as a Date holds it, so that it is found again by one. */
const moment = `date_trunc('milliseconds', clock_timestamp())`

/**
 * The default of a column that tells versions apart, so that rows which no session writes have a version too: 1, the time, or a
 * random one. null where the database gives the column its value otherwise.
 * @throws SchemaError when the type can be none of these
 */
export function firstVersion(table: string, key: string, given: AnyColumn, type: TypeModel): DefaultModel | null {
  const { kind, mode } = baseOf(type)
  const text = firstText(kind)
  if (!canBeVersion(kind)) throw new SchemaError('versionType', table, key, `'${kind}'`)
  if (given.identity !== undefined || given.generated !== undefined) return null
  if (text !== undefined) return { kind: 'sql', sql: new Fragment([{ kind: 'text', text }]) }
  return { kind: 'value', value: kind === 'bigint' && mode !== 'number' ? 1n : 1 }
}

/** Whether a type can tell versions apart. */
export function canBeVersion(kind: KindName): boolean {
  return counting.has(kind) || firstText(kind) !== undefined
}

function firstText(kind: KindName): string | undefined {
  return kind === 'uuid' ? 'gen_random_uuid()' : momentKinds[kind]
}

const momentKinds: { readonly [kind in KindName]?: string } = { timestamptz: moment, timestamp: `${moment}::timestamp` }

/** The next version as SQL, by the one that the row has; no two of one row are alike. */
export function nextVersion(type: TypeModel, current: string): string {
  const { kind } = baseOf(type)
  if (kind === 'uuid') return 'gen_random_uuid()'
  const now = momentKinds[kind]
  return now === undefined ? `${current} + 1` : `greatest(${now}, ${current} + interval '1 millisecond')`
}

/** Whether the next version follows from the one before, so that it need not be asked of the database. */
export function isCounted(type: TypeModel): boolean {
  return counting.has(baseOf(type).kind)
}

/** A version as SQL, as exact as its JavaScript value. */
export function versionText(type: TypeModel, current: string): string {
  const { kind, mode } = baseOf(type)
  const isDate = kind === 'timestamptz' ? mode !== 'string' : kind === 'timestamp' && mode === 'date'
  return isDate ? `date_trunc('milliseconds', ${current})` : current
}

function baseOf(type: TypeModel): TypeModel {
  return type.domain === null ? type : baseOf(type.domain.base)
}

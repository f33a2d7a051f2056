import type { AnyColumn } from '../../types/literal.ts'
import { SchemaError } from '../base/errors.ts'
import type { KindName } from '../base/kinds.ts'
import type { DefaultModel, TypeModel } from './model.ts'

const counting: ReadonlySet<KindName> = new Set(['smallint', 'integer', 'bigint'])

/**
 * The default of a column that counts versions: 1, so that rows which no session writes have a version too. null where the
 * database gives the column its value otherwise.
 * @throws SchemaError when the type does not count
 */
export function firstVersion(table: string, key: string, given: AnyColumn, type: TypeModel): DefaultModel | null {
  const { kind, mode } = baseOf(type)
  if (!counting.has(kind)) throw new SchemaError('versionType', table, key, `'${kind}'`)
  if (given.identity !== undefined || given.generated !== undefined) return null
  return { kind: 'value', value: kind === 'bigint' && mode !== 'number' ? 1n : 1 }
}

function baseOf(type: TypeModel): TypeModel {
  return type.domain === null ? type : baseOf(type.domain.base)
}

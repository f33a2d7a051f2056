/** Values whose type is stated, for `sql.typed`. */
import type { AnyColumn } from '../../types/literal.ts'
import type { Part } from '../base/fragment.ts'
import { encoder } from '../schema/encode.ts'
import type { TypeModel } from '../schema/model.ts'
import { sqlType } from '../schema/sql-type.ts'
import { TypeRegistry } from '../schema/type-model.ts'
import { partOf } from '../schema/type-part.ts'

const known = new WeakMap<AnyColumn, TypeModel>()

/** A parameter in the form of a type, with a cast to it. @throws ValueError for what the type cannot hold */
export function typedParts(column: AnyColumn, value: unknown): readonly Part[] {
  const type = known.get(column) ?? new TypeRegistry(key => key).type(column)
  known.set(column, type)
  return [
    { kind: 'value', value: encoder(type)(value) },
    { kind: 'text', text: `::${castType(type)}` },
  ]
}

/** A type without its modifiers: a cast to one that has them would cut or round what is too long for it without a word. */
function castType(type: TypeModel): string {
  switch (type.kind) {
    case 'array':
      return `${castType(partOf(type, 'element'))}[]`
    case 'char':
      return 'bpchar'
    case 'bit':
      // Without quotes it would be of length 1.
      return '"bit"'
    case 'smallserial':
      return 'smallint'
    case 'serial':
      return 'integer'
    case 'bigserial':
      return 'bigint'
    default:
      return sqlType({ ...type, length: null, precision: null, scale: null, fields: null })
  }
}

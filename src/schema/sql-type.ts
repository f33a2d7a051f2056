/** A type as Postgres writes it. */
import { quoteQualified } from '../base/identifier.ts'
import { kinds } from '../base/kinds.ts'
import type { TypeModel } from './model.ts'

/**
 * The type's SQL with its modifiers, spelled as `format_type` spells it; names of the user's own types are quoted.
 * @example sqlType(model.tableByKey.get('items')!.columnByKey.get('price')!.type) // => 'numeric(10,2)'
 */
export function sqlType(type: TypeModel): string {
  switch (type.kind) {
    case 'array':
      return `${sqlType(given(type.element, type))}[]`
    case 'enum':
      return quoteQualified(given(type.enum, type))
    case 'domain':
      return quoteQualified(given(type.domain, type))
    case 'composite':
      return quoteQualified(given(type.composite, type))
    case 'custom':
      return given(type.custom, type).sql
    case 'numeric':
      return `numeric${modifiers(type.precision, type.precision === null ? null : type.scale)}`
    case 'varchar':
    case 'char':
    case 'bit':
    case 'varbit':
      return `${kinds[type.kind].sql}${modifiers(type.length)}`
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
      return withPrecision(kinds[type.kind].sql, type.precision)
    case 'interval':
      return `interval${type.fields === null ? '' : ` ${type.fields}`}${modifiers(type.precision)}`
    default:
      return kinds[type.kind].sql
  }
}

function modifiers(...values: readonly (number | null)[]): string {
  const present = values.filter(value => value !== null)
  return present.length === 0 ? '' : `(${present.join(',')})`
}

/** The precision stands after the first word, as in `timestamp(3) with time zone`. */
function withPrecision(sql: string, precision: number | null): string {
  return sql.replace(' ', `${modifiers(precision)} `)
}

function given<Part>(part: Part | null, type: TypeModel): Part {
  if (part === null) throw new TypeError(`a type of kind '${type.kind}' lacks its definition`)
  return part
}

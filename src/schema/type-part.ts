/** What a type is made of. */
import { SchemaError } from '../base/errors.ts'
import type { TypeModel } from './model.ts'

type PartName = 'element' | 'enum' | 'domain' | 'composite' | 'custom'

/**
 * The part that a type of its kind has, as the element of an array.
 * @throws SchemaError when the type was put together without it
 */
export function partOf<Name extends PartName>(type: TypeModel, name: Name): NonNullable<TypeModel[Name]> {
  const part = type[name]
  if (part === null) throw new SchemaError('incompleteType', type.kind, name === 'element' ? 'of' : name)
  return part
}

/** How deep an array is nested, and what is in the innermost. A domain over an array is an element like any other. */
export function arrayShape(type: TypeModel): { readonly dimensions: number; readonly element: TypeModel } {
  let dimensions = 0
  let element = type
  while (element.kind === 'array') {
    dimensions++
    element = partOf(element, 'element')
  }
  return { dimensions, element }
}

/** What stands between the elements of an array: `pg_type.typdelim`, which a domain has from its base. */
export function arrayDelimiter(element: TypeModel): string {
  if (element.kind === 'domain') return arrayDelimiter(partOf(element, 'domain').base)
  if (element.kind !== 'custom') return element.kind === 'box' ? ';' : ','
  const { sql, delimiter } = partOf(element, 'custom')
  if (delimiter !== undefined) return delimiter
  // The name alone: `"public".geometry(Point,4326)` is geometry.
  const name = sql.replace(/\(.*$/s, '').split('.').at(-1)?.replaceAll('"', '').trim().toLowerCase()
  return delimiters.get(name ?? '') ?? ','
}

/** Types that are written as their SQL, and whose arrays have no commas. */
const delimiters: ReadonlyMap<string, string> = new Map([
  ['box', ';'],
  ['geometry', ':'],
  ['geography', ':'],
])

/** Whether a type is `json` or `jsonb` in a text of the caller's own, which JavaScript's numbers might not say whole. */
export function isCustomJson(type: TypeModel): boolean {
  if (type.domain !== null) return isCustomJson(type.domain.base)
  return type.custom !== null && /^\s*jsonb?\s*$/i.test(type.custom.sql)
}

/** What indexes, exclusions and partition keys are built on. */
import { quote } from '../base/identifier.ts'
import type { ElementSubject, IndexElementModel } from '../schema/model.ts'
import { fragmentText } from './fragment-text.ts'

/** A column's name, or an expression between parentheses. */
export function subject(element: ElementSubject): string {
  return 'column' in element ? quote(element.column.name) : `(${fragmentText(element.expression)})`
}

/** An element of an index, with its collation, operator class and order. */
export function indexElement(element: IndexElementModel): string {
  const words = [subject(element)]
  if (element.collate !== null) words.push(`collate ${quote(element.collate)}`)
  if (element.opclass !== null) words.push(operatorClass(element.opclass))
  if (element.order === 'desc') words.push('desc')
  if (element.nulls !== null) words.push(`nulls ${element.nulls}`)
  return words.join(' ')
}

/** The class's name, with a schema or with parameters if it has them, as in `ext.gist_trgm_ops(siglen=32)`. */
export function operatorClass(given: string): string {
  const [, names, parameters = ''] = /^([\w.]+)(\([\w\s=,.-]*\))?$/.exec(given) ?? [null, null]
  return names == null ? quote(given) : names.split('.').map(quote).join('.') + parameters
}

/** An index method: a bare word where it is one, since that is how people know `gin` and `gist`. */
export function method(name: string): string {
  return /^[a-z][a-z0-9_]*$/.test(name) ? name : quote(name)
}

/** `create index`, on a table or a materialized view. */
import { literal, quote, quoteQualified } from '../base/identifier.ts'
import type { IndexModel, QualifiedName } from '../schema/model.ts'
import { indexElement, method } from './element.ts'
import { fragmentText } from './fragment-text.ts'

/** The statement that makes the index unless its schema has one of this name. */
export function createIndex(relation: QualifiedName, index: IndexModel): string {
  const words = [
    `create ${index.unique ? 'unique ' : ''}index if not exists ${quote(index.name)} on ${quoteQualified(relation)}`,
    `using ${method(index.using)} (${index.elements.map(indexElement).join(', ')})`,
  ]
  if (index.include.length > 0) words.push(`include (${index.include.map(column => quote(column.name)).join(', ')})`)
  if (index.nullsNotDistinct) words.push('nulls not distinct')
  if (index.with.length > 0) words.push(`with (${index.with.map(storageParameter).join(', ')})`)
  if (index.where !== null) words.push(`where (${fragmentText(index.where)})`)
  return words.join(' ')
}

function storageParameter([name, value]: readonly [string, string | number | boolean]): string {
  const parameter = /^[a-z][a-z0-9_]*$/.test(name) ? name : quote(name)
  return `${parameter} = ${typeof value === 'string' ? literal(value) : String(value)}`
}

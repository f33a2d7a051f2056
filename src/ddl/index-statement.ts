/** `create index`, on a table or a materialized view. */
import { quote, quoteQualified } from '../base/identifier.ts'
import type { IndexModel, QualifiedName } from '../schema/model.ts'
import { indexElement, method } from './element.ts'
import { fragmentText } from './fragment-text.ts'
import { storageClause } from './storage.ts'

/** How an index is made: unless its schema has one of this name, while others write, on a partitioned table alone, or as it is. */
export type IndexManner = 'if not exists' | 'concurrently' | 'only' | 'plain'

/** `create index`. */
export function createIndex(relation: QualifiedName, index: IndexModel, manner: IndexManner = 'if not exists'): string {
  const words = [
    `create ${index.unique ? 'unique ' : ''}index ${manner === 'plain' || manner === 'only' ? '' : `${manner} `}${quote(index.name)}`,
    `on ${manner === 'only' ? 'only ' : ''}${quoteQualified(relation)}`,
    `using ${method(index.using)} (${index.elements.map(indexElement).join(', ')})`,
  ]
  if (index.include.length > 0) words.push(`include (${index.include.map(column => quote(column.name)).join(', ')})`)
  if (index.nullsNotDistinct) words.push('nulls not distinct')
  if (index.with.length > 0) words.push(storageClause(index.with))
  if (index.where !== null) words.push(`where (${fragmentText(index.where)})`)
  return words.join(' ')
}

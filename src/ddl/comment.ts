/** `comment on`. */
import { literal, quote, quoteQualified } from '../base/identifier.ts'
import type { IndexModel, Model, QualifiedName, TableModel } from '../schema/model.ts'

/** The comment on something with a qualified name. */
export function commentOn(word: string, named: QualifiedName, comment: string | null): string[] {
  return comment === null ? [] : [`comment on ${word} ${quoteQualified(named)} is ${literal(comment)}`]
}

/** The comments on indexes, which live in the schema of what they index. */
export function commentOnIndexes(relation: QualifiedName, indexes: readonly IndexModel[]): string[] {
  return indexes.flatMap(index => commentOn('index', { schema: relation.schema, name: index.name }, index.comment))
}

/** The comments on sequences, tables, columns and the tables' indexes. */
export function comments(model: Model): string[] {
  return [
    ...model.sequences.flatMap(sequence => commentOn('sequence', sequence, sequence.comment)),
    ...model.sortedTables.flatMap(table => [
      ...commentOn('table', table, table.comment),
      ...table.columns.flatMap(column => commentOnColumn(table, column.name, column.comment)),
      ...commentOnIndexes(table, table.indexes),
    ]),
  ]
}

function commentOnColumn(table: TableModel, column: string, comment: string | null): string[] {
  return comment === null ? [] : [`comment on column ${quoteQualified(table)}.${quote(column)} is ${literal(comment)}`]
}

import type { InsertMode } from './model.ts'

/** What decides whether an insert names a column. */
export interface InsertFacts {
  readonly generated: boolean
  readonly identity: 'always' | 'byDefault' | null
  readonly hasDefault: boolean
  readonly version: boolean
  readonly nullable: boolean
}

/** Whether an insert must, may or must not name a column. Twin: `insertMode` in types/column.ts. */
export function insertMode(column: InsertFacts): InsertMode {
  if (column.generated) return 'forbidden'
  if (column.identity === 'always') return 'forbidden'
  if (column.identity === 'byDefault') return 'optional'
  if (column.hasDefault) return 'optional'
  if (column.version) return 'optional'
  if (column.nullable) return 'optional'
  return 'required'
}

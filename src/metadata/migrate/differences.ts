import { isDeepStrictEqual } from 'node:util'
import type { AnySchema } from '../../../types/schema.ts'
import type { Replayed } from './replay.ts'

/**
 * What two databases do not have alike, as words: tables, all else of the schema, numbers of rows.
 * @param order whether the order of columns counts: one that is added to a table that stands comes last
 */
export function differences(old: Replayed, made: Replayed, order: 'columns in order' | 'in any order'): string[] {
  const before = parts(old.schema, order)
  const after = parts(made.schema, order)
  const names = new Set([...before.keys(), ...after.keys()])
  const schema = [...names].filter(name => !isAlike(before.get(name), after.get(name)))
  const rows = [...old.rows].filter(([table, count]) => made.rows.has(table) && made.rows.get(table) !== count)
  return [
    ...schema.map(name =>
      !before.has(name) ? `${name} is new` : !after.has(name) ? `${name} is gone` : `${name} is not the same`,
    ),
    ...rows.map(([table, count]) => `table ${table} has ${made.rows.get(table)} rows, not ${count}`),
  ]
}

/** A materialized view that has rows is as good as one that need not. */
function isAlike(old: unknown, made: unknown): boolean {
  if (isDeepStrictEqual(old, made)) return true
  const isUnfilled = typeof old === 'object' && old !== null && 'withData' in old && old.withData === false
  return isUnfilled && typeof made === 'object' && isDeepStrictEqual(old, { ...made, withData: false })
}

function parts({ tables, options }: AnySchema, order: string): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [name, table] of Object.entries(tables)) {
    const { columns, ...rest } = table
    found.set(`table '${name}'`, { ...rest, columns: order === 'columns in order' ? Object.entries(columns) : columns })
  }
  for (const [kind, value] of Object.entries(options)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) found.set(kind, value)
    else for (const [name, one] of Object.entries(value)) found.set(`'${name}' of ${kind}`, one)
  }
  return found
}

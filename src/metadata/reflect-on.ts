import type { AnySchema } from '../../types/schema.ts'
import type { Transaction } from '../engine/transaction.ts'
import { reflect, type ReflectOptions } from './reflect.ts'

/** With no search path every name is printed with its schema; dates and the like are printed in one way. */
const settings = `select set_config('search_path', '', true), set_config('datestyle', 'ISO', true),
  set_config('intervalstyle', 'postgres', true), set_config('quote_all_identifiers', 'off', true)`

/** How a transaction must be begun that a schema is read in: as of one moment, and without a write. */
export const reflectMode = { isolation: 'repeatable read', readOnly: true } as const

/** The database as a schema value, read in a transaction, whose settings it changes. */
export async function reflectOn(tx: Transaction, options: ReflectOptions = {}): Promise<AnySchema> {
  await tx.execute(settings)
  return await reflect({ rows: async sql => (await tx.execute(sql)).rows as never }, options)
}

/** What a database would be after statements: they are run in a transaction that has just begun, and taken back with it. */
export async function foresee(
  begun: Transaction,
  texts: readonly string[],
  options: ReflectOptions = {},
): Promise<AnySchema> {
  const taken = new Error()
  let found: AnySchema | undefined
  try {
    await begun.complete(async tx => {
      for (const text of texts) await tx.run({ text, values: [] })
      found = await reflectOn(tx, options)
      throw taken
    })
  } catch (error) {
    if (error !== taken) throw error
  }
  // It was found before the rollback.
  return found as AnySchema
}

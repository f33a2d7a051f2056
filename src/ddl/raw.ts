/** Things that have no typed form: their statements as they stand. */
import type { Model } from '../schema/model.ts'
import { fragmentText, statementText } from './fragment-text.ts'
import { guarded } from './guard.ts'

/** The statement, unless its query finds that the thing is there. */
export function createRaw(raw: Model['raw'][number]): string {
  const statement = rawStatement(raw)
  return raw.unless === undefined ? statement : guarded(fragmentText(raw.unless), statement)
}

/** The statement as it stands. */
export function rawStatement(raw: Model['raw'][number]): string {
  return statementText(raw.sql)
}

/** The statement that takes away what `createRaw` made, where it does not go by itself. */
export function dropRaw({ drop }: Model['raw'][number]): string[] {
  return drop === undefined ? [] : [statementText(drop)]
}

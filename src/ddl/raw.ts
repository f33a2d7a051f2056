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

/** What is of a table, and yet holds on to another, or to a function: the statement that makes it, and the one that takes it away. */
const held: Readonly<Record<string, readonly [made: RegExp, undone: string]>> = {
  constraint: [
    /^alter table (.+?) add constraint ("(?:[^"]|"")+") [^]*$/i,
    'alter table if exists $1 drop constraint if exists $2',
  ],
  rule: [
    /^create (?:or replace )?rule ("(?:[^"]|"")+"|\S+) as\s+on \w+ to ((?:"(?:[^"]|"")+"|[^\s".]+)(?:\.(?:"(?:[^"]|"")+"|[^\s".]+))?)[^]*$/i,
    'drop rule if exists $1 on $2',
  ],
  trigger: [
    /^create (?:constraint )?trigger ("(?:[^"]|"")+"|\S+) (?:before|after|instead of) [^]*? on ((?:"(?:[^"]|"")+"|[^\s".]+)(?:\.(?:"(?:[^"]|"")+"|[^\s".]+))?) [^]*$/i,
    'drop trigger if exists $1 on $2',
  ],
}

/** The statement that takes away what `createRaw` made, where it does not go by itself. */
export function dropRaw(raw: Model['raw'][number]): string[] {
  if (raw.drop !== undefined) return [statementText(raw.drop)]
  const [made, undone] = held[raw.kind] ?? []
  const statement = rawStatement(raw)
  return made === undefined || undone === undefined || !made.test(statement) ? [] : [statement.replace(made, undone)]
}

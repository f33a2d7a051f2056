/** What the statement of a thing that is kept as SQL locks, as far as its kind tells. */
import { statementText } from '../../ddl/fragment-text.ts'
import type { TableLock, LockMode } from '../../schema/change.ts'
import type { Model, QualifiedName } from '../../schema/model.ts'

/** A name as Postgres prints it, with or without its schema. */
const name = String.raw`((?:"(?:[^"]|"")+"|[^\s".(;]+)(?:\.(?:"(?:[^"]|"")+"|[^\s".(;]+))?)`

/** Where a statement says which relation it is about, and the lock that it takes there: when it makes the thing, and when it undoes it. */
const kinds: Readonly<Record<string, readonly [on: RegExp, made: LockMode, undone: LockMode]>> = {
  constraint: [new RegExp(`^alter table (?:only )?${name} `, 'i'), 'ACCESS EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  trigger: [new RegExp(` on ${name} `, 'i'), 'SHARE ROW EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  rule: [new RegExp(`\\bon \\w+ to ${name}`, 'i'), 'ACCESS EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  statistics: [new RegExp(` from (?:only )?${name}$`, 'i'), 'SHARE UPDATE EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE'],
  index: [new RegExp(` on (?:only )?${name} `, 'i'), 'SHARE', 'ACCESS EXCLUSIVE'],
  tablespace: [
    new RegExp(`^alter (?:table|materialized view|index) ${name} `, 'i'),
    'ACCESS EXCLUSIVE',
    'ACCESS EXCLUSIVE',
  ],
  alter: [
    new RegExp(`^alter (?:table|view|materialized view) (?:only )?${name} `, 'i'),
    'ACCESS EXCLUSIVE',
    'ACCESS EXCLUSIVE',
  ],
}

export function rawLocks(raw: Model['raw'][number], when: 'made' | 'undone'): TableLock[] {
  const [on, made, undone] = kinds[raw.kind] ?? []
  const relation = on?.exec(statementText(raw.sql))?.[1]
  if (relation === undefined || made === undefined || undone === undefined) return []
  return [{ mode: when === 'made' ? made : undone, on: relation }]
}

/** A relation as Postgres prints it, with its schema. */
export function rawName({ schema, name: own }: QualifiedName): string {
  const quoted = (part: string): string => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`)
  return `${quoted(schema)}.${quoted(own)}`
}

/** What the statement of a thing that is kept as SQL locks, as far as its kind tells. */
import { quote } from '../../base/identifier.ts'
import { keyWords } from '../../base/key-words.ts'
import { statementText } from '../../ddl/fragment-text.ts'
import type { TableLock, LockMode } from '../../schema/change.ts'
import type { Model, QualifiedName } from '../../schema/model.ts'

/** A name as Postgres prints it, with or without its schema. */
const name = String.raw`((?:"(?:[^"]|"")+"|[^\s".(;]+)(?:\.(?:"(?:[^"]|"")+"|[^\s".(;]+))?)`

/** What a statement of a kind is about, and the lock that it takes there: when it makes the thing, and when it undoes it. */
interface Locking {
  readonly on: RegExp
  readonly made: LockMode
  readonly undone: LockMode
}

const alter = `^alter (?:table|view|materialized view) (?:only )?${name}`

/** The first that fits is what holds; each relation that it finds is locked. */
const kinds: Readonly<Record<string, readonly Locking[]>> = {
  constraint: [
    {
      on: new RegExp(`^alter table (?:only )?${name} add constraint .+? foreign key .+? references ${name}\\(`, 'i'),
      made: 'SHARE ROW EXCLUSIVE',
      undone: 'ACCESS EXCLUSIVE',
    },
    { on: new RegExp(`^alter table (?:only )?${name} `, 'i'), made: 'ACCESS EXCLUSIVE', undone: 'ACCESS EXCLUSIVE' },
  ],
  trigger: [{ on: new RegExp(` on ${name} `, 'i'), made: 'SHARE ROW EXCLUSIVE', undone: 'ACCESS EXCLUSIVE' }],
  rule: [{ on: new RegExp(`\\bon \\w+ to ${name}`, 'i'), made: 'ACCESS EXCLUSIVE', undone: 'ACCESS EXCLUSIVE' }],
  statistics: [
    {
      on: new RegExp(` from (?:only )?${name}$`, 'i'),
      made: 'SHARE UPDATE EXCLUSIVE',
      undone: 'SHARE UPDATE EXCLUSIVE',
    },
  ],
  index: [{ on: new RegExp(` on (?:only )?${name} `, 'i'), made: 'SHARE', undone: 'ACCESS EXCLUSIVE' }],
  comment: [
    {
      on: new RegExp(`^comment on column ${name}\\.(?:"(?:[^"]|"")+"|[^\\s".]+) is `, 'i'),
      made: 'SHARE UPDATE EXCLUSIVE',
      undone: 'SHARE UPDATE EXCLUSIVE',
    },
  ],
  tablespace: [
    {
      on: new RegExp(`^alter (?:table|materialized view|index) ${name} `, 'i'),
      made: 'ACCESS EXCLUSIVE',
      undone: 'ACCESS EXCLUSIVE',
    },
  ],
  alter: [
    {
      on: new RegExp(`${alter} (?:enable|disable) (?:replica |always )?trigger `, 'i'),
      made: 'SHARE ROW EXCLUSIVE',
      undone: 'SHARE ROW EXCLUSIVE',
    },
    {
      on: new RegExp(`${alter} (?:cluster on|alter column .+? set (?:statistics |\\()|set \\()`, 'i'),
      made: 'SHARE UPDATE EXCLUSIVE',
      undone: 'SHARE UPDATE EXCLUSIVE',
    },
    { on: new RegExp(`${alter} `, 'i'), made: 'ACCESS EXCLUSIVE', undone: 'ACCESS EXCLUSIVE' },
  ],
}

export function rawLocks(raw: Model['raw'][number], when: 'made' | 'undone'): TableLock[] {
  const text = statementText(raw.sql)
  if (raw.kind === 'publication') return when === 'made' ? publishedLocks(text) : []
  for (const { on, [when]: mode } of kinds[raw.kind] ?? []) {
    const relations = on.exec(text)?.slice(1)
    if (relations !== undefined) return [...new Set(relations)].map(relation => ({ mode, on: relation }))
  }
  return []
}

/** A publication locks each table that it names. */
function publishedLocks(text: string): TableLock[] {
  return [...text.matchAll(new RegExp(`(?: table|,) only ${name}`, 'gi'))].map(([, on = '']) => ({
    mode: 'SHARE UPDATE EXCLUSIVE',
    on,
  }))
}

/** A relation as Postgres prints it, with its schema. */
export function rawName({ schema, name: own }: QualifiedName): string {
  const isPlain = (part: string): boolean => /^[a-z_][a-z0-9_]*$/.test(part) && !keyWords.has(part)
  const quoted = (part: string): string => (isPlain(part) ? part : quote(part))
  return `${quoted(schema)}.${quoted(own)}`
}

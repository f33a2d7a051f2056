/** Foreign keys that are kept as SQL, since the types of their sides differ: they are added and changed as others are. */
import { change, hazard, label, locked } from '../../ddl/change/change.ts'
import { rawStatement } from '../../ddl/raw.ts'
import type { Change, Hazard } from '../../schema/change.ts'
import type { Model, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { once } from './once.ts'
import { rawLocks, rawName } from './raw-locks.ts'
import { undoRaw } from './undo-raw.ts'

type Raw = Model['raw'][number]

const key = /^(alter table (?:only )?\S.*?) add constraint ("(?:[^"]|"")+") foreign key \(/i

/** Null for what is no foreign key, or is one that rows are not held against, of a table that stands. */
export function addRawKey(comparison: Comparison, raw: Raw): Change[] | null {
  const sql = rawStatement(raw)
  const found = standingKey(comparison, raw)
  if (found === null || / not valid$/i.test(sql)) return null
  const { is, others, object, fails } = found
  const inverse = undoRaw(raw, comparison.to)
  const locks = locked('SHARE ROW EXCLUSIVE', is, ...others)
  // Postgres before 18 takes no `not valid` on a partitioned table.
  if (is.partitionBy !== null) {
    const waits = `nobody can write '${label(is)}' or what it points to while its rows are read`
    const hazards = [fails, hazard('blocks', 'add foreign key', object, waits, is)]
    return [change('add foreign key', object, sql, { inverse, locks, scans: true, hazards })]
  }
  return [change('add foreign key', object, `${sql} not valid`, { inverse, locks }), validated(found)]
}

/** What of a key that stands can be changed: when it is held against rows, and that it is held against those that were there before. */
export function alterRawKey(comparison: Comparison, was: Raw, is: Raw): Change[] {
  const found = standingKey(comparison, is)
  if (found === null) return []
  const [before, after] = [endingOf(was), endingOf(is)]
  const sql = (ending: Ending): string =>
    `${found.alter} alter constraint ${found.name}${ending.deferrable || ' not deferrable'}`
  const deferred = change('alter constraint', found.object, sql(after), {
    inverse: sql(before),
    locks: locked('ACCESS EXCLUSIVE', found.is),
  })
  return [
    ...(before.deferrable === after.deferrable ? [] : [deferred]),
    ...(before.notValid && !after.notValid ? [validated(found)] : []),
  ]
}

/** Whether two keys of a name differ in nothing that cannot be changed as it stands. */
export function isAlterableKey(was: Raw, is: Raw): boolean {
  const [before, after] = [endingOf(was), endingOf(is)]
  const isKey = was.kind === 'constraint' && key.test(before.start)
  return isKey && before.start === after.start && (before.notValid || !after.notValid)
}

interface Ending {
  readonly start: string
  readonly deferrable: string
  readonly notValid: boolean
}

function endingOf(raw: Raw): Ending {
  const [, start = '', deferrable = '', notValid] =
    /^([^]*?)((?: deferrable)?(?: initially deferred)?)( not valid)?$/i.exec(rawStatement(raw)) ?? []
  return { start, deferrable: deferrable.toLowerCase(), notValid: notValid !== undefined }
}

interface StandingKey {
  /** `alter table …`, and the key's name, as SQL. */
  readonly alter: string
  readonly name: string
  readonly is: TableModel
  /** What it points to, where that is another table. */
  readonly others: readonly TableModel[]
  readonly object: string
  readonly fails: Hazard
}

function standingKey(comparison: Comparison, raw: Raw): StandingKey | null {
  const [, alter = '', name = ''] = key.exec(rawStatement(raw)) ?? []
  if (raw.kind !== 'constraint' || name === '') return null
  const [own, target = own] = rawLocks(raw, 'made').map(lock => lock.on)
  const standing = standingTables(comparison)
  const [is, pointed] = [standing.get(own ?? ''), standing.get(target ?? '')]
  if (is === undefined) return null
  const object = label(is, name.slice(1, -1).replaceAll('""', '"'))
  const message = `a row of '${label(is)}' that points to no row of '${pointed === undefined ? target : label(pointed)}' makes it fail`
  const fails = hazard('may fail', 'add foreign key', object, message, is)
  return { alter, name, is, others: pointed === undefined || pointed === is ? [] : [pointed], object, fails }
}

function validated({ alter, name, is, others, object, fails }: StandingKey): Change {
  return change('validate constraint', object, `${alter} validate constraint ${name}`, {
    locks: [...locked('SHARE UPDATE EXCLUSIVE', is), ...locked('ROW SHARE', ...others)],
    scans: true,
    transaction: 'own',
    hazards: [fails],
  })
}

/** The tables that stand and stay, by their names as Postgres prints them. */
const standingTables = once(
  ({ tables }: Comparison): ReadonlyMap<string, TableModel> => new Map(tables.both.map(([, is]) => [rawName(is), is])),
)

/** What changes lock of the tables below those that they lock: of partitions, and of what inherits. */
import { quoteQualified } from '../../base/identifier.ts'
import { label } from '../../ddl/change/change.ts'
import { notNullName } from '../../ddl/change/column.ts'
import type { Change, TableLock } from '../../schema/change.ts'
import type { Model, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { tablesAbove } from './partition-family.ts'
import { rawName } from './raw-locks.ts'

/** Changes of a partitioned table that do not reach its partitions; `drop table` says itself what it locks. */
const alone: ReadonlySet<string> = new Set([
  'drop table',
  'set storage',
  'rename table',
  'set schema',
  'row security',
  'create policy',
  'alter policy',
  'drop policy',
  'set tablespace',
  'comment on table',
  'comment on column',
])

/** Changes of a table that reach those that inherit from it. */
const inherited: ReadonlySet<string> = new Set([
  'add column',
  'rename column',
  'alter type',
  'alter default',
  'set expression',
  'drop expression',
  'drop column',
  'set not null',
  'inherit not null',
  'add check',
  'add constraint',
  'add primary key',
])

/** Those that reach them since Postgres 18, which looks at what inherits for every constraint. */
const inheritedLately: ReadonlySet<string> = new Set(['add unique', 'add exclude', 'add foreign key'])

/** Those of a constraint, which reach them if it is a check or a NOT NULL that is not of the table alone. */
const ofConstraint: ReadonlySet<string> = new Set([
  'validate constraint',
  'rename constraint',
  'drop constraint',
  'drop not null',
])

/** Each change with the locks on the tables below that stood before and that its tables have by then. */
export function withTablesBelow({ from, to, version }: Comparison, changes: readonly Change[]): readonly Change[] {
  const [before, after] = [byLabel(from), byLabel(to)]
  const heritable = heritableNames(from, to)
  const isInherited = ({ kind, object }: Change): boolean =>
    inherited.has(kind) ||
    (version >= 180000 && inheritedLately.has(kind)) ||
    (ofConstraint.has(kind) && heritable.has(object))
  const attached = new Attached()
  const keys = keyLabels(from)
  for (const table of from.tables) attached.join(from, table)
  return changes.map(change => {
    const { kind, object } = change
    const child = kind === 'attach partition' ? after.get(object) : before.get(object)
    if (/^(?:detach partition|drop table|rename table)$/.test(kind) && child !== undefined) attached.leave(child)
    if (kind === 'inherit' || kind === 'no inherit') attached.inherit(change)
    // That of the table above is on itself alone.
    const isMove = kind === 'attach partition' || kind === 'detach partition'
    const own = isMove
      ? change.locks.filter(lock => child !== undefined && lock.on === quoteQualified(child))
      : change.locks
    // Who has the column as its own, too, hands neither on.
    const model = kind === 'add column' ? to : kind === 'drop column' ? from : null
    const ends = model === null ? () => false : ownersOf(model, change)
    const made = reachesBelow(change, keys)
      ? withLocks(
          change,
          own.flatMap(lock => [
            ...attached.below(lock, kind),
            ...(isInherited(change) && lock.on === own[0]?.on ? attached.heirs(lock, ends) : []),
          ]),
        )
      : change
    if (kind === 'attach partition' && child !== undefined && before.has(object)) attached.join(to, child)
    return made
  })
}

/** The tables below each table as it goes on, by the names that SQL has for them. */
class Attached {
  private readonly children = new Map<string, Set<string>>()
  private readonly inheriting = new Map<string, Set<string>>()
  private readonly plain = new Map<string, string>()

  join(model: Model, table: TableModel): void {
    for (const key of table.inherits) {
      const above = model.tableByKey.get(key)
      if (above !== undefined) this.#addHeir(quoteQualified(above), quoteQualified(table))
    }
    const [parent] = tablesAbove(model, table)
    if (parent === undefined) return
    const name = quoteQualified(parent)
    this.plain.set(rawName(parent), name)
    const list = this.children.get(name) ?? new Set()
    this.children.set(name, list.add(quoteQualified(table)))
  }

  leave(table: TableModel): void {
    for (const list of [...this.children.values(), ...this.inheriting.values()]) list.delete(quoteQualified(table))
  }

  /** A table comes to inherit from another, or does no more. */
  inherit({ kind, sql, locks: [lock] }: Change): void {
    const [, parent = ''] = / inherit (.+)$/.exec(sql) ?? []
    if (lock === undefined) return
    if (kind === 'inherit') this.#addHeir(parent, lock.on)
    else this.inheriting.get(parent)?.delete(lock.on)
  }

  /** @param ends whether what is done to a table reaches none below it */
  heirs({ on, mode }: TableLock, ends: (table: string) => boolean): TableLock[] {
    if (mode === 'ROW SHARE') return []
    return [...(this.inheriting.get(on) ?? [])].flatMap(one => [
      { on: one, mode },
      ...(ends(one) ? [] : this.heirs({ on: one, mode }, ends)),
    ])
  }

  #addHeir(parent: string, heir: string): void {
    this.inheriting.set(parent, (this.inheriting.get(parent) ?? new Set()).add(heir))
  }

  below({ on, mode }: TableLock, kind: string): TableLock[] {
    // A key that is validated holds its target alone so weakly.
    if (mode === 'ROW SHARE') return []
    // A constraint or an index that only SQL says is on a table as Postgres prints its name.
    const name = kind.endsWith(' constraint') || kind === 'drop index' ? (this.plain.get(on) ?? on) : on
    return [...(this.children.get(name) ?? [])].flatMap(one => [
      { on: one, mode },
      ...this.below({ on: one, mode }, kind),
    ])
  }
}

/** Which tables have the column of a change as their own. */
function ownersOf({ tables }: Model, { object, locks: [lock] }: Change): (table: string) => boolean {
  const table = tables.find(one => quoteQualified(one) === lock?.on)
  const name = table === undefined ? '' : object.slice(label(table).length + 1)
  const owners = new Set(tables.filter(one => one.columnByName.get(name)?.inherited === false).map(quoteQualified))
  return one => owners.has(one)
}

/** @param keys those that partitions have under names of their own, and keep */
function reachesBelow({ kind, object, sql }: Change, keys: ReadonlySet<string>): boolean {
  return !alone.has(kind) && !(kind === 'rename constraint' && keys.has(object)) && !/ (?:on|table) only /.test(sql)
}

function keyLabels({ tables }: Model): ReadonlySet<string> {
  return new Set(
    tables.flatMap(table =>
      [
        ...(table.primaryKey === null ? [] : [table.primaryKey]),
        ...table.uniques,
        ...table.excludes,
        ...table.foreignKeys,
      ].map(one => label(table, one.name)),
    ),
  )
}

function withLocks(change: Change, locks: readonly TableLock[]): Change {
  const more = locks.filter((lock, at) => ![...change.locks, ...locks.slice(0, at)].some(one => one.on === lock.on))
  return more.length === 0 ? change : { ...change, locks: [...change.locks, ...more] }
}

/** The objects of changes of checks and of NOT NULLs, which are told by their columns too. */
function heritableNames(from: Model, to: Model): ReadonlySet<string> {
  const checks = [...from.tables, ...to.tables].flatMap(table =>
    table.checks.filter(check => !check.noInherit).map(check => label(table, check.name)),
  )
  const notNulls = from.tables.flatMap(table =>
    table.columns
      .filter(column => !column.notNullAlone)
      .flatMap(column => [label(table, column.name), label(table, notNullName(table, column))]),
  )
  return new Set([...checks, ...notNulls])
}

function byLabel({ tables }: Model): ReadonlyMap<string, TableModel> {
  return new Map(tables.map(table => [label(table), table]))
}

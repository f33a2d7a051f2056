/** A table whose rows are written anew for several of its columns is written anew once: one statement changes them all. */
import { label } from '../../ddl/change/change.ts'
import { quoteQualified } from '../../base/identifier.ts'
import type { Change, TableLock } from '../../schema/change.ts'
import type { TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'

/**
 * What one statement can do together, in whatever order it is written: Postgres takes defaults off first, then changes types, then adds columns,
 * then sets defaults (`AlterTablePass`).
 */
const together: ReadonlySet<string> = new Set(['alter type', 'alter default', 'add column'])

export function rewrittenOnce({ to }: Pick<Comparison, 'to'>, changes: readonly Change[]): readonly Change[] {
  const tables = new Map(to.tables.map(table => [quoteQualified(table), table]))
  const made: Change[] = []
  for (let at = 0; at < changes.length; ) {
    const run = runAt(changes, at)
    const table = tables.get(run[0]?.locks[0]?.on ?? '')
    made.push(...(table === undefined ? run : joined(table, run)))
    at += run.length
  }
  return made
}

/** The change at a place, with those after it that are of the same table and can be done with it. */
function runAt(changes: readonly Change[], at: number): readonly Change[] {
  const on = changes[at]?.locks[0]?.on
  let end = at
  for (let next = changes[end]; next !== undefined && on !== undefined && isAction(next, on); next = changes[end]) end++
  return changes.slice(at, Math.max(end, at + 1))
}

function isAction({ kind, sql, transaction, locks }: Change, on: string): boolean {
  return together.has(kind) && transaction === 'shared' && locks[0]?.on === on && sql.startsWith(start(on))
}

function start(on: string): string {
  return `alter table ${on} `
}

/** Those that write the rows anew, with all between and the defaults of their columns, as one; what is around them stays by itself. */
function joined(table: TableModel, run: readonly Change[]): readonly Change[] {
  const rewriting = run.filter(change => change.rewrites)
  const rewritten = new Set(rewriting.map(change => change.object))
  const places = run.flatMap(({ object }, at) => (rewritten.has(object) ? [at] : []))
  if (places.length < 2) return run
  const [first = 0, last = 0] = [places[0], places.at(-1)]
  const [only, second] = rewriting
  const whole = { kind: 'alter table', object: label(table) }
  const named = only === undefined || second !== undefined ? whole : { kind: only.kind, object: only.object }
  return [...run.slice(0, first), asOne(table, named, run.slice(first, last + 1)), ...run.slice(last + 1)]
}

function asOne(table: TableModel, { kind, object }: Pick<Change, 'kind' | 'object'>, run: readonly Change[]): Change {
  const on = start(quoteQualified(table))
  const statement = (actions: readonly string[]): string =>
    `${on.trimEnd()}\n  ${actions.map(action => action.slice(on.length)).join(',\n  ')}`
  const inverses = run.toReversed().flatMap(({ inverse }) => (inverse?.startsWith(on) === true ? [inverse] : []))
  return {
    kind,
    object,
    sql: statement(run.map(({ sql }) => sql)),
    inverse: inverses.length < run.length ? null : statement(inverses),
    locks: eachOnce(run.flatMap(({ locks }) => locks)),
    rewrites: true,
    scans: run.some(({ scans }) => scans),
    transaction: 'shared',
    hazards: run.flatMap(({ hazards }) => hazards),
  }
}

/** They are all of one mode. */
function eachOnce(locks: readonly TableLock[]): TableLock[] {
  return locks.filter((lock, at) => locks.findIndex(({ on }) => on === lock.on) === at)
}

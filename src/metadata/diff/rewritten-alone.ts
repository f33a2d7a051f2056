/** A table whose rows are written anew is locked for as long as that takes: other tables, which are locked for a moment, are so in other transactions. */
import type { Change } from '../../schema/change.ts'

/** What is half done between two of these, or counts on what was done before it in the same transaction. */
const bound =
  /^(?:own sequence|(?:set|create|drop|rename) sequence|(?:add|set|drop) identity|rename (?:type|domain)|(?:attach|detach) .*|(?:no )?inherit|move rows|grant|revoke|alter owner|drop domain)$/

/** Those that write rows anew have a transaction of their own where others would hold locks on other tables with them, and nothing is away meanwhile. */
export function rewrittenAlone(changes: readonly Change[]): readonly Change[] {
  const made: Change[] = []
  for (let at = 0; at < changes.length; ) {
    const next = changes.findIndex((change, place) => place >= at && change.transaction !== 'shared')
    const end = next < 0 ? changes.length : next
    made.push(...apart(changes.slice(at, end)), ...changes.slice(end, end + 1))
    at = end + 1
  }
  return made
}

/** @param run changes that share a transaction */
function apart(run: readonly Change[]): readonly Change[] {
  if (run.some(({ kind }) => bound.test(kind))) return run
  return run.map((change, at) =>
    change.rewrites && locksOthers(run, change) && !isWithin(run, at) ? { ...change, transaction: 'own' } : change,
  )
}

function locksOthers(run: readonly Change[], { locks }: Change): boolean {
  return run.some(other => other.locks.some(lock => locks.every(({ on }) => on !== lock.on)))
}

/** Whether something is gone before this change, and comes back after it, or a setting is made that is taken back after it. */
function isWithin(run: readonly Change[], at: number): boolean {
  const [before, after] = [run.slice(0, at), run.slice(at + 1)]
  const back = new Set(after.map(({ object }) => object))
  return (
    before.filter(({ kind }) => kind === 'set').length % 2 === 1 ||
    before.some(({ kind, object }) => /^(?:drop|alter) /.test(kind) && back.has(object))
  )
}

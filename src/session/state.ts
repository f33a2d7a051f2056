/** Where an object stands, and how it may move from there. The names are SQLAlchemy's. */

/**
 * `transient`: no session writes it. `pending`: queued. `persistent`: a row of the database is its own, as the session's transaction
 * sees it. `deleted`: its row was deleted in the transaction that is open. `detached`: it has a row, or had one, and no session.
 */
export type State = 'transient' | 'pending' | 'persistent' | 'deleted' | 'detached'

/**
 * What happens to objects. `fail` is a transaction that was lost against the caller's will: what it wrote waits to be written again.
 * `rollback` is one that was undone by it.
 */
export type Event = 'add' | 'load' | 'insert' | 'delete' | 'expunge' | 'commit' | 'fail' | 'rollback'

// biome-ignore format: columns line up
const moves: { readonly [From in State]: { readonly [What in Event]?: State } } = {
  transient:  { add: 'pending', load: 'persistent' },
  pending:    { insert: 'persistent', rollback: 'transient', expunge: 'transient' },
  // Undone is its insert, or else what was written of it since.
  persistent: { rollback: 'transient', fail: 'pending', delete: 'deleted', expunge: 'detached' },
  // Undone is its delete.
  deleted:    { rollback: 'persistent', fail: 'persistent', commit: 'detached' },
  detached:   { add: 'persistent' },
}

/** The state after an event. @throws TypeError for a move that is not in the table, which would be a fault of ours */
export function after(state: State, event: Event): State {
  const next = moves[state][event]
  if (next === undefined) throw new TypeError(`a ${state} object does not ${event}`)
  return next
}

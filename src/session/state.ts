/** Where an object stands, and how it may move from there. */

/**
 * `transient`: no session writes it. `pending`: queued. `written`: in the database, for as long as its transaction lasts.
 * `persistent`: in the database.
 */
export type State = 'transient' | 'pending' | 'written' | 'persistent'

/** What happens to objects. `fail` is a transaction that was lost; its objects are queued again. */
export type Event = 'add' | 'flush' | 'commit' | 'rollback' | 'fail'

const moves: { readonly [From in State]: { readonly [What in Event]?: State } } = {
  transient: { add: 'pending' },
  pending: { flush: 'written', rollback: 'transient' },
  written: { commit: 'persistent', rollback: 'transient', fail: 'pending' },
  persistent: {},
}

/** The state after an event. @throws TypeError for a move that is not in the table, which would be a fault of ours */
export function after(state: State, event: Event): State {
  const next = moves[state][event]
  if (next === undefined) throw new TypeError(`a ${state} object does not ${event}`)
  return next
}

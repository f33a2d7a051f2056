/** Sessions inside a transaction of the engine: their transactions are savepoints of it. */
import { SessionError } from '../base/errors.ts'
import type { Transaction } from '../engine/transaction.ts'
import { Session, type SessionHost } from './session.ts'

/** A transaction that opens sessions. */
export interface SessionTransaction extends Omit<Transaction, 'transaction'> {
  session(): Session
  transaction<Value>(work: (tx: SessionTransaction) => Promise<Value>): Promise<Value>
}

/** The session that has begun a savepoint. */
interface Holder {
  readonly session: Session
  /** null while it begins. */
  scope: Transaction | null
}

/**
 * The transaction itself, with `session`, and with savepoints that mind its sessions. What a session has flushed and not
 * committed is in a savepoint, and Postgres keeps savepoints as a stack: a second session that began one above it would lose
 * its rows to the first one's rollback. It waits for a call that is under way, and is refused when that leaves the savepoint
 * open; `transaction`, which ends where it began, goes inside.
 * @param host what sessions of the engine are made with; asked for when one is opened
 */
export function withSessions(tx: Transaction, host: () => Omit<SessionHost, 'begin'>): SessionTransaction {
  const savepoint = tx.transaction.bind(tx)
  let holder: Holder | null = null

  /** Whether a session's savepoint is still open when its call is over. */
  const staysOpen = async (held: Holder): Promise<boolean> => {
    await Session.settled(held.session)
    if (held.scope?.active) return true
    if (holder === held) holder = null
    return false
  }

  const begin = async (session: Session): Promise<Transaction> => {
    for (let other = holder; other !== null && other.session !== session; other = holder) {
      if (await staysOpen(other)) throw new SessionError('sessionBeside')
    }
    const mine: Holder = { session, scope: null }
    holder = mine
    mine.scope = await tx.begin()
    return mine.scope
  }

  return Object.assign(tx, {
    session(): Session {
      const session: Session = new Session({ ...host(), begin: () => begin(session) })
      return session
    },
    async transaction<Value>(work: (tx: SessionTransaction) => Promise<Value>): Promise<Value> {
      const inner = (nested: Transaction): Promise<Value> => work(withSessions(nested, host))
      for (let other = holder; other !== null; other = holder) {
        if ((await staysOpen(other)) && other.scope !== null) return await other.scope.transaction(inner)
      }
      return await savepoint(inner)
    },
  })
}

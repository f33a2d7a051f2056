/** One runner at a time, on one connection that it keeps. */
import type { Lease } from '../../engine/lease.ts'
import { pause } from './retry.ts'
import type { OnProgress } from './progress.ts'
import { SessionState } from './session-state.ts'

/** What migrations run on: an engine. */
export interface MigrationHost {
  connect(): Promise<Lease>
}

/** The first eight bytes of the SHA-256 of 'cupel migrations', as a signed number; it must never change. */
const key = '-3514012910679324573'

/**
 * Runs work while no other runner is at work in this database. Who waits asks again and again: a statement that waits for the lock in the
 * database holds a snapshot, for which `create index concurrently` in the runner at work waits in turn, and Postgres ends one of them as a
 * deadlock (seen with ten runners on PostgreSQL 18).
 */
export async function alone<Value>(
  host: MigrationHost,
  tell: OnProgress,
  work: (lease: Lease, state: SessionState) => Promise<Value>,
): Promise<Value> {
  const lease = await host.connect()
  let isLocked = false
  let broken: Error | undefined
  try {
    for (let wait = 50; !isLocked; wait = Math.min(wait * 1.5, 1000)) {
      const taken = await lease.execute(`select pg_catalog.pg_try_advisory_lock(${key})`)
      isLocked = taken.scalar() === true
      if (isLocked) break
      if (wait === 50) tell({ kind: 'waiting' })
      await pause(wait * (0.5 + Math.random()))
    }
    return await work(lease, await SessionState.of(lease))
  } catch (error) {
    // An unknown state is nobody else's: the connection is closed, and the lock goes with it.
    broken = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    if (isLocked) await lease.run({ text: `select pg_catalog.pg_advisory_unlock(${key})`, values: [] }).catch(() => {})
    lease.release(broken)
  }
}

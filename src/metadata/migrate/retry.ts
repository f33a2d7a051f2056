/** Trying again what another transaction stood in the way of. */
import { StatementError } from '../../engine/statement-error.ts'

/** `lock_not_available`, `deadlock_detected`, `serialization_failure`: what was done is undone, and others will have ended. */
const passing: ReadonlySet<string> = new Set(['55P03', '40P01', '40001'])

/**
 * Runs work again, at most so many times, while it fails because of others. Waits grow from half a second to half a minute, each
 * somewhere between half of that and all of it, so that runners do not meet again.
 */
export async function retrying<Value>(
  retries: number,
  tell: (attempt: number, wait: number, error: Error) => void,
  work: () => Promise<Value>,
): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt > retries || !(error instanceof StatementError) || !passing.has(error.sqlState)) throw error
      const wait = Math.round(Math.min(500 * 2 ** (attempt - 1), 30_000) * (0.5 + Math.random() / 2))
      tell(attempt, wait, error)
      await pause(wait)
    }
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}

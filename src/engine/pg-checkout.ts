/** Taking connections out of a pool of node-postgres: in bounds, and again while the server starts. It makes no pool. */
import type { Pool, PoolClient } from 'pg'
import { EngineError } from '../base/errors.ts'
import type { Holder } from './holder.ts'
import { PoolExhausted } from './pool-exhausted.ts'

/** Milliseconds between attempts to reach a server that starts: the first, and the longest. */
const [firstPause, longestPause] = [50, 1000]
/** What the network says where no server listens yet, or one that starts hangs up. */
const absent: readonly string[] = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'EAI_AGAIN', 'EHOSTUNREACH']
/** SQLSTATE `cannot_connect_now`: the server starts, recovers or shuts down. */
const notNow = '57P03'

/**
 * Takes a connection.
 * @param patience milliseconds that others are waited for; 0 for as long as it takes. Opening a connection has bounds of its own.
 * @throws PoolExhausted when none came free
 */
export function checkOut(pool: Pool, patience: number, holders: ReadonlySet<Holder>): Promise<PoolClient> {
  const start = performance.now()
  // The promise of pg takes a stack for each error, which ours have from where they are thrown.
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | null = null
    let isLate = false
    const refuse = (error: unknown): void => {
      const code = error instanceof Error && 'code' in error ? error.code : null
      // The error of `new URL` repeats its input, with the password.
      const isAddress = code === 'ERR_INVALID_URL'
      // A pool that was given may have a bound of its own, and says so in these words.
      const isBound = error instanceof Error && error.message === 'timeout exceeded when trying to connect'
      if (isAddress) reject(new EngineError('malformedAddress', []))
      else reject(isBound ? exhausted(pool, start, holders, { cause: error }) : error)
    }
    const before = pool.totalCount
    // A timer costs 0.6 microseconds, and a connection that is free needs none.
    const isFree = pool.idleCount > pool.waitingCount
    try {
      pool.connect((error, client) => {
        if (timer !== null) clearTimeout(timer)
        if (isLate) return client?.release()
        if (client === undefined) refuse(error)
        else resolve(client)
      })
    } catch (error) {
      return refuse(error)
    }
    // Where there is one more than before, it is being opened for us.
    if (patience === 0 || isFree || pool.totalCount > before) return
    timer = setTimeout(() => {
      isLate = true
      reject(exhausted(pool, start, holders))
    }, patience)
  })
}

/** @param start when the wait began, by `performance.now()` */
export function exhausted(
  pool: Pool,
  start: number,
  holders: ReadonlySet<Holder>,
  options?: ErrorOptions,
): PoolExhausted {
  return new PoolExhausted(performance.now() - start, pool.options.max, holders, options)
}

/** Does what needs the server, again for so many milliseconds while it cannot be reached yet. */
export async function whileStarting<Value>(wait: number, work: () => Promise<Value>): Promise<Value> {
  const start = performance.now()
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const pause = Math.min(firstPause * 2 ** attempt, longestPause) * (0.5 + Math.random() / 2)
      if (!isStarting(error) || performance.now() - start + pause > wait) throw error
      await new Promise(resolve => setTimeout(resolve, pause))
    }
  }
}

function isStarting(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return code === notNow || absent.includes(code) || /^Connection terminated/.test(error.message)
}

/** Asks the server whether it is there, and waits so long for its answer; 0 for as long as it takes. */
export async function answers(client: PoolClient, patience: number): Promise<boolean> {
  let timer: NodeJS.Timeout | null = null
  const silence = new Promise<boolean>(resolve => {
    if (patience > 0) timer = setTimeout(resolve, patience, false)
  })
  const answer = client.query('select 1').then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([answer, silence])
  } finally {
    if (timer !== null) clearTimeout(timer)
  }
}

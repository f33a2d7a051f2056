/**
 * Lends the clients of a pool again without the pool's hearing of it: to whoever waits, or to whoever comes in the same turn of the event
 * loop. It is for a pool of which nobody else takes clients.
 */
import type { Pool, PoolClient } from 'pg'
import type { Holder } from './holder.ts'
import { checkOut, exhausted } from './pg-checkout.ts'

/** Milliseconds after which a client goes back to its pool between two loans, which may find that it is too old. */
const longestLoan = 1000

/** Somebody who waits for a client. */
interface Waiting {
  /** Takes one. */
  readonly resolve: (client: PoolClient) => void
  /** Asks the pool for one. */
  readonly retry: () => void
}

/**
 * PERF: a loan from the pool costs 15 microseconds of a row by its key, which takes 70: its timers, its events, and the ticks between them.
 */
export class Lending {
  readonly #pool: Pool
  readonly #holders: ReadonlySet<Holder>
  /** A client that came back in this turn of the loop. */
  #spare: PoolClient | null = null
  #giving: NodeJS.Immediate | undefined
  readonly #waiting: Waiting[] = []
  /** When the pool lent them, for the first time and the last, by `performance.now()`. */
  readonly #lent = new WeakMap<PoolClient, { readonly first: number; readonly last: number }>()
  readonly #maxLifetime: number

  /** @param maxLifetime milliseconds after which the pool closes a client that comes back; 0 for never */
  constructor(pool: Pool, holders: ReadonlySet<Holder>, maxLifetime: number) {
    this.#pool = pool
    this.#holders = holders
    this.#maxLifetime = maxLifetime === 0 ? Number.POSITIVE_INFINITY : maxLifetime
    // Whatever becomes of a client that is not lent again from here, it makes room for another.
    pool.on('release', () => this.#wake())
    pool.on('remove', () => this.#wake())
  }

  /** A client that is at hand; null when the pool is to be asked. */
  takeSpare(): PoolClient | null {
    const spare = this.#spare
    if (spare === null) return null
    this.#spare = null
    clearImmediate(this.#giving)
    return spare
  }

  /**
   * Takes a client.
   * @param patience milliseconds that others are waited for; 0 for as long as it takes
   * @throws PoolExhausted when none came free
   */
  take(patience: number): Promise<PoolClient> {
    const spare = this.takeSpare()
    if (spare !== null) return Promise.resolve(spare)
    const { idleCount, totalCount, waitingCount, options } = this.#pool
    const isFull = idleCount === 0 && totalCount >= options.max && waitingCount === 0
    return isFull ? this.#wait(patience) : this.#fromPool(patience)
  }

  /** Takes a client back that may be lent again; false when it is to go back to the pool. */
  give(client: PoolClient, now: number): boolean {
    const lent = this.#lent.get(client)
    const isDue = lent === undefined || now - lent.last > longestLoan || now - lent.first > this.#maxLifetime
    if (isDue || this.#pool.waitingCount > 0) return false
    const next = this.#waiting.shift()
    if (next !== undefined) {
      next.resolve(client)
      return true
    }
    if (this.#spare !== null) return false
    this.#spare = client
    this.#giving = setImmediate(() => this.giveSpare())
    return true
  }

  /** Gives the pool what is its own. */
  giveSpare(): void {
    this.takeSpare()?.release()
  }

  async #fromPool(patience: number): Promise<PoolClient> {
    try {
      const client = await checkOut(this.#pool, patience, this.#holders)
      const last = performance.now()
      this.#lent.set(client, { first: this.#lent.get(client)?.first ?? last, last })
      return client
    } catch (error) {
      // What could not be opened makes room, too.
      this.#wake()
      throw error
    }
  }

  #wait(patience: number): Promise<PoolClient> {
    const start = performance.now()
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const one: Waiting = {
        resolve(client) {
          clearTimeout(timer)
          resolve(client)
        },
        retry: () => {
          clearTimeout(timer)
          const left = patience === 0 ? 0 : Math.max(1, patience - (performance.now() - start))
          this.#fromPool(left).then(resolve, reject)
        },
      }
      this.#waiting.push(one)
      if (patience === 0) return
      timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(one), 1)
        reject(exhausted(this.#pool, start, this.#holders))
      }, patience)
    })
  }

  /** The pool may have room for one more. */
  #wake(): void {
    // It says so while it is about to make it.
    if (this.#waiting.length > 0) queueMicrotask(() => this.#waiting.shift()?.retry())
  }
}

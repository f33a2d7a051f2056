/**
 * Lends the clients of a pool again without the pool's hearing of it: to whoever waits, or to whoever comes within a moment. Of those who
 * wait, several that only read may share one. It is for a pool of which nobody else takes clients.
 */
import type { Pool, PoolClient } from 'pg'
import type { Holder } from './holder.ts'
import { checkOut, exhausted } from './pg-checkout.ts'

/** Milliseconds after which a client goes back to its pool between two loans, which may find that it is too old. */
const longestLoan = 1000
/** Milliseconds that a client is kept at hand. */
const moment = 5
/** How many share a client at most. */
const mostSharers = 8

/** Somebody who waits for a client. */
interface Waiting {
  readonly holder: Holder
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
  /** Clients that came back a moment ago. */
  readonly #spare: PoolClient[] = []
  #giving: NodeJS.Timeout | null = null
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
    return this.#spare.pop() ?? null
  }

  /**
   * Takes a client.
   * @param patience milliseconds that others are waited for; 0 for as long as it takes
   * @throws PoolExhausted when none came free
   */
  take(patience: number, holder: Holder): Promise<PoolClient> {
    const spare = this.takeSpare()
    if (spare !== null) return Promise.resolve(spare)
    const { idleCount, totalCount, waitingCount, options } = this.#pool
    // What is idle, or not opened yet, the pool gives in a later turn.
    const isFull = idleCount + options.max - totalCount <= waitingCount
    return isFull ? this.#wait(patience, holder) : this.#fromPool(patience)
  }

  /**
   * Takes a client back that may be lent again; false when it is to go back to the pool.
   * @param mayShare whether somebody may have the client together with others
   * @param sharing told how many have it, if there are several
   */
  give(
    client: PoolClient,
    now: number,
    mayShare: (holder: Holder) => boolean,
    sharing: (count: number) => void,
  ): boolean {
    const lent = this.#lent.get(client)
    const isDue = lent === undefined || now - lent.last > longestLoan || now - lent.first > this.#maxLifetime
    if (isDue || this.#pool.waitingCount > 0) return false
    const count = this.#sharers(mayShare)
    if (count > 1) sharing(count)
    for (const next of this.#waiting.splice(0, count)) next.resolve(client)
    if (count > 0) return true
    this.#spare.push(client)
    this.#giving ??= setTimeout(() => this.giveSpare(), moment)
    return true
  }

  /**
   * How many of those who wait get the next client, as far as they may: twice its part of them, since the next to come free are few. With
   * its part alone, 32 at a time over 8 took 0.58 of pg's CPU instead of 0.50.
   */
  #sharers(mayShare: (holder: Holder) => boolean): number {
    const waiting = this.#waiting
    const most = Math.min(Math.ceil((2 * waiting.length) / this.#pool.options.max), mostSharers)
    if (most < 2) return most
    const unfit = waiting.slice(0, most).findIndex(({ holder }) => !mayShare(holder))
    return unfit < 0 ? most : Math.max(unfit, 1)
  }

  /** Gives the pool what is its own. */
  giveSpare(): void {
    if (this.#giving !== null) clearTimeout(this.#giving)
    this.#giving = null
    for (const spare of this.#spare.splice(0)) spare.release()
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

  #wait(patience: number, holder: Holder): Promise<PoolClient> {
    const start = performance.now()
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const one: Waiting = {
        holder,
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

import type { Holder, Holders } from './holder.ts'

/** Milliseconds from one look to the next, at most. */
const longestPause = 1000

/** Looks, now and then, for connections that are held without a statement. Its timer keeps no program alive. */
export class IdleWatch {
  readonly #holders: Holders
  readonly #patience: number
  readonly #report: (holder: Holder) => void
  #timer: NodeJS.Timeout | null = null

  /** @param patience milliseconds without a statement; 0 reports none */
  constructor(holders: Holders, patience: number, report: (holder: Holder) => void) {
    this.#holders = holders
    this.#patience = patience
    this.#report = report
  }

  /** Looks from now on, for as long as connections are held: one timer for all that come. */
  start(): void {
    if (this.#timer !== null) return
    const pause = this.#patience === 0 ? longestPause : Math.min(Math.max(this.#patience / 2, 1), longestPause)
    this.#timer = setInterval(() => this.#look(), pause).unref()
  }

  #look(): void {
    if (this.#holders.size === 0) {
      if (this.#timer !== null) clearInterval(this.#timer)
      this.#timer = null
    }
    for (const holder of this.#holders) {
      holder.settle()
      if (this.#patience === 0) continue
      if (holder.kind === 'listen' || holder.isReported || holder.idle < this.#patience) continue
      holder.isReported = true
      this.#report(holder)
    }
  }
}

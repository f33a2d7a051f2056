/** A lock that is given in the order in which it was asked for. */
export class FairLock {
  #isHeld = false
  readonly #waiting: (() => void)[] = []

  /** Holds the lock when it is free, and gives the function that gives it up; null when others hold it. */
  takeNow(): (() => void) | null {
    if (this.#isHeld) return null
    this.#isHeld = true
    return this.#once()
  }

  /** Resolves when the lock is held, to the function that gives it up. */
  async take(): Promise<() => void> {
    if (this.#isHeld) await new Promise<void>(resolve => this.#waiting.push(resolve))
    this.#isHeld = true
    return this.#once()
  }

  /**
   * As `take`, but waits no longer behind somebody who has stopped.
   * @param idle seconds since who holds it did anything
   * @param patience seconds of that, after which to give up
   * @throws what `refuse` gives for the seconds
   */
  takeBehind(idle: () => number, patience: number, refuse: (idle: number) => Error): Promise<() => void> {
    const now = this.takeNow()
    if (now !== null) return Promise.resolve(now)
    return new Promise((resolve, reject) => {
      let waiting = true
      const watch = setInterval(
        () => {
          const seconds = idle()
          if (seconds < patience) return
          waiting = false
          clearInterval(watch)
          reject(refuse(seconds))
        },
        Math.min(1000, patience * 500),
      )
      void this.take().then(giveUp => {
        clearInterval(watch)
        if (waiting) resolve(giveUp)
        else giveUp()
      })
    })
  }

  /**
   * As `take`, but waits no longer than so many milliseconds; 0 for as long as it takes.
   * @throws what `refuse` gives
   */
  takeWithin(patience: number, refuse: () => Error): Promise<() => void> {
    const now = this.takeNow()
    if (now !== null) return Promise.resolve(now)
    if (patience === 0) return this.take()
    return new Promise((resolve, reject) => {
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        reject(refuse())
      }, patience)
      void this.take().then(giveUp => {
        clearTimeout(timer)
        if (isLate) giveUp()
        else resolve(giveUp)
      })
    })
  }

  /** Runs work while the lock is held. */
  async during<Value>(work: () => Promise<Value>): Promise<Value> {
    const giveUp = this.takeNow() ?? (await this.take())
    try {
      return await work()
    } finally {
      giveUp()
    }
  }

  /** Gives the lock up, the first time; it stays held when another waits for it. */
  #once(): () => void {
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      const next = this.#waiting.shift()
      if (next === undefined) this.#isHeld = false
      else next()
    }
  }
}

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

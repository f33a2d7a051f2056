/** A lock that is given in the order in which it was asked for. */
export class FairLock {
  #last: Promise<void> = Promise.resolve()

  /** Resolves when the lock is held, to the function that gives it up. */
  async take(): Promise<() => void> {
    const before = this.#last
    let open = (): void => {}
    this.#last = new Promise(resolve => {
      open = resolve
    })
    await before
    return open
  }

  /** Runs work while the lock is held. */
  async during<Value>(work: () => Promise<Value>): Promise<Value> {
    const giveUp = await this.take()
    try {
      return await work()
    } finally {
      giveUp()
    }
  }
}

/** What is done for one caller on connections that are taken one after the other, until it is given up. */
import type { Connection } from './driver.ts'
import { Holder } from './holder.ts'

/** SQLSTATE `query_canceled`: what a server says of a statement that it was told to give up. */
class GivenUp extends Error {
  readonly code = '57014'
}

export class Call {
  /** For whom connections are taken. */
  readonly holder: Holder
  #current: Connection | null = null
  #canceling: Promise<void> | null = null
  #giveUp: ((error: GivenUp) => void) | null = null
  #state: 'going' | 'given up' = 'going'

  constructor(holder = new Holder('statement')) {
    this.holder = holder
  }

  /**
   * Runs work on a connection that is given back behind it.
   * @param patience milliseconds that a connection is waited for
   * @throws what the work throws; for that of which `isBroken` is true, the connection is closed
   */
  async on<Value>(
    connecting: Promise<Connection>,
    patience: number,
    isBroken: (error: unknown) => error is Error,
    work: (connection: Connection) => Promise<Value>,
  ): Promise<Value> {
    const connection = await this.wait(connecting, patience)
    let broken: Error | undefined
    this.#current = connection
    try {
      return await work(connection)
    } catch (error) {
      if (isBroken(error)) broken = error
      throw error
    } finally {
      this.#current = null
      // What the request might still stop is nobody else's statement.
      await this.#canceling
      connection.release(broken)
    }
  }

  /** Gives it up: on the server, where it has come to one. */
  async cancel(): Promise<void> {
    this.#state = 'given up'
    this.#giveUp?.(new GivenUp())
    this.#canceling = this.#current?.cancel() ?? null
    await this.#canceling
  }

  /** Whether it was given up. */
  get isOver(): boolean {
    return this.#state === 'given up'
  }

  /** Waits for a connection, so many milliseconds. One that comes too late is given back. */
  async wait(connecting: Promise<Connection>, patience: number): Promise<Connection> {
    let timer: NodeJS.Timeout | undefined
    const early = new Promise<never>((_, reject) => {
      this.#giveUp = reject
      if (this.isOver) reject(new GivenUp())
      // Its words are those by which a lost connection is known.
      else if (patience < Infinity)
        timer = setTimeout(() => reject(new Error(`timeout exceeded: no connection after ${patience} ms`)), patience)
    })
    try {
      return await Promise.race([connecting, early])
    } catch (error) {
      connecting.then(
        late => late.release(),
        () => {},
      )
      throw error
    } finally {
      clearTimeout(timer)
      this.#giveUp = null
    }
  }
}

/** A server that follows the primary: whether it can be asked now, and what it answers. */
import { EngineError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import { apart, behind, isLost } from './behind.ts'
import { Call } from './call.ts'
import type { Connection, Driver, Fetched, RowReaders } from './driver.ts'
import type { Holder } from './holder.ts'
import { ReplicaConnection } from './replica-connection.ts'
import type { ServerAddress } from './server-address.ts'
import { factsOf, type ServerFacts } from './server-facts.ts'
import { askReached } from './wal-position.ts'

/** Milliseconds that a connection to a replica is waited for. */
export const patience = 3_000

/** Milliseconds that a replica is left alone: the first time, and the longest. */
const pauses = {
  /** It has not replayed what was written here. */
  behind: [10, 500],
  /** It cannot be reached. */
  lost: [100, 10_000],
  /** It follows nobody any more. */
  promoted: [1_000, 60_000],
} as const

export class Replica {
  readonly driver: Driver
  readonly name: string
  readonly #server: ServerAddress | null
  /** Reads that run on it. */
  running = 0
  #state: 'new' | 'fit' | 'away' = 'new'
  #facts: ServerFacts | null = null
  #until = 0
  #pauses = 0
  #contact: Promise<void> | null = null

  /** @param name as errors have it */
  constructor(driver: Driver, name: string, server: ServerAddress | null) {
    this.driver = driver
    this.name = name
    this.#server = server
  }

  /** Whether it was met and not left since. @param isPatient whether one that was behind counts too */
  isFit(isPatient: boolean): boolean {
    return this.#state === 'fit' && (isPatient || performance.now() >= this.#until)
  }

  /**
   * Meets a server that was not met yet, or was left when its time is over.
   * @param primary what is known of the primary
   * @returns what is to be waited for; null when there is nothing, as for a server that was left
   * @throws EngineError when a new one is no replica of the primary's; what the server says when it refuses the login
   */
  meet(primary: () => Promise<ServerFacts | null>): Promise<void> | null {
    if (this.#state === 'fit' || (this.#state === 'away' && performance.now() < this.#until)) return null
    this.#contact ??= this.#met(primary).finally(() => {
      this.#contact = null
    })
    if (this.#state === 'new') return this.#contact
    this.#contact.catch(() => {})
    return null
  }

  /**
   * Runs statements in one round trip, if it has replayed up to a position.
   * @returns null when it has not; it is left alone for a while, as when it is lost
   * @throws what the server or the connection throws
   */
  async read<Row>(
    statements: readonly Statement[],
    readers: readonly RowReaders<Row>[],
    position: string,
    call: Call,
  ): Promise<Fetched<Row>[] | null> {
    this.running++
    try {
      const { told, answers } = await call.on(this.driver.acquire(call.holder), patience, isLost, connection =>
        // With a snapshot for the whole of a transaction, what it is asked first does not count for what comes next.
        this.#facts?.isolation === 'read committed'
          ? behind(askReached(position), statements, readers, connection)
          : apart(askReached(position), statements, readers, connection),
      )
      const [follows, reached] = told
      if (follows === 't' && reached === 't') {
        this.#pauses = 0
        return answers.map(answer => (this.#server === null ? answer : { ...answer, server: this.#server }))
      }
      this.#leave(follows === 't' ? 'behind' : 'promoted')
      return null
    } catch (error) {
      if (isLost(error)) this.#leave('lost')
      throw error
    } finally {
      this.running--
    }
  }

  /**
   * Lends a connection, if it has replayed up to a position.
   * @returns null when it has not, as in `read`
   */
  async lend(position: string, holder: Holder): Promise<Connection | null> {
    const connection = await new Call(holder).wait(this.driver.acquire(holder), patience).catch(error => {
      if (isLost(error)) this.#leave('lost')
      throw error
    })
    this.running++
    const lent = new ReplicaConnection(connection, wasLost => {
      this.running--
      if (wasLost) this.#leave('lost')
    })
    try {
      const [follows, reached] = (await lent.run(askReached(position))).rows[0] ?? []
      if (follows === 't' && reached === 't') return lent
      this.#leave(follows === 't' ? 'behind' : 'promoted')
      lent.release()
      return null
    } catch (error) {
      lent.release(error as Error)
      throw error
    }
  }

  /** Leaves it, for longer each time, and not all at once with others. */
  #leave(why: keyof typeof pauses): void {
    const [first, longest] = pauses[why]
    if (why !== 'behind') this.#state = 'away'
    const pause = Math.min(first * 2 ** this.#pauses++, longest)
    this.#until = performance.now() + pause * (0.5 + Math.random() / 2)
  }

  async #met(primary: () => Promise<ServerFacts | null>): Promise<void> {
    const isNew = this.#state === 'new'
    try {
      const facts = await factsOf(this.driver, patience)
      const { system } = (await primary()) ?? { system: null }
      const isOther = system !== null && facts.system !== null && system !== facts.system
      if (isNew && isOther) throw new EngineError('otherCluster', [this.name])
      if (isNew && !facts.follows) throw new EngineError('notAReplica', [this.name])
      if (isOther || !facts.follows) return this.#leave('promoted')
      this.#facts = facts
      this.#state = 'fit'
    } catch (error) {
      // One that does not let the program in has to be told of, and is not got over by waiting.
      if (isNew && !isLost(error)) throw error
      this.#leave('lost')
    }
  }
}

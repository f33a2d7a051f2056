/**
 * A primary and its replicas as one driver. What only reads may run on a replica, where that has replayed what was written here; all
 * else, and what a replica does not answer, runs on the primary.
 */
import { EngineError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import { behind, causeOf, isLost } from './behind.ts'
import { Call } from './call.ts'
import {
  type Connection,
  type Driver,
  type Fetched,
  type Notification,
  PipelineFailure,
  type RowReaders,
  type Use,
} from './driver.ts'
import { Holder, type Holders } from './holder.ts'
import { effectOf, noteWriter } from './plain-read.ts'
import { patience, type Replica } from './replica.ts'
import { type Reading, RoutedConnection } from './routed-connection.ts'
import type { ServerAddress } from './server-address.ts'
import { factsOf, type ServerFacts } from './server-facts.ts'
import { TrackedConnection } from './tracked-connection.ts'
import { askPosition, OwnWrites } from './wal-position.ts'

/** Milliseconds that replicas are given to replay what was written when the primary cannot answer, and between looks at them. */
const [grace, look] = [1_000, 20]
/** SQLSTATEs: the server was told to give a statement up; it takes none that write. */
const [canceled, readOnly] = ['57014', '25006']

export class ReplicatedDriver implements Driver, Reading {
  readonly name = 'pg'
  readonly server: ServerAddress | null
  readonly #primary: Driver
  readonly #replicas: readonly Replica[]
  readonly #writes = new OwnWrites()
  #facts: Promise<ServerFacts | null> | null = null
  /** Where the next round begins, so that replicas that are equally idle take turns. */
  #turn = 0

  constructor(primary: Driver, replicas: readonly Replica[], server: ServerAddress | null) {
    this.#primary = primary
    this.#replicas = replicas
    this.server = server
  }

  async acquire(holder = new Holder('statement'), use: Use = 'primary'): Promise<Connection> {
    // Each server is asked by itself.
    holder.only = null
    if (use === 'primary') return await this.#tracked(holder)
    if (use === 'reading') return (await this.#lent(holder)) ?? (await this.#tracked(holder))
    return new RoutedConnection(this, use, holder, () => this.#tracked(holder))
  }

  listen(
    channel: string,
    hear: (one: Notification) => void,
    lost: (isDisposed: boolean) => void,
  ): Promise<() => Promise<void>> {
    return this.#primary.listen(channel, hear, lost)
  }

  /** Reaches the primary, or throws; a replica that cannot be reached is left for a while. */
  async warmUp(): Promise<void> {
    await this.#primary.warmUp()
    await Promise.allSettled(this.#replicas.map(({ driver }) => driver.warmUp()))
    await this.#meet()
  }

  get holders(): Holders {
    const drivers = [this.#primary, ...this.#replicas.map(({ driver }) => driver)]
    return {
      get size() {
        return drivers.reduce((sum, { holders }) => sum + holders.size, 0)
      },
      *[Symbol.iterator]() {
        for (const { holders } of drivers) yield* holders
      },
    }
  }

  async dispose(): Promise<void> {
    const closing = [this.#primary, ...this.#replicas.map(({ driver }) => driver)].map(driver => driver.dispose())
    // All are closed, whatever becomes of one.
    await Promise.allSettled(closing)
    await Promise.all(closing)
  }

  /**
   * Runs statements that read, in one round trip, on the server that is best asked.
   * @throws PipelineFailure with the place of the one that failed
   */
  async read<Row>(
    statements: readonly Statement[],
    readers: readonly RowReaders<Row>[],
    call: Call,
  ): Promise<Fetched<Row>[]> {
    const refusal = { error: null as unknown }
    const given = await this.#fromReplicas(statements, readers, call, false, refusal)
    if (given !== null) return given
    try {
      return await this.#fromPrimary(statements, readers, call)
    } catch (error) {
      if (!isLost(error)) throw error
      // What the primary would have said of it, too.
      if (refusal.error !== null) throw refusal.error
      return await this.#withoutPrimary(statements, readers, call, error)
    }
  }

  /** Null when no replica can answer. @param refusal takes what a replica said of the statement */
  async #fromReplicas<Row>(
    statements: readonly Statement[],
    readers: readonly RowReaders<Row>[],
    call: Call,
    isPatient: boolean,
    refusal: { error: unknown },
  ): Promise<Fetched<Row>[] | null> {
    if (this.#writes.position === null) return null
    await this.#meet()
    const tried = new Set<Replica>()
    for (;;) {
      const { position } = this.#writes
      const replica = position === null ? null : this.#idlest(tried, isPatient)
      if (replica === null || position === null) return null
      tried.add(replica)
      try {
        const given = await replica.read(statements, readers, position, call)
        if (given !== null) return given
      } catch (error) {
        if (call.isOver || sqlStateOf(error) === canceled || error instanceof EngineError) throw error
        if (isLost(error)) continue
        const failed = statements[error instanceof PipelineFailure ? (error.index ?? 0) : 0]
        if (failed !== undefined && sqlStateOf(error) === readOnly) noteWriter(failed.text)
        // It may know less than the primary, or be in the way of what it replays; or the statement was no read.
        refusal.error = error
        return null
      }
    }
  }

  /** A connection to a replica that has what was written here; null when there is none. */
  async #lent(holder: Holder): Promise<Connection | null> {
    if (this.#writes.position === null) await this.#ask()
    await this.#meet()
    const tried = new Set<Replica>()
    for (;;) {
      const { position } = this.#writes
      const replica = position === null ? null : this.#idlest(tried, false)
      if (replica === null || position === null) return null
      tried.add(replica)
      try {
        const lent = await replica.lend(position, holder)
        if (lent !== null) return lent
      } catch (error) {
        if (error instanceof EngineError) throw error
      }
    }
  }

  /** Asks the primary how far the log is. */
  async #ask(): Promise<void> {
    const { count } = this.#writes
    const asking = new Call().on(this.#primary.acquire(), Infinity, isLost, one => one.run(askPosition))
    this.#writes.learn(count, (await asking).rows[0]?.[0] ?? null)
  }

  async #meet(): Promise<void> {
    const meeting = this.#replicas.map(replica => replica.meet(() => this.#primaryFacts())).filter(one => one !== null)
    if (meeting.length > 0) await Promise.all(meeting)
  }

  async #fromPrimary<Row>(
    statements: readonly Statement[],
    readers: readonly RowReaders<Row>[],
    call: Call,
  ): Promise<Fetched<Row>[]> {
    const isRead = statements.every(({ text }) => effectOf(text) === 'read')
    const { count, position } = this.#writes
    // What only reads needs no telling.
    const connecting = isRead ? this.#primary.acquire(call.holder) : this.#tracked(call.holder)
    return await call.on(connecting, Infinity, isLost, async connection => {
      if (position !== null || !isRead) {
        const [only] = statements
        // A statement by itself is no transaction of several.
        if (statements.length !== 1 || only === undefined) return await connection.pipeline(statements, readers)
        return [await connection.fetch(only, readers[0] as RowReaders<Row>)]
      }
      const { told, answers } = await behind(askPosition, statements, readers, connection)
      this.#writes.learn(count, told[0] ?? null)
      return answers
    })
  }

  /** Replicas answer for a primary that is gone, once they have what was written to it. @throws the primary's error */
  async #withoutPrimary<Row>(
    statements: readonly Statement[],
    readers: readonly RowReaders<Row>[],
    call: Call,
    lost: unknown,
  ): Promise<Fetched<Row>[]> {
    const refusal = { error: null as unknown }
    const until = performance.now() + grace
    while (this.#writes.position !== null && this.#replicas.some(replica => replica.isFit(true))) {
      const given = await this.#fromReplicas(statements, readers, call, true, refusal)
      if (given !== null) return given
      if (refusal.error !== null) throw refusal.error
      if (performance.now() > until || call.isOver) break
      await new Promise(resolve => setTimeout(resolve, look))
    }
    throw lost
  }

  /** The fit replica with the fewest reads that was not tried. */
  #idlest(tried: ReadonlySet<Replica>, isPatient: boolean): Replica | null {
    const start = this.#turn++
    let best: Replica | null = null
    for (let step = 0; step < this.#replicas.length; step++) {
      const replica = this.#replicas[(start + step) % this.#replicas.length]
      if (replica === undefined || tried.has(replica) || !replica.isFit(isPatient)) continue
      if (best === null || replica.running < best.running) best = replica
    }
    return best
  }

  async #tracked(holder: Holder): Promise<Connection> {
    return new TrackedConnection(await this.#primary.acquire(holder), () => this.#writes.wrote())
  }

  /** What is known of the primary; null while it cannot be reached. */
  async #primaryFacts(): Promise<ServerFacts | null> {
    this.#facts ??= factsOf(this.#primary, patience).catch((error: unknown) => {
      this.#facts = null
      if (isLost(error)) return null
      throw error
    })
    return await this.#facts
  }
}

function sqlStateOf(error: unknown): unknown {
  const cause = causeOf(error)
  return cause instanceof Error && 'code' in cause ? cause.code : null
}

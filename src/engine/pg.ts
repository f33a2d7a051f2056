/** A server, through node-postgres and its pool. The only file that loads `pg`. */
import { Socket } from 'node:net'
import type { ClientConfig, Pool, PoolClient } from 'pg'
import { EngineError } from '../base/errors.ts'
import { quote } from '../base/identifier.ts'
import type { Connection, Driver, Notification } from './driver.ts'
import { sessionSettings } from './driver.ts'
import { Holder } from './holder.ts'
import { optionalPackage } from './optional-package.ts'
import { cancelOn } from './pg-cancel.ts'
import { answers, checkOut, whileStarting } from './pg-checkout.ts'
import { Lending } from './pg-lending.ts'
import { directSocket } from './pg-socket.ts'
import { OrdinaryConnection } from './pg-ordinary.ts'
import { PgWire } from './pg-wire.ts'
import { effectOf } from './plain-read.ts'
import { type PoolOptions, type PoolSettings, poolSettings } from './pool-options.ts'
import { type ServerAddress, serverAddress } from './server-address.ts'
import { WireConnection } from './wire-connection.ts'

/** Connections whose settings were made sure of; null for those that pg keeps to itself. Engines over one pool share them. */
const wires = new WeakMap<PoolClient, PgWire | null>()

/** A driver over a pool of node-postgres: made from a URL at the first statement, or one that exists already. */
export class PgDriver implements Driver {
  readonly name = 'pg'
  readonly server: ServerAddress | null
  readonly holders = new Set<Holder>()
  readonly #given: Pool | null
  readonly #open: () => Promise<Pool>
  readonly #names: boolean
  readonly #settings: PoolSettings
  #pool: Promise<Pool> | null = null
  #ready: Pool | null = null
  /** Of a pool of our own. */
  #lending: Lending | null = null
  #disposed = false
  /** Ends those who listen. */
  readonly #listening = new Set<() => void>()

  /**
   * @param names whether statements are kept prepared under names, which a pooler that shares out transactions loses
   * @throws EngineError for options that are none
   */
  constructor(target: string | Pool, options: PoolOptions = {}, names = true) {
    this.server = serverAddress(target)
    this.#settings = poolSettings(options, typeof target !== 'string')
    this.#given = typeof target === 'string' ? null : target
    this.#open = async () => (typeof target === 'string' ? openPool(target, this.#settings) : target)
    this.#names = names
  }

  acquire(holder = new Holder('statement')): Promise<Connection> {
    return this.#client(holder, async client => {
      const known = wires.get(client)
      const settled = known === undefined || known?.isSettled === false ? await settle(client, known ?? null) : known
      if (settled === null) return new OrdinaryConnection(client, holder, () => this.holders.delete(holder))
      return this.#connection(client, settled, holder)
    })
  }

  atHand(holder: Holder): Connection | null {
    const spare = this.#lending?.takeSpare()
    const wire = spare ? wires.get(spare) : null
    if (!spare || !wire) return null
    const isFresh = performance.now() - wire.usedAt <= this.#settings.checkAfterIdle
    if (wire.isGone || !isFresh) {
      spare.release(wire.isGone ? (wire.lost ?? true) : undefined)
      return null
    }
    this.holders.add(holder)
    return this.#connection(spare, wire, holder)
  }

  #connection(client: PoolClient, wire: PgWire, holder: Holder): Connection {
    return new PgConnection(client, wire, this.#names, holder, broken => {
      this.holders.delete(holder)
      const error = broken ?? wire.lost
      if (--wire.sharers === 0) this.#takeBack(client, wire, error ?? undefined)
    })
  }

  #takeBack(client: PoolClient, wire: PgWire, error: Error | undefined): void {
    if (wire.isUnwanted && !error) {
      wire.onIdle = () => this.#takeBack(client, wire, wire.lost ?? undefined)
      return
    }
    wire.sharers = 1
    wire.usedAt = performance.now()
    const isFit = !error && !wire.isGone && !wire.wire.isInTransaction && wire.isSettled && !this.#disposed
    if (
      isFit &&
      this.#lending?.give(
        client,
        wire.usedAt,
        one => isQuickRead(one, wire),
        count => wire.gather(count),
      )
    )
      return
    client.release(error)
  }

  /** As many at once, since each that comes back early would be lent again. */
  async warmUp(): Promise<void> {
    const wanted = Array.from({ length: Math.max(this.#settings.min, 1) }, () => this.acquire())
    const made = await Promise.allSettled(wanted)
    for (const one of made) if (one.status === 'fulfilled') one.value.release()
    for (const one of made) if (one.status === 'rejected') throw one.reason
  }

  /** Takes a client for a holder and makes of it what is used; waits for a server that starts. */
  #client<Made>(holder: Holder, use: (client: PoolClient) => Promise<Made>): Promise<Made> {
    const once = async (): Promise<Made> => {
      const client = await this.#living(holder)
      this.holders.add(holder)
      try {
        return await use(client)
      } catch (error) {
        this.holders.delete(holder)
        throw error
      }
    }
    const { waitForServer } = this.#settings
    return waitForServer === 0 ? once() : whileStarting(waitForServer, once)
  }

  /** A client that, as far as is known, has a server. */
  async #living(holder: Holder): Promise<PoolClient> {
    const { acquireTimeout, checkAfterIdle, connectTimeout } = this.#settings
    for (;;) {
      if (this.#disposed) throw new EngineError('engineDisposed', [])
      const pool = this.#ready ?? (await this.#opened())
      // While the pool was being made.
      if (this.#disposed) throw new EngineError('engineDisposed', [])
      const client = await (this.#lending?.take(acquireTimeout, holder) ?? checkOut(pool, acquireTimeout, this.holders))
      const wire = wires.get(client) ?? null
      if (wire === null) return client
      const isFresh = performance.now() - wire.usedAt <= checkAfterIdle
      if (!wire.isGone && (isFresh || (await answers(client, connectTimeout)))) return client
      // The next one may be as dead as this; the last is a new one.
      if (--wire.sharers === 0) client.release(wire.lost ?? true)
    }
  }

  /** On a connection of its own for as long as it takes. */
  async listen(
    channel: string,
    hear: (one: Notification) => void,
    lost: (isDisposed: boolean) => void,
  ): Promise<() => Promise<void>> {
    if (this.#disposed) throw new EngineError('engineDisposed', [])
    const holder = new Holder('listen')
    const client = await this.#client(holder, async one => one)
    let isOver = false
    const onNotification = ({ channel: from, payload = '' }: { channel: string; payload?: string }): void => {
      if (from === channel) hear({ channel, payload })
    }
    // Whatever the connection was used for, it is not used again: it may listen on, or be gone.
    const stop = async (): Promise<void> => {
      if (isOver) return
      isOver = true
      this.#listening.delete(disposal)
      this.holders.delete(holder)
      client.off('notification', onNotification)
      client.release(true)
    }
    const disposal = (): void => {
      void stop()
      lost(true)
    }
    const onLost = (): void => {
      if (isOver) return
      void stop()
      lost(false)
    }
    client.on('error', onLost)
    client.on('end', onLost)
    client.on('notification', onNotification)
    try {
      await client.query(`listen ${quote(channel)}`)
    } catch (error) {
      await stop()
      throw error
    }
    this.#listening.add(disposal)
    return stop
  }

  async #opened(): Promise<Pool> {
    this.#pool ??= this.#open()
    this.#pool.catch(() => (this.#pool = null))
    const pool = await this.#pool
    if (this.#given === null) this.#lending ??= new Lending(pool, this.holders, this.#settings.maxLifetime)
    this.#ready = pool
    return pool
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    for (const end of this.#listening) end()
    this.#lending?.giveSpare()
    if (this.#given === null && this.#pool !== null) await (await this.#pool).end()
  }
}

async function openPool(url: string, settings: PoolSettings): Promise<Pool> {
  const { Client, Pool } = await optionalPackage('pg', () => import('pg'))
  const { max, min, connectTimeout, idleTimeout, maxLifetime } = settings
  // The pool would take this as its bound for a free connection, too.
  class BoundClient extends Client {
    constructor(config: ClientConfig) {
      super({ ...config, connectionTimeoutMillis: connectTimeout, stream: socketFor })
    }
  }
  const pool = new Pool({
    connectionString: url,
    max,
    min,
    idleTimeoutMillis: idleTimeout,
    maxLifetimeSeconds: maxLifetime / 1000,
    // The types of pg say an instance where the pool wants the class.
    Client: BoundClient as never,
  })
  // Without a listener, a server that closes an idle connection ends the process; the pool has dropped it already.
  pool.on('error', () => {})
  return pool
}

/** Whether all that a connection is wanted for is a statement that reads, and took no time on this one the last times. */
function isQuickRead({ only }: Holder, { wire }: PgWire): boolean {
  return only !== null && wire.prepared.isQuick(only) && effectOf(only) === 'read'
}

/** TLS reads by itself what arrives on a socket. pg says whether it is wanted, which its types do not. */
function socketFor(config: { readonly ssl?: unknown } = {}): Socket {
  return config.ssl ? new Socket() : directSocket()
}

/** Makes sure of the settings that decoding relies on, and takes a share in a connection that is new. */
async function settle(client: PoolClient, known: PgWire | null): Promise<PgWire | null> {
  // A connection lost meanwhile is an event that nobody else awaits.
  const ignore = (): void => {}
  client.on('error', ignore)
  try {
    if (known !== null) {
      await client.query(sessionSettings.text)
      known.isSettled = true
      return known
    }
    const wire = await PgWire.attach(client, sessionSettings.text)
    wires.set(client, wire)
    return wire
  } catch (error) {
    client.release(error as Error)
    throw error
  } finally {
    client.off('error', ignore)
  }
}

class PgConnection extends WireConnection {
  readonly #client: PoolClient
  readonly #wire: PgWire
  readonly #done: (broken: Error | undefined) => void

  /** @param done takes the client back */
  constructor(
    client: PoolClient,
    wire: PgWire,
    names: boolean,
    holder: Holder,
    done: (broken: Error | undefined) => void,
  ) {
    super(wire.wire, names, holder)
    this.#client = client
    this.#wire = wire
    this.#done = done
  }

  cancel(): Promise<void> {
    return cancelOn(this.#client)
  }

  hold<Value>(work: () => Promise<Value>): Promise<Value> {
    return work()
  }

  protected override begin(): void {
    if (this.#wire.lost !== null) throw this.#wire.lost
  }

  protected override giveBack(broken: Error | undefined): void {
    this.#done(broken)
  }
}

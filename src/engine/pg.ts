/** A server, through node-postgres and its pool. The only file that loads `pg`. */
import type { Pool, PoolClient } from 'pg'
import { EngineError } from '../base/errors.ts'
import { quote } from '../base/identifier.ts'
import type { Connection, Driver, Notification } from './driver.ts'
import { sessionSettings } from './driver.ts'
import { optionalPackage } from './optional-package.ts'
import { cancelOn } from './pg-cancel.ts'
import { OrdinaryConnection } from './pg-ordinary.ts'
import { PgWire } from './pg-wire.ts'
import { WireConnection } from './wire-connection.ts'

/** The pool's own settings, as `pg` names them. */
export interface PgOptions {
  /** Most connections at a time; 10 unless stated. */
  readonly max?: number
  readonly connectionTimeoutMillis?: number
  readonly idleTimeoutMillis?: number
}

/** Connections whose settings were made sure of; null for those that pg keeps to itself. Engines over one pool share them. */
const wires = new WeakMap<PoolClient, PgWire | null>()

/** A driver over a pool of node-postgres: made from a URL at the first statement, or one that exists already. */
export class PgDriver implements Driver {
  readonly name = 'pg'
  readonly #given: Pool | null
  readonly #open: () => Promise<Pool>
  readonly #names: boolean
  #pool: Promise<Pool> | null = null
  #ready: Pool | null = null
  #disposed = false
  /** Ends those who listen. */
  readonly #listening = new Set<() => void>()

  /** @param names whether statements are kept prepared under names, which a pooler that shares out transactions loses */
  constructor(target: string | Pool, options: PgOptions = {}, names = true) {
    this.#given = typeof target === 'string' ? null : target
    this.#open = async () => (typeof target === 'string' ? openPool(target, options) : target)
    this.#names = names
  }

  async acquire(): Promise<Connection> {
    if (this.#disposed) throw new EngineError('engineDisposed', [])
    const client = await this.#client()
    const known = wires.get(client)
    const wire = known === undefined || known?.isSettled === false ? await settle(client, known ?? null) : known
    return wire === null ? new OrdinaryConnection(client) : new PgConnection(client, wire, this.#names)
  }

  async #client(): Promise<PoolClient> {
    const pool = this.#ready ?? (await this.#opened())
    // While the pool was being made.
    if (this.#disposed) throw new EngineError('engineDisposed', [])
    return connect(pool)
  }

  /** On a connection of its own for as long as it takes. */
  async listen(
    channel: string,
    hear: (one: Notification) => void,
    lost: (isDisposed: boolean) => void,
  ): Promise<() => Promise<void>> {
    if (this.#disposed) throw new EngineError('engineDisposed', [])
    const client = await this.#client()
    let isOver = false
    const onNotification = ({ channel: from, payload = '' }: { channel: string; payload?: string }): void => {
      if (from === channel) hear({ channel, payload })
    }
    // Whatever the connection was used for, it is not used again: it may listen on, or be gone.
    const stop = async (): Promise<void> => {
      if (isOver) return
      isOver = true
      this.#listening.delete(disposal)
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
    this.#ready = await this.#pool
    return this.#ready
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    for (const end of this.#listening) end()
    if (this.#given === null && this.#pool !== null) await (await this.#pool).end()
  }
}

async function openPool(url: string, options: PgOptions): Promise<Pool> {
  const { Pool } = await optionalPackage('pg', () => import('pg'))
  const pool = new Pool({ connectionString: url, ...options })
  // Without a listener, a server that closes an idle connection ends the process; the pool has dropped it already.
  pool.on('error', () => {})
  return pool
}

function connect(pool: Pool): Promise<PoolClient> {
  // The promise of pg takes a stack for each error, which ours have from where they are thrown.
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown): void => {
      const code = error instanceof Error && 'code' in error ? error.code : null
      // The error of `new URL` repeats its input, with the password.
      reject(code === 'ERR_INVALID_URL' ? new EngineError('malformedAddress', []) : error)
    }
    try {
      pool.connect((error, client) => {
        if (client === undefined) refuse(error)
        else resolve(client)
      })
    } catch (error) {
      refuse(error)
    }
  })
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

  constructor(client: PoolClient, wire: PgWire, names: boolean) {
    super(wire.wire, names)
    this.#client = client
    this.#wire = wire
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

  protected override end(): void {}

  protected override giveBack(broken: Error | undefined): void {
    this.#client.release(broken ?? this.#wire.lost ?? undefined)
  }
}

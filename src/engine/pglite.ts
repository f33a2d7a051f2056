/**
 * Postgres in this process, through PGlite. The only file that loads it. PGlite has one connection, so acquiring is
 * waiting in line for it.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { PGlite, PGliteOptions } from '@electric-sql/pglite'
import { EngineError } from '../base/errors.ts'
import { quote } from '../base/identifier.ts'
import { type Connection, type Driver, type Notification, sessionSettings } from './driver.ts'
import { FairLock } from './fair-lock.ts'
import { Holder } from './holder.ts'
import { openFolder } from './open-folder.ts'
import { optionalPackage } from './optional-package.ts'
import { pgliteExtensions } from './pglite-extensions.ts'
import { PgliteWire } from './pglite-wire.ts'
import { PoolExhausted } from './pool-exhausted.ts'
import { poolDefaults } from './pool-options.ts'
import { WireConnection } from './wire-connection.ts'

interface Opened {
  readonly database: PGlite
  readonly wire: PgliteWire
  /** Lets go of the folder that it is in. */
  readonly leave: () => void
}

/** A driver over one PGlite: made in memory or in a folder at the first statement, or one that exists already. */
export class PgliteDriver implements Driver {
  readonly name = 'pglite'
  readonly #given: PGlite | null
  readonly #open: () => Promise<Opened>
  #opened: Promise<Opened> | null = null
  #disposed = false
  /** What ends those who listen, with their channels. */
  readonly #listening = new Map<() => void, string>()
  readonly #acquireTimeout: number
  readonly #names: boolean
  readonly #line = new FairLock()
  readonly #inside = new AsyncLocalStorage<PgliteConnection>()
  /** Of the one connection: none or one. */
  readonly holders = new Set<Holder>()

  /**
   * @param acquireTimeout milliseconds that the connection is waited for; 0 for as long as it takes
   * @param names whether statements are kept prepared under names
   * @param extensions those that are at hand besides those that the database has, where it is opened here
   */
  constructor(
    target: string | null | PGlite,
    acquireTimeout = poolDefaults.acquireTimeout,
    names = true,
    extensions: readonly string[] = [],
  ) {
    this.#acquireTimeout = acquireTimeout
    this.#names = names
    this.#given = typeof target === 'object' ? target : null
    this.#open = () => open(target, extensions, acquireTimeout)
  }

  async acquire(holder = new Holder('statement')): Promise<Connection> {
    if (this.#disposed) throw new EngineError('engineDisposed', [])
    if (this.#inside.getStore()?.isHeld) throw new EngineError('insideTransaction', [])
    // Opening it has no part in the wait for others.
    this.#opened ??= this.#open()
    this.#opened.catch(() => (this.#opened = null))
    const opened = await this.#opened
    const start = performance.now()
    const leave = await this.#line.takeWithin(
      this.#acquireTimeout,
      () => new PoolExhausted(performance.now() - start, 1, this.holders),
    )
    try {
      if (this.#disposed) throw new EngineError('engineDisposed', [])
      const unlock = await exclusive(opened.database)
      const connection = new PgliteConnection(opened.wire, this.#names, this.#inside, holder, () => {
        this.holders.delete(holder)
        unlock()
        leave()
      })
      this.holders.add(holder)
      if (!opened.wire.isSettled) await settle(opened.wire, connection)
      return connection
    } catch (error) {
      leave()
      throw error
    }
  }

  /** On the one connection, which others go on using. */
  async listen(
    channel: string,
    hear: (one: Notification) => void,
    lost: (isDisposed: boolean) => void,
  ): Promise<() => Promise<void>> {
    await this.#say(`listen ${quote(channel)}`)
    const { database } = (await this.#opened) as Opened
    const off = database.onNotification((from, payload) => {
      if (from === channel) hear({ channel, payload })
    })
    const disposal = (): void => {
      off()
      lost(true)
    }
    this.#listening.set(disposal, channel)
    return async () => {
      if (!this.#listening.delete(disposal)) return
      off()
      if (this.#disposed || [...this.#listening.values()].includes(channel)) return
      await this.#say(`unlisten ${quote(channel)}`)
    }
  }

  async warmUp(): Promise<void> {
    const connection = await this.acquire()
    connection.release()
  }

  async #say(text: string): Promise<void> {
    const connection = await this.acquire()
    try {
      await connection.run({ text, values: [] })
    } finally {
      connection.release()
    }
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    for (const end of this.#listening.keys()) end()
    this.#listening.clear()
    if (this.#opened === null) return
    const { database, wire, leave } = await this.#opened
    if (database.closed) return leave()
    if (this.#given === null) return database.close().finally(leave)
    // Whoever still holds the connection goes on with it.
    if (this.holders.size > 0) return
    const unlock = await exclusive(database)
    await wire.wire.forgetAll().finally(unlock)
  }
}

function load(): Promise<typeof import('@electric-sql/pglite')> {
  return optionalPackage('@electric-sql/pglite', () => import('@electric-sql/pglite'))
}

/**
 * A database that the caller closes, in memory unless the options say otherwise.
 * @param extensions those that are at hand
 */
export async function startPglite(options?: PGliteOptions, extensions: readonly string[] = []): Promise<PGlite> {
  const { PGlite } = await load()
  return await PGlite.create({ ...options, extensions: await pgliteExtensions(extensions) })
}

/** The one in a folder, with the extensions that it has. */
async function inFolder(folder: string, extensions: readonly string[]): Promise<PGlite> {
  const database = await startPglite({ dataDir: folder }, extensions)
  const { rows } = await database.query<{ extname: string }>(
    `select extname from pg_extension where extname <> 'plpgsql'`,
  )
  const missing = rows.map(({ extname }) => extname).filter(name => !extensions.includes(name))
  if (missing.length === 0) return database
  // Which it has it says once it is open, and they are taken when it is opened alone.
  await database.close()
  return await startPglite({ dataDir: folder }, [...extensions, ...missing])
}

/** The version of PGlite, and the folder `node_modules` that it is in; null where it is not to be found as files. */
export function pgliteHome(): { readonly version: string; readonly modules: string } | null {
  try {
    const main = createRequire(import.meta.url).resolve('@electric-sql/pglite')
    const root = dirname(dirname(main))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    return typeof version === 'string' ? { version, modules: dirname(dirname(root)) } : null
  } catch {
    return null
  }
}

async function open(target: string | null | PGlite, extensions: readonly string[], patience: number): Promise<Opened> {
  const { protocol } = await load()
  const [database, leave] =
    typeof target === 'string'
      ? await openFolder(target, patience, () => inFolder(target, extensions))
      : [target ?? (await startPglite({}, extensions)), () => {}]
  await database.waitReady
  return { database, wire: new PgliteWire(database, protocol), leave }
}

/** Makes sure of the settings that decoding relies on. */
async function settle(wire: PgliteWire, connection: Connection): Promise<void> {
  try {
    await connection.run(sessionSettings)
    wire.isSettled = true
  } catch (error) {
    connection.release()
    throw error
  }
}

/**
 * Keeps everybody else who uses the same instance out, until the function it resolves to is called. `runExclusive` would
 * let us in between the statements of a transaction that somebody else has begun with `PGlite.transaction`.
 */
function exclusive(database: PGlite): Promise<() => void> {
  return new Promise((resolve, reject) => {
    database._runExclusiveTransaction(() => new Promise<void>(unlock => resolve(unlock))).catch(reject)
  })
}

class PgliteConnection extends WireConnection {
  readonly #inside: AsyncLocalStorage<PgliteConnection>
  readonly #done: () => void

  constructor(
    { wire }: PgliteWire,
    names: boolean,
    inside: AsyncLocalStorage<PgliteConnection>,
    holder: Holder,
    done: () => void,
  ) {
    super(wire, names, holder)
    this.#inside = inside
    this.#done = done
  }

  /** It runs in this thread: nobody could ask it to stop. */
  async cancel(): Promise<void> {}

  hold<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.#inside.run(this, work)
  }

  protected override begin(): void {}

  protected override giveBack(): void {
    this.#done()
  }
}

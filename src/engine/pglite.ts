/**
 * Postgres in this process, through PGlite. The only file that loads it. PGlite has one connection, so acquiring is
 * waiting in line for it.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { PGlite, protocol } from '@electric-sql/pglite'
import { EngineError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import { type Connection, type Driver, type RawField, type RawResult, maxValues, sessionSettings } from './driver.ts'
import { FairLock } from './fair-lock.ts'
import { optionalPackage } from './optional-package.ts'

type Serialize = typeof protocol.serialize
type Message = Awaited<ReturnType<PGlite['execProtocolStream']>>[number]
type Described = InstanceType<typeof protocol.messages.RowDescriptionMessage>
type Data = InstanceType<typeof protocol.messages.DataRowMessage>
type Completed = InstanceType<typeof protocol.messages.CommandCompleteMessage>
interface Opened {
  readonly database: PGlite
  readonly serialize: Serialize
}

/** A driver over one PGlite: made in memory or in a folder at the first statement, or one that exists already. */
export class PgliteDriver implements Driver {
  readonly name = 'pglite'
  readonly #given: PGlite | null
  readonly #open: () => Promise<Opened>
  #opened: Promise<Opened> | null = null
  #disposed = false
  readonly #patience: number
  readonly #line = new FairLock()
  readonly #inside = new AsyncLocalStorage<PgliteConnection>()
  #holder: PgliteConnection | null = null

  /** @param patience seconds the connection may be held without a statement while others wait, before they give up */
  constructor(target: string | null | PGlite, patience = 30) {
    this.#patience = patience
    this.#given = typeof target === 'object' ? target : null
    this.#open = () => open(target)
  }

  async acquire(): Promise<Connection> {
    if (this.#disposed) throw new EngineError('engineDisposed', [])
    if (this.#inside.getStore()?.held) throw new EngineError('insideTransaction', [])
    const leave = await this.#turn()
    try {
      if (this.#disposed) throw new EngineError('engineDisposed', [])
      this.#opened ??= this.#open()
      this.#opened.catch(() => (this.#opened = null))
      const opened = await this.#opened
      const unlock = await exclusive(opened.database)
      const connection = new PgliteConnection(opened, this.#inside, () => {
        this.#holder = null
        unlock()
        leave()
      })
      this.#holder = connection
      return connection
    } catch (error) {
      leave()
      throw error
    }
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    if (this.#opened === null) return
    const { database } = await this.#opened
    if (this.#given === null && !database.closed) await database.close()
  }

  /** Waits in line, but not for ever behind somebody who has stopped. */
  #turn(): Promise<() => void> {
    return new Promise((resolve, reject) => {
      let waiting = true
      const watch = setInterval(
        () => {
          const idle = this.#holder?.idleSeconds ?? 0
          if (idle < this.#patience) return
          waiting = false
          clearInterval(watch)
          reject(new EngineError('connectionHeld', [String(Math.floor(idle))]))
        },
        Math.min(1000, this.#patience * 500),
      )
      void this.#line.take().then(leave => {
        clearInterval(watch)
        if (waiting) resolve(leave)
        else leave()
      })
    })
  }
}

async function open(target: string | null | PGlite): Promise<Opened> {
  const { PGlite, protocol } = await optionalPackage('@electric-sql/pglite', () => import('@electric-sql/pglite'))
  const database = typeof target === 'object' && target !== null ? target : new PGlite(target ?? undefined)
  await database.waitReady
  const { serialize } = protocol
  await database._runExclusiveTransaction(() =>
    database.execProtocolStream(serialize.query(sessionSettings.text)).then(() => undefined),
  )
  return { database, serialize }
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

class PgliteConnection implements Connection {
  readonly #opened: Opened
  readonly #inside: AsyncLocalStorage<PgliteConnection>
  readonly #done: () => void
  readonly #order = new FairLock()
  #running = 0
  #since = performance.now()
  held = true

  constructor(opened: Opened, inside: AsyncLocalStorage<PgliteConnection>, done: () => void) {
    this.#opened = opened
    this.#inside = inside
    this.#done = done
  }

  /** Seconds since its last statement; 0 while one runs. */
  get idleSeconds(): number {
    return this.#running > 0 ? 0 : (performance.now() - this.#since) / 1000
  }

  async run(statement: Statement): Promise<RawResult> {
    if (!this.held) throw new EngineError('connectionReleased', [])
    if (statement.values.length > maxValues) throw new EngineError('tooManyValues', [String(statement.values.length)])
    this.#running++
    try {
      const messages = await this.#order.during(() =>
        this.#opened.database.execProtocolStream(request(this.#opened.serialize, statement)),
      )
      return rawResult(messages)
    } finally {
      this.#running--
      this.#since = performance.now()
    }
  }

  hold<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.#inside.run(this, work)
  }

  release(): void {
    if (!this.held) return
    this.held = false
    this.#done()
  }
}

/** The whole exchange in one piece, as one call into the database is much cheaper than five. */
function request(serialize: Serialize, { text, values }: Statement): Uint8Array {
  // As pg does: without values the simple protocol, which takes several statements.
  if (values.length === 0) return serialize.query(text)
  return Buffer.concat([
    serialize.parse({ text }),
    serialize.bind({ values: [...values] }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ])
}

function rawResult(messages: readonly Message[]): RawResult {
  let fields: RawField[] = []
  let rows: (string | null)[][] = []
  let last: RawResult = { fields, rows, rowCount: 0, command: '' }
  for (const message of messages) {
    switch (message.name) {
      case 'rowDescription':
        fields = (message as Described).fields.map(field => ({
          name: field.name,
          tableOid: field.tableID,
          column: field.columnID,
          typeOid: field.dataTypeID,
        }))
        break
      case 'dataRow':
        rows.push((message as Data).fields)
        break
      case 'commandComplete': {
        const { text } = message as Completed
        last = { fields, rows, rowCount: Number(/\d+$/.exec(text)?.[0] ?? 0), command: text.split(' ', 1)[0] ?? '' }
        fields = []
        rows = []
        break
      }
    }
  }
  return last
}

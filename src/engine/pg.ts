/** A server, through node-postgres and its pool. The only file that loads `pg`. */
import type { CustomTypesConfig, Pool, PoolClient, QueryArrayResult } from 'pg'
import { EngineError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import { type Connection, type Driver, type RawResult, maxValues, sessionSettings } from './driver.ts'
import { FairLock } from './fair-lock.ts'
import { optionalPackage } from './optional-package.ts'

/** The pool's own settings, as `pg` names them. */
export interface PgOptions {
  /** Most connections at a time; 10 unless stated. */
  readonly max?: number
  readonly connectionTimeoutMillis?: number
  readonly idleTimeoutMillis?: number
}

/** A driver over a pool of node-postgres: made from a URL at the first statement, or one that exists already. */
export class PgDriver implements Driver {
  readonly name = 'pg'
  readonly #given: Pool | null
  readonly #open: () => Promise<Pool>
  #pool: Promise<Pool> | null = null
  #disposed = false
  /** Connections whose settings were made sure of. */
  readonly #prepared = new WeakSet<PoolClient>()

  constructor(target: string | Pool, options: PgOptions = {}) {
    this.#given = typeof target === 'string' ? null : target
    this.#open = async () => (typeof target === 'string' ? openPool(target, options) : target)
  }

  async acquire(): Promise<Connection> {
    if (this.#disposed) throw new EngineError('engineDisposed', [])
    this.#pool ??= this.#open()
    this.#pool.catch(() => (this.#pool = null))
    const client = await connect(await this.#pool)
    const connection = new PgConnection(client)
    if (!this.#prepared.has(client)) {
      try {
        await connection.run(sessionSettings)
      } catch (error) {
        connection.release(error as Error)
        throw error
      }
      this.#prepared.add(client)
    }
    return connection
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
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

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    // The error of `new URL` repeats its input, with the password.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_URL') {
      throw new EngineError('malformedAddress', [])
    }
    throw error
  }
}

const asText: CustomTypesConfig = {
  getTypeParser: () => (text: string) => text,
}

class PgConnection implements Connection {
  #client: PoolClient | null
  #lost: Error | null = null
  readonly #order = new FairLock()
  readonly #onError = (error: Error): void => {
    this.#lost = error
  }

  constructor(client: PoolClient) {
    this.#client = client
    // A connection lost between two statements is an event nobody awaits; the next statement reports it.
    client.on('error', this.#onError)
  }

  async run(statement: Statement): Promise<RawResult> {
    if (statement.values.length > maxValues) throw new EngineError('tooManyValues', [String(statement.values.length)])
    if (this.#lost !== null) throw this.#lost
    // pg is about to stop keeping a queue of its own.
    return this.#order.during(async () => {
      if (this.#client === null) throw new EngineError('connectionReleased', [])
      const result = await this.#client.query<(string | null)[]>({
        text: statement.text,
        rowMode: 'array',
        types: asText,
        // Without values pg uses the simple protocol, which takes several statements.
        ...(statement.values.length > 0 ? { values: [...statement.values] } : null),
      })
      return rawResult(result)
    })
  }

  hold<Value>(work: () => Promise<Value>): Promise<Value> {
    return work()
  }

  release(broken?: Error): void {
    const client = this.#client
    if (client === null) return
    this.#client = null
    client.off('error', this.#onError)
    client.release(broken ?? this.#lost ?? undefined)
  }
}

/** pg gives an array for several statements, which its types do not say. */
function rawResult(given: QueryArrayResult<(string | null)[]> | QueryArrayResult<(string | null)[]>[]): RawResult {
  const result = Array.isArray(given) ? given.at(-1) : given
  if (result === undefined) return { fields: [], rows: [], rowCount: 0, command: '' }
  return {
    fields: result.fields.map(field => ({
      name: field.name,
      tableOid: field.tableID,
      column: field.columnID,
      typeOid: field.dataTypeID,
    })),
    rows: result.rows,
    rowCount: result.rowCount ?? 0,
    command: result.command ?? '',
  }
}

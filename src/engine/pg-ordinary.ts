/**
 * Statements through pg's own queries, for clients of a given pool that share their connection with nobody: those of libpq, and those
 * that pipeline.
 */
import type { CustomTypesConfig, PoolClient, QueryArrayResult } from 'pg'
import { EngineError } from '../base/errors.ts'
import type { Statement } from '../base/statement.ts'
import {
  type Connection,
  type Fetched,
  type Portal,
  type RawField,
  type RawResult,
  type EachReaders,
  type RowReaders,
  readersAt,
  PipelineFailure,
  maxValues,
  textRows,
} from './driver.ts'
import { FairLock } from './fair-lock.ts'
import type { Holder } from './holder.ts'
import { cancelOn } from './pg-cancel.ts'
import { rowMessage } from './row-message.ts'

const begin: Statement = { text: 'begin', values: [] }
const commit: Statement = { text: 'commit', values: [] }
const rollback: Statement = { text: 'rollback', values: [] }
const asText: CustomTypesConfig = {
  getTypeParser: () => (text: string) => text,
}

let cursors = 0

export class OrdinaryConnection implements Connection {
  #client: PoolClient | null
  readonly #holder: Holder
  readonly #done: () => void
  #lost: Error | null = null
  readonly #order = new FairLock()
  readonly #onError = (error: Error): void => {
    this.#lost = error
  }

  /** @param done called when it is released */
  constructor(client: PoolClient, holder: Holder, done: () => void) {
    this.#client = client
    this.#holder = holder
    this.#done = done
    // A connection lost between two statements is an event nobody awaits; the next statement reports it.
    client.on('error', this.#onError)
  }

  async run(statement: Statement): Promise<RawResult> {
    return await this.#order.during(() => this.#query(statement))
  }

  get isInTransaction(): boolean {
    return this.#client !== null && this.#client.getTransactionStatus() !== 'I'
  }

  async fetch<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Fetched<Row>> {
    return await this.#read(await this.run(statement), readers)
  }

  async pipeline<Row>(statements: readonly Statement[], readers: EachReaders<Row>): Promise<Fetched<Row>[]> {
    const results = await this.#order.during(() => this.#together(statements))
    const fetched: Fetched<Row>[] = []
    for (const [at, result] of results.entries()) fetched.push(await this.#read(result, readersAt(readers, at)))
    return fetched
  }

  copyIn(): Promise<number> {
    return Promise.reject(new EngineError('copyUnavailable', []))
  }

  /** By way of a portal that is opened and not read. */
  async describe(text: string): Promise<readonly RawField[]> {
    const portal = await this.portal({ text, values: [] }, textRows)
    await portal.close()
    return portal.fields
  }

  copyOut(): null {
    return null
  }

  async portal<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Portal<Row>> {
    const name = `cupel_portal_${++cursors}`
    await this.run({ text: `declare ${name} no scroll cursor for ${statement.text}`, values: statement.values })
    const { fields } = await this.run({ text: `fetch 0 from ${name}`, values: [] })
    let isDone = false
    return {
      fields,
      get isDone() {
        return isDone
      },
      next: async count => {
        const { rows } = await this.fetch({ text: `fetch ${count} from ${name}`, values: [] }, readers)
        isDone = rows.length < count
        return rows
      },
      close: async () => {
        isDone = true
        await this.run({ text: `close ${name}`, values: [] })
      },
    }
  }

  cancel(): Promise<void> {
    return this.#client === null ? Promise.resolve() : cancelOn(this.#client)
  }

  hold<Value>(work: () => Promise<Value>): Promise<Value> {
    return work()
  }

  release(broken?: Error): void {
    const client = this.#client
    if (client === null) return
    this.#client = null
    this.#done()
    client.off('error', this.#onError)
    client.release(broken ?? this.#lost ?? undefined)
  }

  async #query(statement: Statement): Promise<RawResult> {
    if (statement.values.length > maxValues) throw new EngineError('tooManyValues', [String(statement.values.length)])
    if (this.#lost !== null) throw this.#lost
    if (this.#client === null) throw new EngineError('connectionReleased', [])
    this.#holder.sql = statement.text
    this.#holder.begin()
    try {
      const result = await this.#client.query<(string | null)[]>({
        text: statement.text,
        rowMode: 'array',
        types: asText,
        // Without values pg uses the simple protocol, which takes several statements.
        ...(statement.values.length > 0 ? { values: [...statement.values] } : null),
      })
      return rawResult(result)
    } finally {
      this.#holder.end()
    }
  }

  /** One by one: what is one round trip elsewhere is one transaction here. */
  async #together(statements: readonly Statement[]): Promise<RawResult[]> {
    // A pipeline that begins with `begin` leaves its transaction open, whatever becomes of it.
    const begins = statements[0]?.text.startsWith('begin') ?? false
    const isInside = begins || this.isInTransaction
    const results: RawResult[] = []
    let index: number | null = null
    try {
      if (!isInside) await this.#query(begin)
      for (const [at, statement] of statements.entries()) {
        index = at
        results.push(await this.#query(statement))
      }
      index = null
      if (!isInside) await this.#query(commit)
      return results
    } catch (error) {
      if (!isInside) await this.#query(rollback).catch(() => {})
      throw error instanceof Error ? new PipelineFailure(error, index) : error
    }
  }

  async #read<Row>(result: RawResult, readers: RowReaders<Row>): Promise<Fetched<Row>> {
    if (result.rows.length === 0) return { ...result, rows: [] }
    const { text } = readers.reader(result.fields) ?? (await readers.learn(result.fields, this))
    return { ...result, rows: result.rows.map(texts => text(rowMessage(texts), 0)) }
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

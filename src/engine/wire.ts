/**
 * Statements over a connection that speaks the protocol, whoever carries the bytes: which messages are sent, what is kept prepared,
 * and when a refused statement is sent again.
 */
import type { Duplex } from 'node:stream'
import { EngineError } from '../base/errors.ts'
import { sentence } from '../base/messages.ts'
import type { Statement } from '../base/statement.ts'
import {
  type EachReaders,
  PipelineFailure,
  type RawField,
  type RowReader,
  type RowReaders,
  maxValues,
  readersAt,
  textRows,
} from './driver.ts'
import { Exchange, type Outcome, type Step } from './exchange.ts'
import { noteTime, type Prepared, PreparedStatements } from './prepared.ts'
import { request } from './request.ts'
import { statementKind } from './statement-kind.ts'

/** `ReadyForQuery` of a connection that is in no transaction: 'I'. */
const idle = 0x49

const copying = /\bcopy\b/i

/** What a server says with an error, as far as it is asked here. */
interface ServerError extends Error {
  readonly code?: string
  readonly routine?: string
}

/** What carries requests and answers. */
export interface Carrier {
  /** Sends a request, and resolves when the answer to it has come in full. Rejects when the connection is lost. */
  send(bytes: Buffer, exchange: Exchange): Promise<void>
  /** Where more can be written while an answer is awaited; null where a request goes in whole. */
  readonly stream: Duplex | null
}

/** The state of one connection of a server, which outlives those who borrow it. */
export class Wire {
  readonly #carrier: Carrier
  readonly prepared = new PreparedStatements()
  /** The last `ReadyForQuery`. */
  status = idle

  constructor(carrier: Carrier) {
    this.#carrier = carrier
  }

  get isInTransaction(): boolean {
    return this.status !== idle
  }

  /**
   * What a server answers to statements: to one, whose text may hold several where there are no values, or to a pipeline. One that
   * the server has forgotten, or whose plan no longer fits, is prepared and sent again once, outside a transaction.
   */
  async answer(
    statements: readonly Statement[],
    readers: EachReaders,
    names: boolean,
    isPipeline: boolean,
  ): Promise<readonly Outcome[]> {
    for (let attempt = 1; ; attempt++) {
      const wasIdle = this.status === idle
      const { exchange, used } = this.#compose(statements, readers, names, isPipeline)
      const start = performance.now()
      await this.send(exchange)
      if (used[0] !== undefined) noteTime(used[0], performance.now() - start)
      const { error } = exchange
      if (error === null) {
        if (exchange.fault !== null) throw exchange.fault.thrown
        return exchange.outcomes
      }
      for (const one of exchange.unprepared()) this.prepared.forget(one)
      countParameters(error, statements[exchange.at])
      const isStale = staleness(error) !== null
      // The server undid all that a request did outside a transaction, unless a statement in it ended one by itself.
      const isSafe = wasIdle && this.status === idle && used.length === statements.length
      if (isStale) for (const one of used) this.prepared.forget(one)
      if (isStale && isSafe && attempt === 1) continue
      if (isStale) this.explained(error, used)
      if (!isPipeline) throw error
      throw new PipelineFailure(error, exchange.at < statements.length ? exchange.at : null)
    }
  }

  /** Prepares a statement, unless it is, and learns what it gives. */
  async prepare(text: string, names: boolean): Promise<Prepared> {
    const known = names ? this.prepared.find(text) : null
    if (known !== null && known.fields !== null) return known
    const prepared = known ?? (names ? this.prepared.add(text) : null) ?? this.prepared.temporary(text)
    request.start()
    if (known === null) request.parse(prepared.name, text)
    request.describe('S', prepared.name)
    request.sync()
    const step: Step = { readers: textRows, prepared, parses: known === null, fields: null, read: null }
    const exchange = new Exchange([step])
    await this.send(exchange)
    if (exchange.error === null) return prepared
    for (const one of exchange.unprepared()) this.prepared.forget(one)
    throw this.explained(exchange.error, [prepared])
  }

  /** Where more can be written while an answer is awaited; null where a request goes in whole. */
  get stream(): Duplex | null {
    return this.#carrier.stream
  }

  /** What a statement would give. */
  async describe(text: string): Promise<readonly RawField[]> {
    // Without a name it is forgotten by itself.
    const prepared: Prepared = { ...this.prepared.temporary(text), name: '' }
    request.start()
    request.parse('', text)
    request.describe('S', '')
    request.sync()
    const exchange = new Exchange([{ readers: textRows, prepared, parses: true, fields: null, read: null }])
    await this.send(exchange)
    if (exchange.error !== null) throw exchange.error
    return prepared.fields ?? []
  }

  /** Sends what was written to `request`. */
  send(exchange: Exchange): Promise<void> {
    return this.#carrier.send(request.take(), exchange)
  }

  /** An error from inside a transaction, with its reason where a statement is stale; such statements are forgotten. */
  explained(error: Error, used: readonly Prepared[]): Error {
    const stale = staleness(error)
    if (stale === null) return error
    for (const one of used) this.prepared.forget(one)
    error.message = sentence(stale, [])
    return error
  }

  /** Makes the server forget what was kept prepared. */
  async forgetAll(): Promise<void> {
    this.prepared.forgetAll()
    const names = this.prepared.takeDropped()
    if (names.length === 0) return
    request.start()
    for (const name of names) request.close('S', name)
    request.sync()
    await this.send(new Exchange([]))
  }

  #compose(
    statements: readonly Statement[],
    readers: EachReaders,
    names: boolean,
    isPipeline: boolean,
  ): { readonly exchange: Exchange; readonly used: readonly Prepared[] } {
    for (const { values } of statements) {
      if (values.length > maxValues) throw new EngineError('tooManyValues', [String(values.length)])
    }
    request.start()
    for (const name of this.prepared.takeDropped()) request.close('S', name)
    const [first] = statements
    if (!isPipeline && first !== undefined && first.values.length === 0 && !this.#hasPlan(first.text, names)) {
      request.query(first.text)
      // A database in this process cannot wait for rows to copy, and a server need not. It passes over an end of what never began.
      if (copying.test(first.text)) request.copyFail('a statement carries no rows to copy')
      return { exchange: new Exchange([{ ...described, readers: readersAt(readers, 0) }], true), used: [] }
    }
    const used: Prepared[] = []
    try {
      const steps: Step[] = []
      for (const statement of statements)
        steps.push(this.#step(statement, readersAt(readers, steps.length), names, used))
      request.sync()
      return { exchange: new Exchange(steps), used }
    } catch (error) {
      // None of these was sent.
      for (const one of used) if (one.fields === null) this.prepared.forget(one)
      throw error
    }
  }

  #hasPlan(text: string, names: boolean): boolean {
    return (names && this.prepared.find(text) !== null) || statementKind(text) === 'planned'
  }

  /** Writes the messages of one statement. */
  #step({ text, values }: Statement, readers: RowReaders, names: boolean, used: Prepared[]): Step {
    const known = names ? this.prepared.find(text) : null
    const prepared = known ?? (names && statementKind(text) === 'planned' ? this.prepared.add(text) : null)
    if (prepared !== null) used.push(prepared)
    const name = prepared?.name ?? ''
    if (known === null) request.parse(name, text)
    const fields = known?.fields ?? null
    const reader = known === null ? null : readerOf(known, readers)
    request.bind('', name, values, reader?.formats ?? [])
    if (fields === null) request.describe('P', '')
    request.execute('', 0)
    return { readers, prepared, parses: known === null, fields, read: reader?.mixed ?? null }
  }
}

/** A step of which nothing is known before its answer. */
const described = { prepared: null, parses: false, fields: null, read: null }

function readerOf(prepared: Prepared, readers: RowReaders): RowReader | null {
  if (prepared.fields === null || prepared.fields.length === 0) return null
  if (prepared.bound?.readers === readers) return prepared.bound.reader
  const reader = readers.reader(prepared.fields)
  if (reader !== null) prepared.bound = { readers, reader }
  return reader
}

/**
 * Why a prepared statement can no longer be used; null when the error says nothing of the kind. Messages are in the language of the
 * server, so the second is told by the function of the server that it comes from.
 */
function staleness(error: ServerError): 'preparedGone' | 'planChanged' | null {
  if (error.code === '26000') return 'preparedGone'
  return error.code === '0A000' && error.routine === 'RevalidateCachedQuery' ? 'planChanged' : null
}

/** Says of a wrong number of parameters how many are right, without the name that the statement has on the server. */
function countParameters(error: ServerError, statement: Statement | undefined): void {
  if (error.code !== '08P01' || error.routine !== 'exec_bind_message' || statement === undefined) return
  const wanted = /(\d+)\D*$/.exec(error.message)?.[1]
  if (wanted !== undefined) error.message = sentence('parameterCount', [String(statement.values.length), wanted])
}

/** Whether a command, by the tag that lies there, made the server forget all prepared statements. */
export function forgetsAll(buffer: Buffer, start: number, end: number): boolean {
  if (buffer[start] !== 0x44) return false
  const tag = buffer.toString('latin1', start, end - 1)
  return tag === 'DISCARD ALL' || tag === 'DEALLOCATE ALL'
}

/** Whether a command put settings back. */
export function forgetsSettings(buffer: Buffer, start: number, end: number): boolean {
  const letter = buffer[start]
  if (letter !== 0x44 && letter !== 0x52) return false
  const tag = buffer.toString('latin1', start, end - 1)
  return tag === 'DISCARD ALL' || tag === 'RESET'
}

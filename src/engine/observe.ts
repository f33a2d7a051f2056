/**
 * What an engine tells those who watch it: channels of `node:diagnostics_channel`, with OpenTelemetry's names of fields where it has them
 * (semantic conventions for databases 1.33), listeners to slow statements, and an echo. Durations are in milliseconds. Values of parameters
 * are never told. Where nobody watches, a statement costs two questions.
 */
import { channel } from 'node:diagnostics_channel'
import { stderr } from 'node:process'
import type { Statement } from '../base/statement.ts'
import type { ServerAddress } from './server-address.ts'
import { StatementError } from './statement-error.ts'
import { firstWord } from './statement-kind.ts'
import { Warnings } from './warnings.ts'

/** A statement has ended. */
export interface StatementEvent {
  readonly 'db.system.name': 'postgresql'
  /** With `$1`, `$2`, … in place of values. */
  readonly 'db.query.text': string
  /** The first word of the statement, in capitals. */
  readonly 'db.operation.name': string
  /** The name or the number of the server that ran it, and its port; not there on an embedded database. */
  readonly 'server.address'?: string
  readonly 'server.port'?: number
  /** How many rows it gave or changed; null when it failed. */
  readonly 'db.response.returned_rows': number | null
  /** The SQLSTATE, where the database refused it. */
  readonly 'db.response.status_code'?: string
  /** The name of the error, where it failed. */
  readonly 'error.type'?: string
  /** Milliseconds, the wait for a connection among them. */
  readonly duration: number
}

/** A transaction has ended; savepoints are not told of. */
export interface TransactionEvent {
  readonly 'db.system.name': 'postgresql'
  readonly outcome: 'commit' | 'rollback'
  /** Milliseconds since it began. */
  readonly duration: number
}

/** A connection was lent. */
export interface PoolEvent {
  readonly 'db.system.name': 'postgresql'
  /** Milliseconds that were waited for it. */
  readonly wait: number
}

/** A session has written what waited. */
export interface FlushEvent {
  readonly 'db.system.name': 'postgresql'
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  /** Milliseconds. */
  readonly duration: number
}

export const statementChannel = channel('cupel:statement')
export const transactionChannel = channel('cupel:transaction')
export const poolChannel = channel('cupel:pool')
export const flushChannel = channel('cupel:flush')

/** A statement that took longer than was asked for. */
export type SlowListener = (event: StatementEvent) => void

/** Writes a line of the echo. */
export type Echo = (line: string) => void

/** Tells of the end of a transaction. @param began by `performance.now()` */
export function transactionEnded(outcome: TransactionEvent['outcome'], began: number): void {
  if (!transactionChannel.hasSubscribers) return
  const event: TransactionEvent = { 'db.system.name': 'postgresql', outcome, duration: performance.now() - began }
  transactionChannel.publish(event)
}

/** Waits for a connection, and tells how long. */
export async function acquired<Lent>(acquire: () => Promise<Lent>): Promise<Lent> {
  const start = performance.now()
  const lent = await acquire()
  const event: PoolEvent = { 'db.system.name': 'postgresql', wait: performance.now() - start }
  poolChannel.publish(event)
  return lent
}

/** What a statement gave, as far as it is told of. */
interface Answer {
  readonly rowCount: number
  readonly server?: ServerAddress
}

/** Who watches one engine. */
export class Watch {
  readonly slow = new Set<{ readonly threshold: number; readonly listener: SlowListener }>()
  readonly warnings = new Warnings()
  readonly #echo: Echo | null
  readonly #server: ServerAddress | null

  /** @param server the one that answers where a result does not name another */
  constructor(echo: boolean | Echo | undefined, server: ServerAddress | null) {
    this.#server = server
    this.#echo = echo === true ? printed : echo || null
  }

  /** Whether a statement is to be measured. */
  get isOn(): boolean {
    return statementChannel.hasSubscribers || this.slow.size > 0 || this.#echo !== null
  }

  /** Runs a statement and tells of it. */
  async during<Given extends Answer>({ text }: Statement, work: () => Promise<Given>): Promise<Given> {
    const start = performance.now()
    try {
      const given = await work()
      this.#tell(text, performance.now() - start, given, null)
      return given
    } catch (error) {
      this.#tell(text, performance.now() - start, null, error)
      throw error
    }
  }

  /** Tells of statements that went in one round trip, each as long as all of them took. */
  together(statements: readonly Statement[], duration: number, given: readonly Answer[]): void {
    if (!this.isOn) return
    for (const [at, { text }] of statements.entries()) this.#tell(text, duration, given[at] ?? { rowCount: 0 }, null)
  }

  /** Tells of the statement of several that was refused. */
  failed({ text }: Statement, duration: number, error: Error): void {
    if (this.isOn) this.#tell(text, duration, null, error)
  }

  #tell(text: string, duration: number, given: Answer | null, error: unknown): void {
    const server = given?.server ?? this.#server
    const event: StatementEvent = {
      'db.system.name': 'postgresql',
      'db.query.text': text,
      'db.operation.name': firstWord(text).toUpperCase(),
      'db.response.returned_rows': given?.rowCount ?? null,
      ...(server === null ? null : { 'server.address': server.address, 'server.port': server.port }),
      ...(error instanceof StatementError && error.sqlState !== ''
        ? { 'db.response.status_code': error.sqlState }
        : null),
      ...(error === null ? null : { 'error.type': error instanceof Error ? error.name : typeof error }),
      duration,
    }
    if (statementChannel.hasSubscribers) statementChannel.publish(event)
    for (const { threshold, listener } of this.slow) if (duration >= threshold) listener(event)
    this.#echo?.(lineOf(event))
  }
}

/** A statement on one line: how long it took, what it gave, what it was. */
function lineOf(event: StatementEvent): string {
  const rows = event['db.response.returned_rows']
  const what = rows === null ? (event['error.type'] ?? 'failed') : `${rows} ${rows === 1 ? 'row' : 'rows'}`
  const text = event['db.query.text'].replace(/\s+/g, ' ').trim()
  return `${event.duration.toFixed(1).padStart(8)} ms  ${what.padEnd(9)}  ${text}`
}

function printed(line: string): void {
  const isColoured = stderr.isTTY && !process.env['NO_COLOR']
  stderr.write(isColoured ? `\u001b[2m${line}\u001b[22m\n` : `${line}\n`)
}

/** A statement of ours in the queue of a client of pg, in the form that pg asks of a query. */
import type { Connection, Submittable } from 'pg'
import type { Exchange } from './exchange.ts'
import { Unanswered } from './unanswered.ts'

/** Who reads the answers. */
interface Reader {
  begin(submission: PgSubmission): void
  fail(submission: PgSubmission, error: Error): void
}

/** A request, and whom to tell of its end. `submit` and the handlers are called by pg; the messages of an answer go past it. */
export class PgSubmission implements Submittable {
  readonly exchange: Exchange
  readonly resolve: () => void
  readonly reject: (error: Error) => void
  readonly #reader: Reader
  #bytes: Buffer
  /** What is sent in the same piece behind it. */
  next: PgSubmission | null = null
  /** Whether nobody waits for its answer. */
  isAbandoned = false

  constructor(reader: Reader, bytes: Buffer, exchange: Exchange, resolve: () => void, reject: (error: Error) => void) {
    this.#reader = reader
    this.#bytes = bytes
    this.exchange = exchange
    this.resolve = resolve
    this.reject = reject
  }

  /** Takes others along: one piece holds the requests of all. */
  lead(others: readonly PgSubmission[]): void {
    this.#bytes = Buffer.concat([this.#bytes, ...others.map(other => other.#bytes)])
    let last: PgSubmission = this
    for (const other of others) {
      last.next = other
      last = other
    }
  }

  /** Tells those from here on to send their requests by themselves. */
  abandon(): void {
    for (let one: PgSubmission | null = this; one !== null; one = one.next) {
      one.isAbandoned = true
      one.reject(new Unanswered('Its answer did not come in time.'))
    }
  }

  /** Tells those from here on that the connection is gone. */
  lose(error: Error): void {
    for (let one: PgSubmission | null = this; one !== null; one = one.next) one.reject(one.exchange.error ?? error)
  }

  submit(connection: Connection): void {
    this.#reader.begin(this)
    connection.stream.write(this.#bytes)
  }

  handleError(error: Error): void {
    this.#reader.fail(this, error)
  }

  handleReadyForQuery(): void {}

  /** The request holds the answer already. */
  handleCopyInResponse(): void {}
}

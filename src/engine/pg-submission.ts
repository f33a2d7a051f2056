/** A statement of ours in the queue of a client of pg, in the form that pg asks of a query. */
import type { Connection, Submittable } from 'pg'
import type { Exchange } from './exchange.ts'

/** A request, and whom to tell of its end. */
export interface Submission {
  readonly exchange: Exchange
  resolve(): void
  reject(error: Error): void
}

/** Who reads the answers. */
interface Reader {
  begin(submission: Submission): void
  fail(submission: Submission, error: Error): void
}

/** `submit` and the handlers are called by pg; the messages of an answer go past it. */
export class PgSubmission implements Submittable, Submission {
  readonly exchange: Exchange
  readonly resolve: () => void
  readonly reject: (error: Error) => void
  readonly #reader: Reader
  readonly #bytes: Buffer

  constructor(reader: Reader, bytes: Buffer, exchange: Exchange, resolve: () => void, reject: (error: Error) => void) {
    this.#reader = reader
    this.#bytes = bytes
    this.exchange = exchange
    this.resolve = resolve
    this.reject = reject
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

/** A connection to the primary that tells when something may have been written through it. */
import type { Statement } from '../base/statement.ts'
import type { CopyOut, ReadLine } from './copy-out.ts'
import type { Connection, EachReaders, Fetched, Portal, RawResult, RowReaders } from './driver.ts'
import { ForwardingConnection } from './forwarding-connection.ts'
import { effectOf } from './plain-read.ts'

export class TrackedConnection extends ForwardingConnection {
  readonly #wrote: () => void
  /** Whether something that may have written waits for its transaction to end. */
  #isTouched = false

  /** @param wrote called when what was written may be seen by others */
  constructor(connection: Connection, wrote: () => void) {
    super(connection)
    this.#wrote = wrote
  }

  override run(statement: Statement): Promise<RawResult> {
    return this.#tracked([statement], () => super.run(statement))
  }

  override fetch<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Fetched<Row>> {
    return this.#tracked([statement], () => super.fetch(statement, readers))
  }

  override pipeline<Row>(statements: readonly Statement[], readers: EachReaders<Row>): Promise<Fetched<Row>[]> {
    return this.#tracked(statements, () => super.pipeline(statements, readers))
  }

  override portal<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Portal<Row>> {
    return this.#tracked([statement], () => super.portal(statement, readers))
  }

  override copyIn(...parameters: Parameters<Connection['copyIn']>): Promise<number> {
    return this.#told(true, () => super.copyIn(...parameters))
  }

  override copyOut<Made>(text: string, read: ReadLine<Made>): CopyOut<Made> | null {
    // What is copied may be what a statement that writes returns. It is in a transaction, whose end tells of it.
    this.#isTouched = true
    return super.copyOut(text, read)
  }

  override release(broken?: Error): void {
    // Of a commit that was not answered, nobody knows whether it was made.
    this.#tell()
    super.release(broken)
  }

  #tracked<Value>(statements: readonly Statement[], work: () => Promise<Value>): Promise<Value> {
    return this.#told(
      statements.some(({ text }) => effectOf(text) === 'other'),
      work,
    )
  }

  async #told<Value>(mayWrite: boolean, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work()
    } finally {
      // Not before: others may run beside it, and end first.
      if (mayWrite) this.#isTouched = true
      if (!this.isInTransaction) this.#tell()
    }
  }

  #tell(): void {
    if (!this.#isTouched) return
    this.#isTouched = false
    this.#wrote()
  }
}

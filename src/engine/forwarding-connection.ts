/** A connection that is another, for those that change a part of it. */
import type { Statement } from '../base/statement.ts'
import type { CopyOut, ReadLine } from './copy-out.ts'
import type { Connection, EachReaders, Fetched, Portal, RawField, RawResult, RowReaders } from './driver.ts'

export abstract class ForwardingConnection implements Connection {
  protected readonly connection: Connection
  readonly isReplica: boolean = false

  constructor(connection: Connection) {
    this.connection = connection
  }

  get isInTransaction(): boolean {
    return this.connection.isInTransaction
  }

  run(statement: Statement): Promise<RawResult> {
    return this.connection.run(statement)
  }

  fetch<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Fetched<Row>> {
    return this.connection.fetch(statement, readers)
  }

  pipeline<Row>(statements: readonly Statement[], readers: EachReaders<Row>): Promise<Fetched<Row>[]> {
    return this.connection.pipeline(statements, readers)
  }

  portal<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Portal<Row>> {
    return this.connection.portal(statement, readers)
  }

  copyIn(...parameters: Parameters<Connection['copyIn']>): Promise<number> {
    return this.connection.copyIn(...parameters)
  }

  describe(text: string): Promise<readonly RawField[]> {
    return this.connection.describe(text)
  }

  copyOut<Made>(text: string, read: ReadLine<Made>): CopyOut<Made> | null {
    return this.connection.copyOut(text, read)
  }

  cancel(): Promise<void> {
    return this.connection.cancel()
  }

  hold<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.connection.hold(work)
  }

  release(broken?: Error): void {
    this.connection.release(broken)
  }
}

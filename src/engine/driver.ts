/**
 * What an engine needs of a database, and all that it knows of one. Values go and come as Postgres's own text; what they
 * mean is decided once, in `result-decoder.ts`, so that every driver behaves alike.
 */
import type { Statement } from '../base/statement.ts'
import type { Lines } from './copy-in.ts'
import type { CopyOut, ReadLine } from './copy-out.ts'
import type { Holder, Holders } from './holder.ts'
import type { ServerAddress } from './server-address.ts'
import { type ReadRow, textsReader } from '../sql/row-reader.ts'

/** One column of a result, as the database describes it. */
export interface RawField {
  readonly name: string
  /** The table it comes from; 0 for an expression. */
  readonly tableOid: number
  /** Its number in that table (`attnum`); 0 for an expression. */
  readonly column: number
  readonly typeOid: number
}

/** What a statement gave; of several statements in one text, the last. */
export interface RawResult {
  readonly fields: readonly RawField[]
  readonly rows: readonly (readonly (string | null)[])[]
  /** Rows returned or changed; 0 where the database counts none. */
  readonly rowCount: number
  /** The first word of the command tag: `SELECT`, `INSERT`, `COMMIT`; '' for an empty text. */
  readonly command: string
}

/** How the rows of one description are read from the messages that carry them. */
export interface RowReader<Row = unknown> {
  /** What each column is best asked for in: 1 for binary, 0 for text. Empty when all are text. */
  readonly formats: readonly (0 | 1)[]
  /** Reads a row whose columns are all text. */
  readonly text: ReadRow<Row>
  /** Reads a row whose columns are as `formats` says. */
  readonly mixed: ReadRow<Row>
}

/** Where readers for the rows of any statement come from. */
export interface RowReaders<Row = unknown> {
  /** The reader for these fields; null when the database must be asked about them first. */
  reader(fields: readonly RawField[]): RowReader<Row> | null
  /** Asks the database what is not known of these fields. */
  learn(fields: readonly RawField[], connection: Connection): Promise<RowReader<Row>>
}

/** Readers for the rows of several statements: for all of them, or for each its own. */
export type EachReaders<Row = unknown> = RowReaders<Row> | readonly RowReaders<Row>[]

/** The readers for the rows of one of several statements. */
export function readersAt<Row>(readers: EachReaders<Row>, at: number): RowReaders<Row> {
  // There is one for each.
  return 'reader' in readers ? readers : (readers[at] as RowReaders<Row>)
}

/** What a statement gave, its rows made by a reader. */
export interface Fetched<Row = unknown> {
  readonly fields: readonly RawField[]
  readonly rows: Row[]
  readonly rowCount: number
  readonly command: string
  /** The server it comes from, where that is not the driver's own. */
  readonly server?: ServerAddress
}

/** A statement in a transaction whose rows are taken piece by piece; it ends with the transaction, or when it is closed. */
export interface Portal<Row = unknown> {
  readonly fields: readonly RawField[]
  /** Whether all rows were given. */
  readonly isDone: boolean
  /** The next rows, as many as asked for unless these are the last. */
  next(count: number): Promise<Row[]>
  close(): Promise<void>
}

/** A connection that nobody else uses until it is released. */
export interface Connection {
  /** Whether a transaction is open on it, be it one that failed. */
  readonly isInTransaction: boolean
  /** Whether it leads to a server that follows another, and takes nothing that writes. */
  readonly isReplica?: boolean
  /** Runs one statement; a text without values may hold several. Calls are run one after the other. */
  run(statement: Statement): Promise<RawResult>
  /** As `run`, with the rows that the readers make. */
  fetch<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Fetched<Row>>
  /**
   * Runs statements in one round trip, in order, each text a single statement. Outside a transaction they are one by themselves:
   * one that fails undoes all.
   * @param readers for all of them, or for each its own
   * @throws PipelineFailure with the place of the statement that failed
   */
  pipeline<Row>(statements: readonly Statement[], readers: EachReaders<Row>): Promise<Fetched<Row>[]>
  /** A single statement, to be read piece by piece. Only in a transaction. */
  portal<Row>(statement: Statement, readers: RowReaders<Row>): Promise<Portal<Row>>
  /**
   * Copies lines into a table, in the text form of COPY. Until it is done, the connection takes nothing else. Not one by itself: it
   * needs a transaction around it.
   * @returns how many rows there were
   */
  copyIn(lines: Lines, signal?: AbortSignal): Promise<number>
  /** What a statement would give; the statement has no parameters. */
  describe(text: string): Promise<readonly RawField[]>
  /** Copies rows out, each made of its line; null where they can only come all at once. */
  copyOut<Made>(text: string, read: ReadLine<Made>): CopyOut<Made> | null
  /** Has the server give up what it runs here, as far as that can be; resolves when it was told. */
  cancel(): Promise<void>
  /** Runs work that holds this connection, so that a driver with a single one can refuse to wait for itself. */
  hold<Value>(work: () => Promise<Value>): Promise<Value>
  /** Gives it back; with an error, it is closed instead of used again. Releasing twice does nothing. */
  release(broken?: Error): void
}

/** What somebody said with NOTIFY. */
export interface Notification {
  readonly channel: string
  /** '' where none was given. */
  readonly payload: string
}

/**
 * What a connection is for: `primary` for whatever it is asked, `any` for statements that may run by themselves on the server that is
 * best asked, `replica` for those that read on the caller's word, `reading` for one transaction that reads. Only a driver of several
 * servers tells them apart.
 */
export type Use = 'primary' | 'any' | 'replica' | 'reading'

export interface Driver {
  readonly name: 'pg' | 'pglite'
  /** The server that answers where a result does not name another; null where there is none, or it is not known. */
  readonly server?: ServerAddress | null
  /** Who holds its connections now. */
  readonly holders: Holders
  /**
   * Lends a connection.
   * @param holder for whom; a statement unless stated
   * @param use for what; `primary` unless stated
   * @throws PoolExhausted when none came free in time
   */
  acquire(holder?: Holder, use?: Use): Promise<Connection>
  /** As `acquire`, of a connection that is at hand. PERF: waiting for what is there costs a microsecond. */
  atHand?(holder: Holder): Connection | null
  /** Opens the connections that are to be there before they are needed. */
  warmUp(): Promise<void>
  /**
   * Listens on a channel.
   * @param lost called once when it is over without being asked for: the connection is gone, or, with `true`, the driver was disposed of
   * @returns ends it
   */
  listen(
    channel: string,
    hear: (one: Notification) => void,
    lost: (isDisposed: boolean) => void,
  ): Promise<() => Promise<void>>
  /** Closes what the driver opened; a pool or an instance that was given to it stays open. */
  dispose(): Promise<void>
}

/** One statement of a pipeline failed, or, with no index, their common commit did; the driver's error is the `cause`. */
export class PipelineFailure extends Error {
  override readonly name = 'PipelineFailure'
  override readonly cause: Error
  readonly index: number | null

  constructor(cause: Error, index: number | null) {
    super(cause.message)
    this.cause = cause
    this.index = index
  }
}

/** Rows as the texts of their values. */
export const textRows: RowReaders<(string | null)[]> = {
  reader(fields) {
    const read = textsReader(fields.length)
    return { formats: [], text: read, mixed: read }
  },
  async learn(fields) {
    const read = textsReader(fields.length)
    return { formats: [], text: read, mixed: read }
  },
}

/**
 * The settings that decoding relies on, for a new connection. Servers, databases and roles may have others, and so may a
 * pool that was handed to us.
 */
export const sessionSettings: Statement = {
  text: `set datestyle = 'ISO'; set intervalstyle = 'postgres'; set bytea_output = 'hex'; set extra_float_digits = 1`,
  values: [],
}

/** Values one statement may carry: a Bind message counts them in 16 bits (PostgreSQL manual, "Message Formats"). */
export const maxValues = 65_535

/**
 * What an engine needs of a database, and all that it knows of one. Values go and come as Postgres's own text; what they
 * mean is decided once, in `result-decoder.ts`, so that every driver behaves alike.
 */
import type { Statement } from '../base/statement.ts'

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

/** A connection that nobody else uses until it is released. */
export interface Connection {
  /** Runs one statement; a text without values may hold several. Calls are run one after the other. */
  run(statement: Statement): Promise<RawResult>
  /** Runs work that holds this connection, so that a driver with a single one can refuse to wait for itself. */
  hold<Value>(work: () => Promise<Value>): Promise<Value>
  /** Gives it back; with an error, it is closed instead of used again. Releasing twice does nothing. */
  release(broken?: Error): void
}

export interface Driver {
  readonly name: 'pg' | 'pglite'
  acquire(): Promise<Connection>
  /** Closes what the driver opened; a pool or an instance that was given to it stays open. */
  dispose(): Promise<void>
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

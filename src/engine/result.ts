/** What a statement gives: rows, and the ways to read them. */
import { EngineError } from '../base/errors.ts'
import type { RawField } from './driver.ts'
import type { ServerAddress } from './server-address.ts'

/** A row was wanted and there is none. */
export class NoRowError extends EngineError {
  override readonly name = 'NoRowError'
  constructor() {
    super('noRow', [])
  }
}

/** One row was wanted and there are more. */
export class TooManyRowsError extends EngineError {
  override readonly name = 'TooManyRowsError'
  constructor(count: number) {
    super('tooManyRows', [String(count)])
  }
}

/** The rows of a statement, in its order. Iterating over it gives the rows. */
export class Result<Row = Record<string, unknown>> implements Iterable<Row> {
  readonly rows: Row[]
  /** Rows given, or changed by a statement that gives none. */
  readonly rowCount: number
  /** The columns, as the statement names them. */
  readonly columns: readonly string[]
  /** The first word of the command: `SELECT`, `INSERT`. */
  readonly command: string
  /** The replica that it comes from; not there for what comes from the database's only server, or its primary. Not enumerable. */
  declare readonly server?: ServerAddress

  constructor(
    rows: Row[],
    rowCount: number,
    fields: readonly RawField[],
    command: string,
    server: ServerAddress | undefined,
  ) {
    if (server !== undefined) Object.defineProperty(this, 'server', { value: server })
    this.rows = rows
    this.rowCount = rowCount
    this.columns = fields.map(field => field.name)
    this.command = command
  }

  /**
   * The only row.
   * @throws NoRowError without one, TooManyRowsError with several
   */
  one(): Row {
    const row = this.oneOrNone()
    if (row === null) throw new NoRowError()
    return row
  }

  /**
   * The only row, or null.
   * @throws TooManyRowsError with several
   */
  oneOrNone(): Row | null {
    if (this.rows.length > 1) throw new TooManyRowsError(this.rows.length)
    return this.first()
  }

  /** The first row, or null. */
  first(): Row | null {
    return this.rows[0] ?? null
  }

  /**
   * The first column of the only row.
   * @throws NoRowError without a row, TooManyRowsError with several
   */
  scalar(): Row[keyof Row] {
    return this.#first(this.one())
  }

  /** The first column of every row. */
  scalars(): Row[keyof Row][] {
    return this.rows.map(row => this.#first(row))
  }

  [Symbol.iterator](): Iterator<Row> {
    return this.rows[Symbol.iterator]()
  }

  #first(row: Row): Row[keyof Row] {
    const column = this.columns[0]
    if (column === undefined) throw new EngineError('noColumn', [])
    // The statement's own name of its column is a key of the rows it gives; `Row` is what the caller says they are.
    return row[column as keyof Row]
  }
}

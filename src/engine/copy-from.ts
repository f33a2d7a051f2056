/** Rows that a caller gives, on their way into a table by COPY. */
import { EngineError, ValueError } from '../base/errors.ts'
import { quote, quoteQualified } from '../base/identifier.ts'
import { sentence } from '../base/messages.ts'
import { suggestion } from '../base/nearest.ts'
import type { Statement } from '../base/statement.ts'
import { columnEncoder } from '../schema/column-encoder.ts'
import type { ColumnModel, Model, TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { textField, textFields } from '../sql/copy-text.ts'
import type { Lines } from './copy-in.ts'
import { interruptible } from './interrupt.ts'
import { unknownValue } from './redact.ts'
import { placed, StatementError } from './statement-error.ts'
import type { Scope } from './scope.ts'

export interface CopyFromOptions<Column extends string = string> {
  /** The columns that are written; those of the first row unless stated. */
  readonly columns?: readonly Column[]
  /** Gives the copy up, also while it waits for rows; nothing is written. */
  readonly signal?: AbortSignal
}

/** Rows, as they come. */
export type CopyRows = Iterable<unknown> | AsyncIterable<unknown>

/** Characters of lines that are sent at a time. PERF: PGlite takes 100,000 rows in 1.2 s; in pieces of 64 KB it takes 5.9. */
const pieceSize = 16 * 1024
/** Pieces that are remembered after they were sent, so that an error can be told which values it must not repeat. */
const remembered = 256

/**
 * Copies rows into a table: all, or, when one is refused, none.
 * @param open begins the transaction
 * @returns how many rows were written
 */
export async function copyFrom(
  open: () => Promise<Scope>,
  model: Model,
  name: string,
  rows: CopyRows,
  { columns, signal }: CopyFromOptions,
  failure: (error: unknown, statement: Statement) => Error,
): Promise<number> {
  const table = model.tableByKey.get(name)
  if (table === undefined) {
    throw new EngineError('unknownTableName', [String(name), suggestion(String(name), model.tableByKey.keys())])
  }
  const lines = new RowLines(table, rows, columns)
  try {
    const { tx, isOwn } = await open()
    // In a transaction around it, a savepoint: after a row that is refused, that one goes on.
    const own = isOwn ? tx : await tx.begin()
    try {
      const count = await interruptible<number>(
        signal === undefined ? {} : { signal },
        { text: `copy ${quoteQualified(table)} from stdin`, values: [] },
        work => own.during(work),
        connection => connection.hold(() => connection.copyIn(lines, signal)),
      )
      await own.commit()
      return count
    } finally {
      await own.rollback()
    }
  } catch (error) {
    throw lines.explained(error, failure)
  } finally {
    await lines.close()
  }
}

/** One column of a copy. */
interface Part {
  readonly column: ColumnModel
  readonly key: string
  readonly encode: (value: unknown) => string | null
  /** Whether a value that is not given is NULL. */
  readonly isOptional: boolean
  /** What stands before it in a line. */
  readonly before: '' | '\t'
}

class RowLines implements Lines {
  readonly #table: TableModel
  readonly #source: Iterator<unknown> | AsyncIterator<unknown>
  readonly #given: readonly string[] | undefined
  #parts: readonly Part[] = []
  #first: { readonly row: unknown } | null = null
  #text = ''
  /** Rows taken, and of these, rows copied by statements that are done. */
  #count = 0
  #copied = 0
  #state: 'waiting' | 'idle' | 'over' = 'idle'
  #sent: { readonly from: number; readonly lines: string }[] = []

  constructor(table: TableModel, rows: CopyRows, columns: readonly string[] | undefined) {
    this.#table = table
    this.#given = columns
    this.#source = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]()
  }

  async begin(): Promise<string | null> {
    if (this.#given === undefined) {
      const next = await this.#take()
      if (next.done) return null
      this.#first = { row: next.value }
      this.#parts = this.#plan(columnsOf(this.#table, next.value))
    } else this.#parts = this.#plan(this.#given)
    const names = this.#parts.map(({ column }) => quote(column.name))
    this.#text = `copy ${quoteQualified(this.#table)} (${names.join(', ')}) from stdin`
    return this.#text
  }

  async next(): Promise<string | null> {
    const from = this.#count
    let lines = ''
    if (this.#first !== null) {
      lines = this.#line(this.#first.row)
      this.#first = null
    }
    while (lines.length < pieceSize && this.#state !== 'over') {
      const taken = this.#take()
      // PERF: a promise for every row costs more than the row.
      const next = taken instanceof Promise ? await taken : taken
      if (next.done) this.#state = 'over'
      else lines += this.#line(next.value)
    }
    if (lines === '') return null
    this.#sent.push({ from, lines })
    if (this.#sent.length > remembered) this.#sent.shift()
    return lines
  }

  copied(count: number): void {
    this.#copied = count
  }

  /** Ends the source. One that is waited for may never come to its end, and is told without waiting. */
  async close(): Promise<void> {
    if (this.#state === 'over') return
    const ended = this.#source.return?.()
    if (this.#state === 'idle') await ended
    else if (ended instanceof Promise) ended.catch(() => {})
  }

  /** An error as the caller is to see it: with the number of its row, where there is one. */
  explained(error: unknown, failure: (error: unknown, statement: Statement) => Error): Error {
    const text = this.#text === '' ? `copy ${quoteQualified(this.#table)} from stdin` : this.#text
    const index = refusedRow(error, this.#table, this.#copied, this.#count)
    const values = index === null ? null : this.#values(index)
    const made = failure(error, { text, values: values ?? [unknownValue] })
    if (index === null || !(made instanceof StatementError)) return made
    return placed(made, sentence('copyRow', [made.message, String(index + 1)]), index, 'rowIndex')
  }

  #take(): IteratorResult<unknown> | Promise<IteratorResult<unknown>> {
    this.#state = 'waiting'
    const idle = (): void => {
      if (this.#state === 'waiting') this.#state = 'idle'
    }
    try {
      const next = this.#source.next()
      if (!(next instanceof Promise)) idle()
      else next.then(idle, () => (this.#state = 'over'))
      return next
    } catch (error) {
      this.#state = 'over'
      throw error
    }
  }

  /** @throws EngineError that names the row, for one that has other columns, or a value that its column does not take */
  #line(row: unknown): string {
    const index = this.#count++
    try {
      return this.#encoded(row)
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof ValueError)) throw error
      throw new EngineError('copyRow', [error.message, String(index + 1)], { cause: error })
    }
  }

  #encoded(row: unknown): string {
    const { key: table } = this.#table
    if (!isRow(row)) throw new EngineError('notARow', [table, typeName(row)])
    let line = ''
    let seen = 0
    for (const { key, encode, isOptional, before } of this.#parts) {
      // PERF: what a prototype may have is looked for only where there would be too many values.
      const value = row[key]
      if (value === undefined && !isOptional) throw new EngineError('copyMissing', [table, key])
      if (value !== undefined) seen++
      line += before + textField(value === undefined ? null : encode(value))
    }
    const keys = Object.keys(row)
    if (keys.length > seen) this.#refuseOthers(row, keys)
    return `${line}\n`
  }

  #refuseOthers(row: Readonly<Record<string, unknown>>, keys: readonly string[]): void {
    const { key: table, columnByKey } = this.#table
    const other = keys.find(key => row[key] !== undefined && !this.#parts.some(part => part.key === key))
    if (other === undefined) return
    if (!columnByKey.has(other)) {
      throw new EngineError('unknownColumn', [table, other, suggestion(other, columnByKey.keys())])
    }
    throw new EngineError('copyOther', [table, other])
  }

  /** @throws EngineError for a column that is unknown, given twice, or the database's own, and for one that is missing */
  #plan(keys: readonly string[]): readonly Part[] {
    const { key: table, columns, columnByKey } = this.#table
    for (const column of columns) {
      if (column.insertMode === 'required' && !keys.includes(column.key))
        throw new EngineError('missingColumn', [table, column.key])
    }
    return [...new Set(keys)].map((key, at) => {
      const column = columnByKey.get(key)
      if (column === undefined)
        throw new EngineError('unknownColumn', [table, key, suggestion(key, columnByKey.keys())])
      if (column.insertMode === 'forbidden') throw new EngineError('forbiddenColumn', [table, key])
      const isOptional = column.nullable && column.default === null && column.identity === null
      return { column, key, encode: columnEncoder(this.#table, column), isOptional, before: at === 0 ? '' : '\t' }
    })
  }

  /** The values of a row as they were sent; null when they are no longer known. */
  #values(index: number): (string | null)[] | null {
    const piece = this.#sent.findLast(({ from }) => from <= index)
    const line = piece?.lines.split('\n')[index - piece.from]
    return line === undefined ? null : textFields(line)
  }
}

function isRow(row: unknown): row is Readonly<Record<string, unknown>> {
  return typeof row === 'object' && row !== null && !Array.isArray(row)
}

/** The columns that the first row gives. */
function columnsOf(table: TableModel, row: unknown): string[] {
  if (!isRow(row)) throw new EngineError('notARow', [table.key, typeName(row)])
  return Object.keys(row).filter(key => row[key] !== undefined)
}

/**
 * The place of the row that an error of the server is about, from 0; null where it does not say.
 * @param before rows that other statements have copied
 */
function refusedRow(error: unknown, { name }: TableModel, before: number, count: number): number | null {
  const where = error instanceof Error && 'where' in error ? String(error.where) : ''
  const line = where.split('\n').find(one => one.startsWith(`COPY ${name}, `))
  // The word before the number is in the language of the server.
  const number = Number(/\d+/.exec(line?.slice(`COPY ${name}, `.length) ?? '')?.[0])
  return Number.isInteger(number) && number >= 1 && before + number <= count ? before + number - 1 : null
}

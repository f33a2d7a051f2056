/** What a table or a query holds, row by row or as the text that COPY makes of it. */
import { EngineError } from '../base/errors.ts'
import { type Fragment, isFragment } from '../base/fragment.ts'
import { quote, quoteQualified } from '../base/identifier.ts'
import { suggestion } from '../base/nearest.ts'
import type { Statement } from '../base/statement.ts'
import type { Model } from '../schema/model.ts'
import { csvLine, LineMessage, textLine } from '../sql/copy-text.ts'
import { statementOf } from '../sql/statement.ts'
import type { CopyOut, ReadLine } from './copy-out.ts'
import { type Connection, textRows } from './driver.ts'
import { interruptible } from './interrupt.ts'
import type { ResultDecoder } from './result-decoder.ts'
import { StatementError } from './statement-error.ts'
import { fromScope, type OpenScope, type Scope } from './scope.ts'
import type { Transaction } from './transaction.ts'

export interface CopyToOptions {
  /** The text that Postgres makes of the rows, in pieces of bytes, instead of the rows themselves. */
  readonly format?: 'csv' | 'text' | undefined
  /** With a format: whether the names of the columns come first. */
  readonly header?: boolean
  /** Gives the copy up, as leaving it does. */
  readonly signal?: AbortSignal
  /** With replicas, where it is read; unless stated, its text decides. In a transaction, and without replicas, it says nothing. */
  readonly on?: 'primary' | 'replica'
}

/** Rows that a database without COPY to a client is asked for at a time. */
const batch = 500

/**
 * The statement whose rows are copied: of a table, all of its columns by the literal's names.
 * @throws EngineError for a table that the schema does not have, and for parameters, which COPY has none of
 */
export function sourceOf(what: string | Fragment, model: Model | null): Statement {
  if (isFragment(what)) {
    const { text, values } = statementOf(what)
    if (values.length > 0) throw new EngineError('copyParameters', [String(values.length)])
    return { text: text.replace(ending, ''), values: [] }
  }
  const table = model?.tableByKey.get(what)
  if (table !== undefined) {
    const columns = table.columns.map(({ name, key }) => `${quote(name)}${name === key ? '' : ` as ${quote(key)}`}`)
    return { text: `select ${columns.join(', ')} from ${quoteQualified(table)}`, values: [] }
  }
  // One word is no query.
  if (!/\s/.test(what.trim())) {
    throw new EngineError('unknownTableName', [what, suggestion(what, model?.tableByKey.keys() ?? [])])
  }
  return { text: what.replace(ending, ''), values: [] }
}

const ending = /[\s;]+$/

/** @param open begins the transaction, when the first row is asked for */
export async function* copyTo(
  open: OpenScope,
  statement: Statement,
  decoder: ResultDecoder,
  options: CopyToOptions,
  failure: (error: unknown) => Error,
): AsyncGenerator<unknown, void, undefined> {
  const pieces = fromScope(open, statement, options.on, async function* ({ tx, isOwn }: Scope) {
    // In a transaction around it, a savepoint: a copy that is left is stopped by an error, which that one does not see.
    const own = isOwn ? tx : await tx.begin()
    try {
      yield* copied(own, statement, decoder, options, failure)
      await own.commit()
    } finally {
      // Does nothing after the commit.
      await own.rollback()
    }
  })
  for await (const rows of pieces) yield* rows
}

async function* copied(
  own: Transaction,
  statement: Statement,
  decoder: ResultDecoder,
  { format, header = false, signal }: CopyToOptions,
  failure: (error: unknown) => Error,
): AsyncGenerator<readonly unknown[], void, undefined> {
  const run = <Value>(work: (connection: Connection) => Promise<Value>): Promise<Value> =>
    interruptible(signal === undefined ? {} : { signal }, statement, lent => own.during(lent), work)
  const settings = [`format ${format ?? 'text'}`, ...(header && format !== undefined ? ['header'] : [])]
  const text = `copy (\n${statement.text}\n) to stdout (${settings.join(', ')})`
  let copy: CopyOut<unknown> | null = null
  try {
    const { opened, names } = await run(async connection => {
      const fields = await connection.describe(statement.text)
      const read = format === undefined ? await reader(connection, decoder, fields) : slice
      return { opened: connection.copyOut(text, read), names: fields.map(field => field.name) }
    })
    copy = opened
    if (opened === null) {
      yield* byPortal(own, statement, format, header ? names : null, signal)
      return
    }
    for (let made = await run(() => opened.next()); made.length > 0; made = await run(() => opened.next())) {
      // Made by `slice`.
      yield format === undefined ? made : [Buffer.concat(made as Buffer[])]
    }
  } catch (error) {
    throw error instanceof StatementError ? error : failure(error)
  } finally {
    await copy?.close()
  }
}

async function reader(
  connection: Connection,
  decoder: ResultDecoder,
  fields: Awaited<ReturnType<Connection['describe']>>,
): Promise<ReadLine<unknown>> {
  const { text: read } = decoder.reader(fields) ?? (await decoder.learn(fields, connection))
  const message = new LineMessage(fields.length)
  return (bytes, start, end) => read(message.of(bytes, start, end), 0)
}

function slice(bytes: Buffer, start: number, end: number): Buffer {
  // The memory is used again for what arrives next.
  return Buffer.from(bytes.subarray(start, end))
}

/** A database in this process would give all at once, so its rows are read piece by piece and made into what the server would say. */
async function* byPortal(
  own: Transaction,
  statement: Statement,
  format: CopyToOptions['format'],
  names: readonly string[] | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly unknown[], void, undefined> {
  if (format === undefined) {
    yield* own.pieces(statement, batch, signal)
    return
  }
  const line = format === 'csv' ? csvLine : textLine
  if (names !== null) yield [Buffer.from(line(names))]
  for await (const rows of own.piecesBy(textRows, statement, batch, signal))
    yield [Buffer.from(rows.map(line).join(''))]
}

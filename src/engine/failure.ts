/** A driver's error made a StatementError, with what the schema knows and without what the statement's values were. */
import type { Statement } from '../base/statement.ts'
import type { ColumnModel, ElementSubject, Model, TableModel } from '../schema/model.ts'
import { constraintsByName, partitionNames } from '../schema/constraint-names.ts'
import { networkWords } from './network-words.ts'
import { PoolExhausted } from './pool-exhausted.ts'
import { detailOf, redacted } from './redact.ts'
import {
  CheckViolation,
  ConnectionLost,
  DeadlockDetected,
  ExclusionViolation,
  type Failure,
  ForeignKeyViolation,
  LoginRefused,
  NotNullViolation,
  SerializationFailure,
  StatementCanceled,
  StatementError,
  StatementTimeout,
  UniqueViolation,
} from './statement-error.ts'

// biome-ignore format: columns line up
const classes: { readonly [sqlState: string]: typeof StatementError } = {
  '23505': UniqueViolation,
  '23503': ForeignKeyViolation,
  '23502': NotNullViolation,
  '23514': CheckViolation,
  '23P01': ExclusionViolation,
  '40001': SerializationFailure,
  '40P01': DeadlockDetected,
  '57P01': ConnectionLost, // admin_shutdown
  '57P02': ConnectionLost, // crash_shutdown
  '57P03': ConnectionLost, // cannot_connect_now
  '57P05': ConnectionLost, // idle_session_timeout
  '25P03': ConnectionLost, // idle_in_transaction_session_timeout
}

/** What a server sends with an error; both drivers name the fields alike. */
interface ServerError extends Error {
  readonly code: string
  readonly severity: string
  readonly constraint?: string
  readonly schema?: string
  readonly table?: string
  readonly column?: string
  readonly hint?: string
  readonly detail?: string
  readonly routine?: string
}

/**
 * A driver's error as a StatementError; any other error as it is. The driver's error is kept as `cause`, without what
 * repeats values.
 * @param showsDetail whether its `detail` may repeat them
 */
export function failureOf(error: unknown, statement: Statement, model: Model | null, showsDetail = false): Error {
  // It was made where the wait ended, in a timer, and those who await are known here.
  if (error instanceof PoolExhausted) Error.captureStackTrace(error)
  if (!(error instanceof Error)) return new StatementError(String(error), nothingKnown(statement), { cause: error })
  if (isServerError(error)) return refused(error, statement, model, showsDetail)
  // What pg itself finds wrong while it says who it is, as a password that the server wants and nobody gave.
  if (error.message.startsWith('SASL: ')) {
    const said = /password must be a/.test(error.message) ? noPassword : error.message
    return new LoginRefused(said, nothingKnown(statement), { cause: error })
  }
  if (isLost(error)) {
    return new ConnectionLost(lostMessage(error), nothingKnown(statement), { cause: error })
  }
  return error
}

const noPassword = 'the server wants a password, and there is none in the address or in PGPASSWORD'

function nothingKnown(statement: Statement): Failure {
  return { sqlState: '', constraint: null, table: null, columns: [], sql: statement.text }
}

function isServerError(error: Error): error is ServerError {
  return 'severity' in error && 'code' in error && typeof error.code === 'string' && /^[\dA-Z]{5}$/.test(error.code)
}

/** The network's own errors have a code such as ECONNRESET and a system call; pg's have neither but these words. */
function isLost(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : ''
  return (
    networkWords(error) !== null ||
    /^(E(CONN|HOST|NET|PIPE|TIMEDOUT|NOTFOUND|AI_)|CERT_|ERR_SSL|SELF_SIGNED)/.test(code) ||
    /connection (terminated|ended|error)|timeout (exceeded|expired)|client (has|was) (encountered|closed)|not queryable|not support SSL|establishing an SSL/i.test(
      error.message,
    )
  )
}

function lostMessage(error: Error): string {
  const said = networkWords(error)
  if (said !== null) return said
  if (error.message !== '') return error.message
  // Node tries every address of a host, and its AggregateError says nothing itself.
  return error instanceof AggregateError ? error.errors.map(one => String(one?.message ?? one)).join('; ') : error.name
}

function refused(error: ServerError, statement: Statement, model: Model | null, showsDetail: boolean): StatementError {
  const sqlState = error.code
  const message = redacted(error.message, sqlState, statement)
  const table = model === null ? undefined : findTable(model, error)
  const constraint = constraintOf(error, model, table)
  const detail = error.detail === undefined ? null : detailOf(error, showsDetail)
  withoutValues(error, message)
  const hint = sqlState.startsWith('42') && error.hint ? ` (${error.hint})` : ''
  return new (errorClass(sqlState, error.message))(
    message + hint,
    {
      sqlState,
      constraint,
      table: table?.key ?? error.table ?? null,
      columns: columnsOf(error, table, constraint),
      sql: statement.text,
      detail,
    },
    { cause: error },
  )
}

function errorClass(sqlState: string, message: string): typeof StatementError {
  // Both are query_canceled; only the words tell them apart, and a language other than English hides them.
  if (sqlState === '57014') return /timeout/i.test(message) ? StatementTimeout : StatementCanceled
  // A protocol violation, as a wrong number of parameters is one, leaves the connection as it was.
  if (sqlState.startsWith('08') && sqlState !== '08P01') return ConnectionLost
  if (sqlState.startsWith('28') || sqlState === '3D000') return LoginRefused
  return classes[sqlState] ?? StatementError
}

/** `detail` holds the values of the row ("Key (email)=(x) already exists"), and so may all that is hidden here. */
function withoutValues(error: ServerError, message: string): void {
  const stack = error.stack?.replace(error.message, () => message)
  Object.defineProperty(error, 'message', { value: message, enumerable: false, configurable: true })
  Object.defineProperty(error, 'stack', { value: stack, enumerable: false, configurable: true })
  for (const field of ['detail', 'where', 'internalQuery', 'query', 'params']) {
    if (field in error) Object.defineProperty(error, field, { enumerable: false })
  }
}

/** `public` may stand for any schema of the search path, so a table that the literal puts there is found by its name. */
function findTable(model: Model, error: ServerError): TableModel | undefined {
  const named = model.tables.filter(table => table.name === error.table)
  return (
    named.find(table => table.schema === error.schema) ??
    named.find(table => table.schema === 'public') ??
    model.tables.find(table => partitionNames(table).includes(error.table ?? ''))
  )
}

/** The constraint by its own name, also where a partition has given it another. */
function constraintOf({ constraint }: ServerError, model: Model | null, table: TableModel | undefined): string | null {
  if (constraint === undefined) return null
  const found = model === null ? undefined : constraintsByName(model).get(constraint)
  return found?.find(one => one.table === table)?.name ?? constraint
}

function columnsOf(error: ServerError, table: TableModel | undefined, constraint: string | null): readonly string[] {
  if (error.column !== undefined) return [table?.columnByName.get(error.column)?.key ?? error.column]
  if (table === undefined || constraint === null) return []
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques, ...table.foreignKeys]
  const key = keys.find(candidate => candidate.name === constraint)
  if (key !== undefined) return key.columns.map(column => column.key)
  const elements =
    table.indexes.find(index => index.name === constraint)?.elements ??
    table.excludes.find(exclude => exclude.name === constraint)?.elements ??
    []
  return elements
    .map(columnOf)
    .filter(column => column !== null)
    .map(column => column.key)
}

function columnOf(subject: ElementSubject): ColumnModel | null {
  return 'column' in subject ? subject.column : null
}

/** Whether an error, the driver's or ours, says that the connection is gone. */
export function isConnectionLost(error: unknown): error is Error {
  if (error instanceof ConnectionLost) return true
  if (!(error instanceof Error) || error instanceof StatementError) return false
  if (!isServerError(error)) return isLost(error)
  return errorClass(error.code, error.message) === ConnectionLost
}

/** What the database refuses, as errors by who must act on it. */
import { sentence } from '../base/messages.ts'

/** What is known of a refused statement. Values are not among it. */
export interface Failure {
  /** Postgres's five characters; '' when no server answered. */
  readonly sqlState: string
  readonly constraint: string | null
  /** As the literal names it; as the database does when the literal has no such table. */
  readonly table: string | null
  readonly columns: readonly string[]
  readonly sql: string
  readonly detail?: string | null
}

/** The database refused a statement, or was not there to run it. */
export class StatementError extends Error implements Failure {
  override readonly name: string = 'StatementError'
  readonly sqlState: string
  readonly constraint: string | null
  readonly table: string | null
  readonly columns: readonly string[]
  /** The statement's text, without its values. */
  readonly sql: string
  /**
   * What the database adds, with `…` in place of values unless the engine was made with `detail: 'shown'`; null where it adds
   * nothing.
   */
  readonly detail: string | null
  /** Whether the same transaction may succeed when it is run again from its start: SQLSTATE class 40. */
  readonly retryable: boolean
  /** The object whose row was refused, where a session sent it. Not enumerable, since it holds values. */
  declare readonly row?: object
  /** The row's place among those added to its table, or given to `copyFrom`, from 0. */
  declare readonly rowIndex?: number
  /** Its statement's place in a pipeline, or its set of parameters among many, from 0. */
  declare readonly statementIndex?: number

  constructor(message: string, failure: Failure, options?: ErrorOptions) {
    super(message, options)
    this.sqlState = failure.sqlState
    this.constraint = failure.constraint
    this.table = failure.table
    this.columns = failure.columns
    this.sql = failure.sql
    this.detail = failure.detail ?? null
    this.retryable = failure.sqlState.startsWith('40')
  }
}

/** Two rows would have the same key. */
export class UniqueViolation extends StatementError {
  override readonly name = 'UniqueViolation'
}
/** A row points to one that is not there, or one goes that others point to. */
export class ForeignKeyViolation extends StatementError {
  override readonly name = 'ForeignKeyViolation'
}
/** A column that must have a value would have none. */
export class NotNullViolation extends StatementError {
  override readonly name = 'NotNullViolation'
}
/** A row does not meet a check. */
export class CheckViolation extends StatementError {
  override readonly name = 'CheckViolation'
}
/** Two rows would exclude each other. */
export class ExclusionViolation extends StatementError {
  override readonly name = 'ExclusionViolation'
}
/** The transaction cannot be put in order with others; it may be run again. */
export class SerializationFailure extends StatementError {
  override readonly name = 'SerializationFailure'
}
/** The transaction was chosen to end a deadlock; it may be run again. */
export class DeadlockDetected extends StatementError {
  override readonly name = 'DeadlockDetected'
}
/** The server is there and does not let this user in: the name, the password, the database or the server's own rules. */
export class LoginRefused extends StatementError {
  override readonly name = 'LoginRefused'
}
/** The server is gone, or was never reached. Whether the statement took effect is not known. */
export class ConnectionLost extends StatementError {
  override readonly name: string = 'ConnectionLost'
}
/**
 * The connection was lost between a commit and its answer: what the transaction did is either all there or not at all, and only the
 * data can tell. It is never tried again by itself. The error of the connection is the `cause`.
 */
export class CommitUnknown extends ConnectionLost {
  override readonly name = 'CommitUnknown'

  constructor(cause: Error) {
    const sqlState = cause instanceof StatementError ? cause.sqlState : ''
    const known = { sqlState, constraint: null, table: null, columns: [], sql: 'commit' }
    super(sentence('commitUnknown', [cause.message]), known, { cause })
  }
}
/** The statement took longer than it may. */
export class StatementTimeout extends StatementError {
  override readonly name = 'StatementTimeout'
}
/** The statement was canceled. */
export class StatementCanceled extends StatementError {
  override readonly name = 'StatementCanceled'
}

/** An error that says its place among several. */
export function placed(
  failure: StatementError,
  message: string,
  index: number,
  property: 'statementIndex' | 'rowIndex' = 'statementIndex',
): StatementError {
  const stack = failure.stack?.replace(failure.message, () => message)
  Object.defineProperty(failure, 'message', { value: message, configurable: true, writable: true, enumerable: false })
  Object.defineProperty(failure, 'stack', { value: stack, configurable: true, writable: true, enumerable: false })
  Object.defineProperty(failure, property, { value: index, enumerable: false })
  return failure
}

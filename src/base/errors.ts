/** Every error cupel throws, by who must act on it. The sentences are in messages.ts. */
import { type MessageName, sentence } from './messages.ts'

/** The schema literal is wrong: its author must act. `code` names the sentence; docs/errors.md has a paragraph for each. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
  readonly code: MessageName

  constructor(code: MessageName, ...values: readonly string[]) {
    super(sentence(code, values))
    this.code = code
  }
}

/** A call is wrong: the caller must act. */
export class SessionError extends Error {
  override readonly name: string = 'SessionError'
  readonly code: MessageName

  constructor(code: MessageName, ...values: readonly string[]) {
    super(sentence(code, values))
    this.code = code
  }
}

/** A value that only the database can give was read before the database gave it. */
export class PendingValueError extends SessionError {
  override readonly name = 'PendingValueError'
}

/** A row that the session was to change is not what the session knows any more: somebody else changed or deleted it. */
export class StaleDataError extends SessionError {
  override readonly name = 'StaleDataError'
  /** The table, as the literal names it. */
  readonly table: string
  /** The object of the row, not enumerable; null when it is not known which row it was. */
  declare readonly row: object | null

  constructor(table: string, what: 'changed' | 'gone', row: object | null) {
    super(what === 'changed' ? 'rowChanged' : 'rowGone', table)
    this.table = table
    Object.defineProperty(this, 'row', { value: row, configurable: true, writable: true, enumerable: false })
  }
}

/** The engine was asked for something that it cannot do: a wrong address, a missing driver, parameters that do not fit. */
export class EngineError extends Error {
  override readonly name: string = 'EngineError'
  readonly code: MessageName

  constructor(code: MessageName, values: readonly string[], options?: ErrorOptions) {
    super(sentence(code, values), options)
    this.code = code
  }
}

/**
 * A value does not fit its type, on its way to the database or back. The message says what was wanted and what sort of
 * value was there, never the value.
 */
export class ValueError extends TypeError {
  override readonly name = 'ValueError'
  readonly code: MessageName

  constructor(code: MessageName, ...values: readonly string[]) {
    super(sentence(code, values))
    this.code = code
  }
}

/** A file of a migration is wrong, or the migrations and what the database remembers of them do not fit. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
  readonly code: MessageName
  /** The migration that it is about; null where it is about all. */
  readonly migration: string | null
  /** The step that failed, from 1; null where none was running. */
  readonly step: number | null
  /** The line in the file, from 1; null where it is about no line. */
  readonly line: number | null
  /** The migrations that the same call had done before. */
  readonly done: readonly string[]

  constructor(code: MessageName, values: readonly string[], about: About = {}, options?: ErrorOptions) {
    super(sentence(code, values), options)
    this.code = code
    this.migration = about.migration ?? null
    this.step = about.step ?? null
    this.line = about.line ?? null
    this.done = about.done ?? []
  }
}

interface About {
  readonly migration?: string
  readonly step?: number
  readonly line?: number | null
  readonly done?: readonly string[]
}

import type { constraintName } from '../../types/constraint.ts'
import type { AnySchema } from '../../types/schema.ts'
import { EngineError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import { constraintsByName } from '../schema/constraint-names.ts'
import { modelOf } from '../schema/define.ts'
import {
  CheckViolation,
  ExclusionViolation,
  ForeignKeyViolation,
  NotNullViolation,
  UniqueViolation,
} from './statement-error.ts'

/** The errors of rows that a constraint with a name does not let in. */
export type NamedViolation = UniqueViolation | ForeignKeyViolation | CheckViolation | ExclusionViolation

const named = [UniqueViolation, ForeignKeyViolation, CheckViolation, ExclusionViolation]

/**
 * Whether an error says that a row violates a constraint of the schema: any of them, or the one of a name. The error then has its type.
 * Names that the literal's types tell are proposed; any other may be given, and is looked up.
 * @throws EngineError for a name that no constraint of the schema has
 * @example if (isViolation(error, schema, 'users_email_key')) return 'this address is taken'
 */
export function isViolation(error: unknown, schema: AnySchema): error is NamedViolation | NotNullViolation
export function isViolation<S extends AnySchema, const Name extends string>(
  error: unknown,
  schema: S,
  name: Name | constraintName<S>,
): error is NamedViolation & { readonly constraint: Name }
export function isViolation(error: unknown, schema: AnySchema, name?: string): boolean {
  const model = modelOf(schema)
  const constraints = constraintsByName(model)
  if (name !== undefined && !constraints.has(name)) {
    throw new EngineError('unknownViolation', [name, suggestion(name, constraints.keys())])
  }
  if (error instanceof NotNullViolation) {
    return name === undefined && model.tables.some(table => error.table === table.key || error.table === table.name)
  }
  if (!named.some(made => error instanceof made)) return false
  // One of the four.
  const { constraint, table: place } = error as NamedViolation
  return (constraints.get(constraint ?? '') ?? []).some(
    // An engine without the schema says the table, and the partition, as the database does.
    found => (name === undefined || found.name === name) && (place === found.place || place === found.table?.key),
  )
}

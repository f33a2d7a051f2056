/** Storage parameters of tables, indexes and views. */
import { literal, quote } from '../base/identifier.ts'
import type { StorageModel } from '../schema/model.ts'

/** `with (…)`. A dot in a parameter's name divides it, as in `toast.autovacuum_enabled`. */
export function storageClause(parameters: StorageModel): string {
  return `with (${parameters.map(parameter).join(', ')})`
}

/** The parameter's name as the grammar takes it. */
export function parameterName(name: string): string {
  return name
    .split('.')
    .map(part => (/^[a-z][a-z0-9_]*$/.test(part) ? part : quote(part)))
    .join('.')
}

function parameter([name, value]: StorageModel[number]): string {
  return `${parameterName(name)} = ${typeof value === 'string' ? literal(value) : String(value)}`
}

/** Sequences, and the options they share with identity columns. */
import type { SequenceOptions } from '../../types/literal.ts'
import { SchemaError } from '../base/errors.ts'
import { quote, quoteQualified } from '../base/identifier.ts'
import { suggestion } from '../base/nearest.ts'
import { columnIn } from '../schema/constraints.ts'
import type { Model, SequenceModel } from '../schema/model.ts'

/** `create sequence` for a sequence of its own. */
export function createSequence(sequence: SequenceModel, start = 'create sequence if not exists'): string {
  const words = `${start} ${quoteQualified(sequence)} as ${sequence.as}`
  return [words, ...sequenceOptions(sequence.options)].join(' ')
}

/** Ties a sequence to its column: it is dropped with it. */
export function ownSequence(model: Model, sequence: SequenceModel): string[] {
  const [key, column] = sequence.ownedBy ?? []
  const table = model.tableByKey.get(key ?? '')
  if (key === undefined || column === undefined) return []
  if (table === undefined)
    throw new SchemaError('unknownParent', sequence.key, key, suggestion(key, model.tableByKey.keys()))
  const name = quote(columnIn(table.columnByKey, column, `sequence '${sequence.key}'`).name)
  return [`alter sequence ${quoteQualified(sequence)} owned by ${quoteQualified(table)}.${name}`]
}

/** One clause for each option that is given, in the order of the manual. */
export function sequenceOptions(options: SequenceOptions): string[] {
  const clauses: string[] = []
  const clause = (words: string, value: number | bigint | undefined): void => {
    // Through BigInt, because a large number would print with an exponent.
    if (value !== undefined) clauses.push(`${words} ${BigInt(value)}`)
  }
  clause('increment by', options.increment)
  clause('minvalue', options.minValue)
  clause('maxvalue', options.maxValue)
  clause('start with', options.start)
  clause('cache', options.cache)
  if (options.cycle !== undefined) clauses.push(options.cycle ? 'cycle' : 'no cycle')
  return clauses
}

/** One clause for each option that the first have otherwise; those that are not given go back to what Postgres takes. */
export function changedOptions(from: SequenceOptions, to: SequenceOptions): string[] {
  const was = new Set(allOptions(from))
  return allOptions(to).filter(clause => !was.has(clause))
}

function allOptions(options: SequenceOptions): string[] {
  const { increment = 1, minValue, maxValue, cache = 1, cycle = false } = options
  const { start = BigInt(increment) > 0n ? (minValue ?? 1) : (maxValue ?? -1) } = options
  const [first, ...others] = sequenceOptions({ increment, start, cache, cycle })
  const bounds = [
    ...(minValue === undefined ? ['no minvalue'] : sequenceOptions({ minValue })),
    ...(maxValue === undefined ? ['no maxvalue'] : sequenceOptions({ maxValue })),
  ]
  return [...(first === undefined ? [] : [first]), ...bounds, ...others]
}

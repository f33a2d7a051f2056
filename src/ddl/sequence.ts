/** Sequences, and the options they share with identity columns. */
import type { SequenceOptions } from '../../types/literal.ts'
import { quoteQualified } from '../base/identifier.ts'
import type { SequenceModel } from '../schema/model.ts'

/** `create sequence` for a sequence of its own. */
export function createSequence(sequence: SequenceModel): string {
  const start = `create sequence if not exists ${quoteQualified(sequence)} as ${sequence.as}`
  return [start, ...sequenceOptions(sequence.options)].join(' ')
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

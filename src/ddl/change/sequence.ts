/** Changes of sequences of their own. */
import { quote, quoteQualified } from '../../base/identifier.ts'
import type { Change } from '../../schema/change.ts'
import type { Model, QualifiedName, SequenceModel } from '../../schema/model.ts'
import type { SequenceOptions } from '../../../types/literal.ts'
import { changedOptions, createSequence, ownSequence } from '../sequence.ts'
import { change, hazard, label, locked } from './change.ts'

export function newSequence(sequence: SequenceModel): Change {
  return change('create sequence', label(sequence), createSequence(sequence, 'create sequence'), {
    inverse: `drop sequence ${quoteQualified(sequence)}`,
  })
}

/** @param isCountedOn whether something else counts on from where it is */
export function dropSequence(sequence: SequenceModel, isCountedOn: boolean): Change {
  const object = label(sequence)
  const message = `how far '${object}' has counted is lost`
  return change('drop sequence', object, `drop sequence ${quoteQualified(sequence)}`, {
    inverse: createSequence(sequence, 'create sequence'),
    locks: locked('ACCESS EXCLUSIVE', sequence),
    hazards: isCountedOn ? [] : [hazard('data loss', 'drop sequence', object, message, null)],
  })
}

/** Its options, and whose it is; those that are not given go back to what Postgres takes. */
export function alterSequence(before: Model, from: SequenceModel, model: Model, to: SequenceModel): Change[] {
  const sql = (was: SequenceModel, is: SequenceModel): string =>
    [
      `alter sequence ${quoteQualified(to)}`,
      ...(was.as === is.as ? [] : [`as ${is.as}`]),
      ...changedOptions(was.options, is.options),
    ].join(' ')
  const changes: Change[] = []
  const locks = locked('SHARE ROW EXCLUSIVE', to)
  const isOther = from.as !== to.as || changedOptions(from.options, to.options).length > 0
  if (isOther) {
    changes.push(...reaching(to, from.options, to.options))
    changes.push(change('alter sequence', label(to), sql(from, to), { inverse: sql(to, from), locks }))
  }
  const owner = (model: Model, sequence: SequenceModel): string =>
    ownSequence(model, sequence)[0] ?? `alter sequence ${quoteQualified(to)} owned by none`
  if (owner(before, from) !== owner(model, to))
    changes.push(change('own sequence', label(to), owner(model, to), { inverse: owner(before, from), locks }))
  return changes
}

/** Where a sequence has not come to its lowest value yet, it goes there first: Postgres refuses bounds that it is not within. */
export function reaching(sequence: QualifiedName, from: SequenceOptions, to: SequenceOptions): Change[] {
  const lowest = BigInt(to.minValue ?? 1)
  if (BigInt(to.increment ?? 1) < 0n || lowest <= BigInt(from.minValue ?? 1)) return []
  const name = quoteQualified(sequence)
  const sql = `select setval('${text(sequence)}', ${lowest}, false) from ${name} where last_value < ${lowest}`
  return [change('set sequence', label(sequence), sql)]
}

/** A new sequence counts on from where another is. Its own start holds where that is higher, and while the other has given nothing. */
export function countOn(sequence: QualifiedName, options: SequenceOptions, from: QualifiedName): Change {
  const start = BigInt(options.start ?? options.minValue ?? 1)
  const reaches = start > 1n ? ` and last_value >= ${start}` : ''
  const sql = `select setval('${text(sequence)}', last_value) from ${quoteQualified(from)} where is_called${reaches}`
  return change('set sequence', label(sequence), sql)
}

/** A new sequence counts on from the highest value that rows have. */
export function countOnRows(
  sequence: QualifiedName,
  options: SequenceOptions,
  table: QualifiedName,
  column: string,
): Change {
  const start = BigInt(options.start ?? options.minValue ?? 1)
  const highest = `max(${quote(column)})`
  const sql = `select setval('${text(sequence)}', ${highest}) from ${quoteQualified(table)} having ${highest} >= ${start}`
  return change('set sequence', label(sequence), sql, { scans: true })
}

/** Its name in a string. */
function text(sequence: QualifiedName): string {
  return quoteQualified(sequence).replaceAll("'", "''")
}

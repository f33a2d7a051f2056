/** Changes of sequences of their own. */
import { quoteQualified } from '../../base/identifier.ts'
import type { Change } from '../../schema/change.ts'
import type { Model, SequenceModel } from '../../schema/model.ts'
import { createSequence, ownSequence, sequenceOptions } from '../sequence.ts'
import { change, hazard, label, locked } from './change.ts'

export function newSequence(sequence: SequenceModel): Change {
  return change('create sequence', label(sequence), createSequence(sequence, 'create sequence'), {
    inverse: `drop sequence ${quoteQualified(sequence)}`,
  })
}

export function dropSequence(sequence: SequenceModel): Change {
  const object = label(sequence)
  return change('drop sequence', object, `drop sequence ${quoteQualified(sequence)}`, {
    inverse: createSequence(sequence, 'create sequence'),
    locks: locked('ACCESS EXCLUSIVE', sequence),
    hazards: [hazard('data loss', 'drop sequence', object, `how far '${object}' has counted is lost`, null)],
  })
}

/** Its options, and whose it is; those that are not given go back to what Postgres takes. */
export function alterSequence(before: Model, from: SequenceModel, model: Model, to: SequenceModel): Change[] {
  const sql = (sequence: SequenceModel): string => {
    const rises = BigInt(sequence.options.increment ?? 1) > 0n
    const bounds = [
      ...(sequence.options.minValue === undefined ? ['no minvalue'] : []),
      ...(sequence.options.maxValue === undefined ? ['no maxvalue'] : []),
    ]
    const start =
      sequence.options.start ?? (rises ? (sequence.options.minValue ?? 1) : (sequence.options.maxValue ?? -1))
    const options = sequenceOptions({ increment: 1, cache: 1, cycle: false, ...sequence.options, start })
    return [`alter sequence ${quoteQualified(to)} as ${sequence.as}`, ...bounds, ...options].join(' ')
  }
  const changes: Change[] = []
  const locks = locked('SHARE ROW EXCLUSIVE', to)
  if (sql(from) !== sql(to)) changes.push(change('alter sequence', label(to), sql(to), { inverse: sql(from), locks }))
  const owner = (model: Model, sequence: SequenceModel): string =>
    ownSequence(model, sequence)[0] ?? `alter sequence ${quoteQualified(to)} owned by none`
  if (owner(before, from) !== owner(model, to))
    changes.push(change('own sequence', label(to), owner(model, to), { inverse: owner(before, from), locks }))
  return changes
}

/** The way from one schema to another, as data. */
import { buildModel } from '../../schema/build.ts'
import type { Change } from '../../schema/change.ts'
import type { Model } from '../../schema/model.ts'
import type { AnySchema } from '../../../types/schema.ts'
import { withGaps } from './access.ts'
import { buildingUp } from './build-up.ts'
import { clearing } from './clear.ts'
import { compared } from './comparison.ts'
import { defaultsTakenBack } from './default-privileges.ts'
import { foreignKeyChanges } from './foreign-keys.ts'
import { inheritingLate } from './inheritance.ts'
import { attaching, losesColumns } from './partition-tree.ts'
import { renamings } from './renamings.ts'
import { rewrittenAlone } from './rewritten-alone.ts'
import { rewrittenOnce } from './rewritten-once.ts'
import { renameSequences } from './sequence-names.ts'
import { countingOnRows } from './replaced.ts'
import { takingAway } from './take-away.ts'
import { typing } from './typed-tables.ts'
import { withTablesBelow } from './with-tables-below.ts'

/**
 * The changes that make `to` of `from`, in order: what stands in the way goes first, then all is made and changed, then what is no longer
 * wanted goes. Both schemas are as `reflect` gives them, with Postgres's own text for every expression, so that the same meaning is the same
 * text. Nothing is asked of a database. `version` is the server's, as `server_version_num` says it.
 */
export function diff(from: AnySchema, to: AnySchema, version: number): readonly Change[] {
  return diffModels(modelOf(from), modelOf(to), version)
}

export function diffModels(from: Model, to: Model, version: number): readonly Change[] {
  const comparison = compared(from, to, version)
  const changes = withoutRepeatedSettings([
    ...renameSequences(comparison.sequences),
    ...clearing(comparison),
    ...renamings(comparison),
    ...buildingUp(comparison),
    ...defaultsTakenBack(comparison),
    ...takingAway(comparison),
    ...inheritingLate(comparison),
    ...typing(comparison),
    ...attaching(comparison, table => losesColumns(comparison, table)),
    ...countingOnRows(comparison),
    ...foreignKeyChanges(comparison, 'late'),
  ])
  return rewrittenAlone(rewrittenOnce(comparison, withTablesBelow(comparison, withGaps(changes))))
}

function modelOf(schema: AnySchema): Model {
  return buildModel(schema.tables, schema.options)
}

/** A setting that is taken back and made again between two functions stays made. */
function withoutRepeatedSettings(changes: readonly Change[]): readonly Change[] {
  const kept: Change[] = []
  for (const change of changes) {
    if (change.kind === 'set' && kept.at(-1)?.kind === 'set') kept.pop()
    else kept.push(change)
  }
  return kept
}

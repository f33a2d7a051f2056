/** Tables of a composite type: Postgres changes none of their columns, so they are of none while it has other fields. */
import { change } from '../../ddl/change/change.ts'
import { alterComposite } from '../../ddl/change/type.ts'
import { rawStatement } from '../../ddl/raw.ts'
import type { Change } from '../../schema/change.ts'
import type { Model } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { mentions } from './mention.ts'
import { paired } from './pairs.ts'
import { rawLocks, rawName } from './raw-locks.ts'
import { undoRaw } from './undo-raw.ts'

type Raw = Model['raw'][number]

export function isOfType(raw: Raw): boolean {
  return raw.kind === 'alter' && /^alter table only (?:"(?:[^"]|"")+"|[^\s"])+ of /.test(rawStatement(raw))
}

/** Whether the type that a statement names will have other fields. */
export function changesFields(text: string, { from, to }: Pick<Comparison, 'from' | 'to'>): boolean {
  return paired(from.types, to.types, nameOf).both.some(
    ([was, is]) =>
      was.kind === 'composite' && is.kind === 'composite' && mentions(text, is) && alterComposite(was, is).length > 0,
  )
}

/** They are of their types once the columns that go have gone. */
export function typing({ from, to, tables, remade }: Comparison): Change[] {
  const before = new Set(from.raw.map(one => one.name))
  const fresh = new Set(tables.fresh.map(rawName))
  return to.raw
    .filter(raw => isOfType(raw) && (!before.has(raw.name) || remade.raw.has(raw.name)))
    .map(raw =>
      change('alter', raw.name.slice('alter '.length), rawStatement(raw), {
        inverse: undoRaw(raw, to),
        locks: rawLocks(raw, 'made').filter(lock => !fresh.has(lock.on)),
      }),
    )
}

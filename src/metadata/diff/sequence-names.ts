/** Sequences that have other names now: they are renamed before all else, and count on from where they were. */
import { derivedName } from '../../base/identifier.ts'
import { renameSequence, sequenceOf } from '../../ddl/change/identity.ts'
import { fragmentText, statementText } from '../../ddl/fragment-text.ts'
import type { Change } from '../../schema/change.ts'
import type { ColumnModel, DefaultModel, Model, QualifiedName, SequenceModel, TableModel } from '../../schema/model.ts'
import { plainFragment } from '../text-fragment.ts'
import { nameOf } from './identity.ts'
import { heldNames } from './name-clash.ts'
import { paired } from './pairs.ts'
import { nextValue, withColumns } from './plain-serials.ts'
import { rawName } from './raw-locks.ts'
import { renamedInOrder } from './rename-order.ts'
import { withTables } from './with-tables.ts'

export interface SequenceRename {
  readonly from: QualifiedName
  readonly to: string
}

/**
 * What a column counts with and counts with under another name, and what goes while something else wants its name: that steps aside. A name that
 * is not free yet is nobody's here.
 */
export function sequenceRenames(from: Model, to: Model): readonly SequenceRename[] {
  const own = [...identityRenames(from, to), ...ownedRenames(from, to)].filter(
    one => one.from.schema === one.to.schema && one.from.name !== one.to.name,
  )
  const moved = new Set(own.map(one => nameOf(one.from)))
  const held = heldNames(from)
  const free = own.filter(({ to: wanted }) => !held.has(nameOf(wanted)) || moved.has(nameOf(wanted)))
  const stays = new Set(free.map(one => nameOf(one.from)))
  const wanted = heldNames(to)
  const aside = leaving(from, to).filter(one => wanted.has(nameOf(one)) && !stays.has(nameOf(one)))
  return [
    ...free.map(one => ({ from: one.from, to: one.to.name })),
    ...aside.map(one => ({ from: one, to: derivedName(one.name, '', 'aside') })),
  ]
}

export function renameSequences(renames: readonly SequenceRename[]): Change[] {
  return renamedInOrder(
    renames.map(({ from: { schema, name }, to }) => ({
      schema,
      from: name,
      to,
      make: (before, after) => renameSequence({ schema, name: before }, after),
    })),
  )
}

interface Pair {
  readonly from: QualifiedName
  readonly to: QualifiedName
}

function identityRenames(from: Model, to: Model): Pair[] {
  return paired(from.tables, to.tables, nameOf).both.flatMap(([was, is]) =>
    paired(was.columns, is.columns, column => column.name).both.flatMap(([old, column]) =>
      old.identity === null || column.identity === null
        ? []
        : [{ from: sequenceOf(was, old), to: sequenceOf(is, column) }],
    ),
  )
}

/** The one sequence of a column that is gone and the one that is new. */
function ownedRenames(from: Model, to: Model): Pair[] {
  const { gone, fresh } = paired(from.sequences, to.sequences, nameOf)
  const byOwner = (model: Model, sequences: readonly SequenceModel[]): Map<string, SequenceModel[]> => {
    const found = new Map<string, SequenceModel[]>()
    for (const one of sequences) {
      const table = model.tableByKey.get(one.ownedBy?.[0] ?? '')
      if (table === undefined) continue
      const owner = `${nameOf(table)} ${table.columnByKey.get(one.ownedBy?.[1] ?? '')?.name}`
      found.set(owner, [...(found.get(owner) ?? []), one])
    }
    return found
  }
  const after = byOwner(to, fresh)
  return [...byOwner(from, gone)].flatMap(([owner, [was, second]]) => {
    const [is, other] = after.get(owner) ?? []
    return was === undefined || is === undefined || second !== undefined || other !== undefined
      ? []
      : [{ from: was, to: is }]
  })
}

/** The sequences that go, of their own and of identities; those of tables that go are the tables'. */
export function leaving(from: Model, to: Model): QualifiedName[] {
  return [...paired(from.sequences, to.sequences, nameOf).gone, ...leavingIdentities(from, to)]
}

/** Those of identities that columns of tables that stay have no longer. */
export function leavingIdentities(from: Model, to: Model): QualifiedName[] {
  return paired(from.tables, to.tables, nameOf).both.flatMap(([was, is]) =>
    was.columns
      .filter(column => column.identity !== null && (is.columnByName.get(column.name)?.identity ?? null) === null)
      .map(column => sequenceOf(was, column)),
  )
}

/** The model once they are renamed: defaults follow, as do privileges. */
export function withSequenceNames(model: Model, renames: readonly SequenceRename[]): Model {
  if (renames.length === 0) return model
  const names = new Map(renames.map(one => [nameOf(one.from), one.to]))
  const tables = new Map<TableModel, TableModel>()
  for (const table of model.tables) {
    const columns = new Map<ColumnModel, ColumnModel>()
    for (const column of table.columns) {
      const name = column.identity === null ? undefined : names.get(nameOf(sequenceOf(table, column)))
      const fallback = renamedDefault(column.default, renames)
      if (name === undefined && fallback === column.default) continue
      const identity = column.identity && { ...column.identity, sequence: name ?? column.identity.sequence }
      columns.set(column, { ...column, identity, default: fallback })
    }
    if (columns.size > 0) tables.set(table, withColumns(table, columns))
  }
  return {
    ...withTables(model, tables),
    sequences: model.sequences.map(one => ({ ...one, name: names.get(nameOf(one)) ?? one.name })),
    raw: model.raw.map(one => renamedRaw(one, renames)),
  }
}

function renamedDefault(given: DefaultModel | null, renames: readonly SequenceRename[]): DefaultModel | null {
  if (given?.kind !== 'sql') return given
  const text = fragmentText(given.sql)
  const said = renames.reduce(
    (now, { from, to }) => now.replaceAll(nextValue(from), () => nextValue({ ...from, name: to })),
    text,
  )
  return said === text ? given : { kind: 'sql', sql: plainFragment(said) }
}

function renamedRaw(raw: Model['raw'][number], renames: readonly SequenceRename[]): Model['raw'][number] {
  const found = renames.find(({ from }) => statementText(raw.sql).includes(` sequence ${rawName(from)} `))
  if (found === undefined) return raw
  const { from, to } = found
  const said = (text: string): string =>
    text.replace(` sequence ${rawName(from)} `, () => ` sequence ${rawName({ ...from, name: to })} `)
  return { ...raw, name: said(raw.name), sql: plainFragment(said(statementText(raw.sql))) }
}

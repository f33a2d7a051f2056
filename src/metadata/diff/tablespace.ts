/** Where tables, materialized views and indexes are kept, when that changes. */
import { change, hazard } from '../../ddl/change/change.ts'
import { rawStatement } from '../../ddl/raw.ts'
import type { Change } from '../../schema/change.ts'
import type { Model, QualifiedName } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { nameOf } from './identity.ts'
import { takenBy } from './name-clash.ts'
import { once } from './once.ts'
import { paired } from './pairs.ts'
import { rawLocks, rawName } from './raw-locks.ts'
import { constraintFate, indexFate } from './table-parts.ts'
import { undoRaw } from './undo-raw.ts'

type Raw = Model['raw'][number]

/** Out of its place to the usual one; not where it goes itself, or is only to have another place. */
export function leavesPlace({ from, to }: Comparison, raw: Raw): Change[] {
  const relation = placed(to).get(placedName(raw))
  if (relation === undefined || to.raw.some(one => one.name === raw.name)) return []
  return [moved(raw, relation, undoRaw(raw, from) ?? '', rawStatement(raw))]
}

/** To its place, from another or from the usual one; and again, when it is an index or a view that is made anew. */
export function takesPlace(comparison: Comparison, raw: Raw): Change[] {
  const { from, to, tables } = comparison
  const old = from.raw.find(one => one.name === raw.name)
  const name = placedName(raw)
  const isThere = old !== undefined && rawStatement(old) === rawStatement(raw)
  if (isThere && !madeAnew(comparison).has(name)) return []
  const sql = rawStatement(raw)
  const relation = placed(to).get(name)
  const inverse = old === undefined || isThere ? undoRaw(raw, to) : rawStatement(old)
  // Nobody has heard of what is new.
  const isNew = relation === undefined || tables.fresh.some(table => table === relation)
  if (isNew || comparison.remade.views.has(nameOf(relation)))
    return [change('set tablespace', name.replace(/^public\./, ''), sql, { inverse })]
  return [moved(raw, relation, sql, inverse)]
}

type Placed = QualifiedName & { readonly partitionBy?: unknown }

function moved(raw: Raw, relation: Placed, sql: string, inverse: string | null): Change {
  const name = placedName(raw)
  const object = name.replace(/^public\./, '')
  // A partitioned table has no rows of its own, nor have its indexes.
  const isEmpty = (relation.partitionBy ?? null) !== null
  const message = `all of '${object}' is written anew, and nobody can read or write it meanwhile`
  return change('set tablespace', object, sql, {
    inverse,
    locks: rawLocks(raw, 'made'),
    rewrites: !isEmpty && name === rawName(relation),
    hazards: isEmpty ? [] : [hazard('blocks', 'set tablespace', object, message, relation)],
  })
}

/** What a statement moves, as Postgres prints its name. */
function placedName(raw: Raw): string {
  return rawLocks(raw, 'made')[0]?.on ?? raw.name
}

/** Everything that has a place, by its name, with the relation that it is or belongs to. */
const placed = once((model: Model): ReadonlyMap<string, Placed> => {
  const inSchema = (key: string): string => {
    const [schema = '', name = ''] = key.split('\0')
    return rawName({ schema, name })
  }
  return new Map<string, Placed>([
    ...model.views.flatMap(view =>
      [view, ...view.indexes].map(({ name }) => [rawName({ schema: view.schema, name }), view] as const),
    ),
    ...model.tables.flatMap(table => takenBy(table).map(key => [inSchema(key), table] as const)),
  ])
})

/** What takes the place of another is made in the usual place: indexes, and views with theirs. */
const madeAnew = once((comparison: Comparison): ReadonlySet<string> => {
  const { from, to, tables, remade } = comparison
  const views = paired(from.views, to.views, nameOf).both
  const isRemade = ([, is]: (typeof views)[number]): boolean => remade.views.has(nameOf(is))
  const indexes = [...tables.both, ...views.filter(one => !isRemade(one))].flatMap(([was, is]) => {
    const keys = 'columns' in was && 'columns' in is ? [constraintFate(comparison, was, is)] : []
    return [...keys, indexFate(comparison, was, is)]
      .flatMap(({ changed, broken, fresh }) => [...[...changed, ...broken].map(([, one]) => one), ...fresh])
      .map(({ name }) => rawName({ schema: is.schema, name }))
  })
  const own = views
    .filter(isRemade)
    .flatMap(([, is]) => [is, ...is.indexes].map(({ name }) => rawName({ schema: is.schema, name })))
  return new Set([...indexes, ...own])
})

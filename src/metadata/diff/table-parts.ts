/** The constraints and indexes of a table that stands: which stay, which take another name, which go and which come. */
import { quote } from '../../base/identifier.ts'
import { checkClause, excludeClause, foreignKeyClause, primaryKeyClause, uniqueClause } from '../../ddl/constraint.ts'
import { createIndex } from '../../ddl/index-statement.ts'
import type {
  CheckModel,
  ExcludeModel,
  ForeignKeyModel,
  IndexModel,
  KeyModel,
  Model,
  TableModel,
  ViewModel,
} from '../../schema/model.ts'
import { followed } from './attachment.ts'
import { type Comparison, namesRemade } from './comparison.ts'
import { hasRemadeDefault } from './default-classes.ts'
import { nameOf } from './identity.ts'
import { namesColumn } from './mention.ts'
import { once } from './once.ts'
import { paired } from './pairs.ts'
import { goesWithRaw } from './raw-parts.ts'

export type Constraint = { readonly name: string; readonly clause: string } & (
  | { readonly kind: 'primary key' | 'unique'; readonly key: KeyModel }
  | { readonly kind: 'check'; readonly check: CheckModel }
  | { readonly kind: 'exclude'; readonly exclude: ExcludeModel }
  | { readonly kind: 'foreign key'; readonly foreignKey: ForeignKeyModel }
)

export function constraintsOf(model: Model, table: TableModel): Constraint[] {
  const { primaryKey } = table
  // A check that the table had before it came to inherit the same is the parent's.
  const above = table.inherits.flatMap(key => model.tableByKey.get(key)?.checks ?? []).map(checkClause)
  const isOwn = (check: CheckModel): boolean => !above.includes(checkClause(check))
  return [
    ...(primaryKey === null
      ? []
      : [constraint({ kind: 'primary key', key: primaryKey }, primaryKey.name, primaryKeyClause(primaryKey))]),
    ...table.uniques.map(key => constraint({ kind: 'unique', key }, key.name, uniqueClause(key))),
    ...table.checks.filter(isOwn).map(check => constraint({ kind: 'check', check }, check.name, checkClause(check))),
    ...table.excludes.map(exclude => constraint({ kind: 'exclude', exclude }, exclude.name, excludeClause(exclude))),
    ...table.foreignKeys.map(foreignKey =>
      constraint({ kind: 'foreign key', foreignKey }, foreignKey.name, foreignKeyClause(model, foreignKey)),
    ),
  ]
}

type Kinds = Constraint extends infer One ? (One extends Constraint ? Omit<One, 'name' | 'clause'> : never) : never

function constraint(kind: Kinds, name: string, clause: string): Constraint {
  // The cast: a spread of a union is not read as one.
  return { ...kind, name, clause } as Constraint
}

/**
 * What becomes of parts of one kind. `changed` have the same name and another meaning; `broken` must be taken away first, since they name
 * something that is made again, whatever becomes of them.
 */
export interface Fate<Thing> {
  readonly renamed: readonly (readonly [from: Thing, to: Thing])[]
  readonly changed: readonly (readonly [from: Thing, to: Thing])[]
  readonly broken: readonly (readonly [from: Thing, to: Thing])[]
  readonly gone: readonly Thing[]
  readonly fresh: readonly Thing[]
}

/** Of the tables as they shall be, as far as they have been asked for. */
const constraintFates = once((_: Comparison) => new Map<TableModel, Fate<Constraint>>())
const indexFates = once((_: Comparison) => new Map<TableModel | ViewModel, Fate<IndexModel>>())

export function constraintFate(comparison: Comparison, was: TableModel, is: TableModel): Fate<Constraint> {
  const known = constraintFates(comparison)
  const found = known.get(is) ?? constraintFateOf(comparison, was, is)
  known.set(is, found)
  return found
}

function constraintFateOf(comparison: Comparison, was: TableModel, is: TableModel): Fate<Constraint> {
  const { from, to } = comparison
  const parent = followed(comparison, was, is)
  const above = parent === undefined ? null : constraintFate(comparison, ...parent)
  const lost = above === null ? [] : [...above.gone, ...[...above.changed, ...above.broken].map(([old]) => old)]
  // Exclusions of partitions are their own: those that they have of the table above are not told.
  const keys = lost.filter(one => one.kind === 'primary key' || one.kind === 'unique').map(meaningOf)
  return fate(comparison, was, is, constraintsOf(from, was), constraintsOf(to, is), meaningOf, new Set(keys))
}

/** What a constraint is, whatever it is called. */
export function meaningOf({ clause }: Constraint): string {
  return clause.replace(/^constraint "(?:[^"]|"")*" /, '')
}

export function indexFate(
  comparison: Comparison,
  was: TableModel | ViewModel,
  is: TableModel | ViewModel,
): Fate<IndexModel> {
  const known = indexFates(comparison)
  const found = known.get(is) ?? indexFateOf(comparison, was, is)
  known.set(is, found)
  return found
}

function indexFateOf(
  comparison: Comparison,
  was: TableModel | ViewModel,
  is: TableModel | ViewModel,
): Fate<IndexModel> {
  const parent = 'partitionOf' in was && 'partitionOf' in is ? followed(comparison, was, is) : undefined
  const above = parent === undefined ? null : indexFate(comparison, ...parent)
  const lost = above === null ? [] : [...above.gone, ...above.broken.map(([old]) => old)]
  return fate(comparison, was, is, was.indexes, is.indexes, indexMeaning, new Set(lost.map(indexMeaning)))
}

/** What an index is, whatever it is called and whatever it is on. */
export function indexMeaning(index: IndexModel): string {
  return createIndex({ schema: '', name: '' }, { ...index, name: '' }, 'plain')
}

/**
 * A part that is gone and one that is new, with the same meaning and no second of it on either side, are one with a new name.
 * @param lost the meanings of those that go with what they are parts of, of the table above: where they stay, they are made again
 */
function fate<Thing extends { readonly name: string }>(
  comparison: Comparison,
  was: TableModel | ViewModel,
  is: TableModel | ViewModel,
  from: readonly Thing[],
  to: readonly Thing[],
  meaning: (thing: Thing) => string,
  lost: ReadonlySet<string>,
): Fate<Thing> {
  const alone = (things: readonly Thing[]): Map<string, Thing> => {
    const counted = new Map<string, Thing[]>()
    for (const thing of things) counted.set(meaning(thing), [...(counted.get(meaning(thing)) ?? []), thing])
    return new Map(
      [...counted].flatMap(([text, [first, second]]) =>
        first !== undefined && second === undefined ? [[text, first]] : [],
      ),
    )
  }
  // Of two that mean the same, one is not a part.
  const isPart = goesWithRaw(comparison)
  const parts = new Set([
    ...[...alone(from)].flatMap(([text, thing]) => (lost.has(text) ? [thing] : [])),
    ...from.filter(thing => isPart(was.schema, thing.name)),
  ])
  const pairs = paired(
    from.filter(thing => !parts.has(thing)),
    to,
    thing => thing.name,
  )
  const gone = alone(pairs.gone)
  // What cannot stay while something changes is made again rather than renamed.
  const stays = (text: string, thing: Thing): boolean =>
    !isBroken(comparison, was, is, text, false) && !comparison.remade.foreignKeys.has(`${nameOf(is)} ${thing.name}`)
  const renamed = [...alone(pairs.fresh)].flatMap(([text, thing]) => {
    const old = gone.get(text)
    return old === undefined || !stays(text, thing) ? [] : [[old, thing] as const]
  })
  const moved = new Set(renamed.flat())
  const isChanged = ([old, thing]: readonly [Thing, Thing]): boolean => meaning(old) !== meaning(thing)
  const broken = new Set(pairs.both.filter(pair => isBroken(comparison, was, is, meaning(pair[0]), isChanged(pair))))
  return {
    renamed,
    gone: [...parts, ...pairs.gone.filter(thing => !moved.has(thing))],
    changed: pairs.both.filter(pair => isChanged(pair) && !broken.has(pair)),
    broken: pairs.both.filter(pair => broken.has(pair)),
    fresh: pairs.fresh.filter(thing => !moved.has(thing)),
  }
}

/** Whether a part that goes must go before something that it reads can change; the text is what it means. */
export function isInWay(comparison: Comparison, was: TableModel, is: TableModel, text: string): boolean {
  return isBroken(comparison, was, is, text, true)
}

/** Whether a part must be taken away before its columns, or what it names, can change. */
function isBroken(
  comparison: Comparison,
  was: TableModel | ViewModel,
  is: TableModel | ViewModel,
  text: string,
  isChanged: boolean,
): boolean {
  if (namesRemade(comparison, text) || namesWithoutSchema(comparison, text)) return true
  if (hasRemadeDefault(comparison, was, text)) return true
  if (!('columnByName' in was && 'columnByName' in is)) return false
  const { remade, held, retyped } = comparison.columns
  const names = [...(remade.get(is) ?? []), ...(held.get(is) ?? []), ...(isChanged ? (retyped.get(is) ?? []) : [])]
  return names.some(name => namesColumn(text, name))
}

/** Whether an index has a collation or an operator class of `public` that is made again. */
function namesWithoutSchema(comparison: Comparison, text: string): boolean {
  return unqualified(comparison).some(one => text.includes(` ${one}`))
}

const unqualified = once(({ remade }: Comparison): readonly string[] =>
  [...remade.raw].flatMap(one => {
    const [, name = ''] = /^(?:collation|operator class) public\.("(?:[^"]|"")+"|[^\s".]+)/.exec(one) ?? []
    return name === '' ? [] : [name.startsWith('"') ? name : quote(name)]
  }),
)

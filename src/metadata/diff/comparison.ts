/** Two models side by side, and what of them cannot be changed as it stands. */
import { addValues, alterDomain, retypes } from '../../ddl/change/type.ts'
import { checkClause } from '../../ddl/constraint.ts'
import type { CheckModel, DomainModel, Model, QualifiedName, TableModel, TypeModel } from '../../schema/model.ts'
import { filledTables, refilledTables, withDetachedKeys } from './attachment.ts'
import { castTargets } from './cast-targets.ts'
import { type ColumnFates, columnFates, isMadeOf } from './column-fates.ts'
import { changedRaws, changedRows, isOver } from './held.ts'
import { nameOf } from './identity.ts'
import { mentions } from './mention.ts'
import { paired, type Pairs } from './pairs.ts'
import { withPlainSerials } from './plain-serials.ts'
import { replacedTables } from './replaced.ts'
import { changedFunctions, type Remade, remade } from './remade.ts'
import { leaving, type SequenceRename, sequenceRenames, withSequenceNames } from './sequence-names.ts'
import { unvalidatedChecks } from './unvalidated-checks.ts'

export interface Comparison {
  /** With what has been renamed by then. */
  readonly from: Model
  readonly to: Model
  /** The server's version, as 170002. */
  readonly version: number
  readonly sequences: readonly SequenceRename[]
  readonly tables: Pairs<TableModel>
  /** Qualified names of the tables that are gone and fresh. */
  readonly replaced: ReadonlySet<string>
  /** Of those above partitions that are detached for the while. */
  readonly refilled: ReadonlySet<string>
  /** Of those, and of those above tables that become partitions. */
  readonly filled: ReadonlySet<string>
  /** Of those above partitions that become tables of their own, or go elsewhere. */
  readonly emptied: ReadonlySet<string>
  /** Qualified names of enums, domains and composites that are made anew under their name. */
  readonly remadeTypes: ReadonlySet<string>
  /** Ranges and collations that are. */
  readonly raws: readonly QualifiedName[]
  readonly columns: ColumnFates
  /** Checks that the rows which are there are yet to be held to. */
  readonly unvalidated: ReadonlySet<CheckModel>
  /** Names of views, functions and raw things that are taken away first and made again, with everything that is made of them. */
  readonly remade: Remade
}

export function compared(given: Model, after: Model, version: number): Comparison {
  const { from: before, checks: unvalidated } = unvalidatedChecks(given, after)
  const functions = changedFunctions(before, after)
  const raws = changedRaws(before, after, functions)
  const remadeTypes = typesRemade(before, after, functions, raws)
  const replaced = replacedTables(before, after, remadeTypes, functions, raws)
  const refilled = refilledTables(before, after, replaced)
  const filled = new Set([...refilled, ...filledTables(before, after, replaced)])
  const emptied = filledTables(after, before, replaced)
  const detached = withDetachedKeys(before, after, replaced, refilled, emptied)
  const plain = withPlainSerials(detached, after, version, replaced)
  const to = withPlainSerials(after, before, version, replaced)
  const sequences = sequenceRenames(plain, to)
  const from = withSequenceNames(plain, sequences)
  const tables = tablePairs(from, to, replaced)
  const types = goneTypes(from, to, remadeTypes)
  const casts = functions.flatMap(one => castTargets(from, one))
  const fates = (held: readonly QualifiedName[]): ColumnFates =>
    columnFates(tables, version, remadeTypes, [...types, ...functions, ...casts, ...raws], ({ type, collate }) =>
      isOver(type, collate, held),
    )
  const away = { sequences: leaving(plain, to), types }
  let found = {
    from,
    to,
    version,
    sequences,
    tables,
    replaced,
    refilled,
    filled,
    emptied,
    remadeTypes,
    raws,
    unvalidated,
    columns: fates(raws),
  }
  // A table whose rows others hold may be held by others in its turn.
  for (let rows = 0, more = changedRows(found); more.length !== rows; more = changedRows(found)) {
    rows = more.length
    found = { ...found, columns: fates([...raws, ...more]) }
  }
  return { ...found, remade: remade(found, away) }
}

/**
 * Those that cannot be changed as they stand, and those that are made of them.
 * @param away what is taken away and made again
 */
function typesRemade(
  from: Model,
  to: Model,
  away: readonly QualifiedName[],
  raws: readonly QualifiedName[],
): ReadonlySet<string> {
  const types = paired(from.types, to.types, nameOf).both
  const stands = ([was, is]: readonly [Model['types'][number], Model['types'][number]]): boolean => {
    if (was.kind === 'domain' && is.kind === 'domain') return isDomainKept(from, was, is, away)
    return was.kind === 'composite' && is.kind === 'composite' && !(retypes(was, is) && isKept(from, was))
  }
  const found = new Set(
    [
      ...paired(from.enums, to.enums, nameOf).both.filter(([was, is]) => addValues(was, is) === null),
      ...types.filter(pair => !stands(pair) || isTypeOver(pair[0], raws)),
    ].map(([, is]) => nameOf(is)),
  )
  const partsOf = (type: Model['types'][number]): TypeModel[] =>
    type.kind === 'domain' ? [type.base] : type.fields.map(field => field.type)
  for (let size = -1; size < found.size; ) {
    size = found.size
    for (const [was, is] of types)
      if ([...partsOf(was), ...partsOf(is)].some(part => isMadeOf(part, found))) found.add(nameOf(is))
  }
  return found
}

/** Whether a domain or a composite has one of these in it. */
export function isTypeOver(type: Model['types'][number], held: readonly QualifiedName[]): boolean {
  return type.kind === 'domain'
    ? isOver(type.base, type.collate, held)
    : type.fields.some(field => isOver(field.type, null, held))
}

/** Whether the domain is changed as it stands: Postgres holds no values to it that are within others. */
function isDomainKept(from: Model, was: DomainModel, is: DomainModel, away: readonly QualifiedName[]): boolean {
  const isAway = (check: CheckModel): boolean => away.some(one => mentions(checkClause(check), one))
  const changes = alterDomain({ ...was, checks: was.checks.filter(check => !isAway(check)) }, is)
  if (changes === null || !changes.some(one => one.scans)) return changes !== null
  const isWithin = (type: TypeModel): boolean =>
    type.domain === null ? !isOf(type, was) && holds(type, was) : isWithin(type.domain.base)
  return !from.tables.some(table => table.columns.some(column => isWithin(column.type)))
}

/** Whether rows of a table hold values of the composite, alone or within others: Postgres changes no attribute's type then. */
function isKept(model: Model, composite: QualifiedName): boolean {
  return model.tables.some(table => table.columns.some(column => holds(column.type, composite)))
}

function isOf({ domain, composite }: TypeModel, type: QualifiedName): boolean {
  const named = domain ?? composite
  return named !== null && nameOf(named) === nameOf(type)
}

/** Whether a value of the first type is one of the second, or has one in it. */
function holds(type: TypeModel, held: QualifiedName): boolean {
  if (isOf(type, held)) return true
  const parts = [type.domain?.base, type.element, ...(type.composite?.fields.map(one => one.type) ?? [])]
  return parts.some(part => part !== null && part !== undefined && holds(part, held))
}

/** A table that is partitioned in another way is another table. */
function tablePairs(from: Model, to: Model, replaced: ReadonlySet<string>): Pairs<TableModel> {
  const kept = (table: TableModel): boolean => !replaced.has(nameOf(table))
  const pairs = paired(from.sortedTables.filter(kept), to.sortedTables.filter(kept), nameOf)
  return {
    both: pairs.both,
    gone: from.sortedTables.filter(table => !kept(table) || pairs.gone.includes(table)),
    fresh: to.sortedTables.filter(table => !kept(table) || pairs.fresh.includes(table)),
  }
}

/** Whether a text names a function, a type or another thing that is taken away and made again. */
export function namesRemade({ remade }: Comparison, text: string): boolean {
  return remade.named.some(one => mentions(text, one))
}

/** Whether a text names what is dropped before it is made again. A type that is made anew stands under another name until all is done. */
export function callsRemade({ remade, remadeTypes }: Comparison, text: string): boolean {
  return remade.named.some(one => (one.isCast === true || !remadeTypes.has(nameOf(one))) && mentions(text, one))
}

/** The enums, domains and composites that are made anew, by their names. */
function goneTypes(from: Model, to: Model, remadeTypes: ReadonlySet<string>): QualifiedName[] {
  return [...paired(from.enums, to.enums, nameOf).both, ...paired(from.types, to.types, nameOf).both]
    .map(([, is]) => is)
    .filter(type => remadeTypes.has(nameOf(type)))
}

/** Two models side by side, and what of them cannot be changed as it stands. */
import { typeText } from '../../ddl/change/column.ts'
import { addValues, alterDomain, retypes } from '../../ddl/change/type.ts'
import { foreignKeyClause, targetTable, targetNames } from '../../ddl/constraint.ts'
import { fragmentText } from '../../ddl/fragment-text.ts'
import { partitionByClause } from '../../ddl/partition.ts'
import { policyStatement } from '../../ddl/policy.ts'
import { rawStatement } from '../../ddl/raw.ts'
import { triggerStatement } from '../../ddl/trigger.ts'
import { viewStatement } from '../../ddl/view.ts'
import type {
  ColumnModel,
  ForeignKeyModel,
  KeyModel,
  Model,
  QualifiedName,
  TableModel,
  TypeModel,
} from '../../schema/model.ts'
import { sqlType } from '../../schema/sql-type.ts'
import { withDetachedKeys } from './attachment.ts'
import { boundText, functionHeader, functionName, functionQualifiedName, nameOf } from './identity.ts'
import { keysBetweenTurns } from './logging.ts'
import { mentions } from './mention.ts'
import { paired, type Pairs } from './pairs.ts'
import { withPlainSerials } from './plain-serials.ts'
import { leaving, type SequenceRename, sequenceRenames, withSequenceNames } from './sequence-names.ts'

export interface Comparison {
  /** With what has been renamed by then. */
  readonly from: Model
  readonly to: Model
  /** The server's version, as 170002. */
  readonly version: number
  readonly sequences: readonly SequenceRename[]
  readonly tables: Pairs<TableModel>
  /** Qualified names of enums, domains and composites that are made anew under their name. */
  readonly remadeTypes: ReadonlySet<string>
  /** Names of views, functions and raw things that are taken away first and made again, with everything that is made of them. */
  readonly remade: Remade
}

export interface Remade {
  readonly views: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
  readonly raw: ReadonlySet<string>
  /** `table name` of policies and triggers. */
  readonly policies: ReadonlySet<string>
  readonly triggers: ReadonlySet<string>
  /** `table name` of foreign keys. */
  readonly foreignKeys: ReadonlySet<string>
}

export function compared(before: Model, after: Model, version: number): Comparison {
  const plain = withPlainSerials(withDetachedKeys(before, after), after, version)
  const to = withPlainSerials(after, before, version)
  const sequences = sequenceRenames(plain, to)
  const from = withSequenceNames(plain, sequences)
  const remadeTypes = typesRemade(from, to)
  const tables = tablePairs(from, to)
  const gone = leaving(plain, to)
  const made = remade(from, to, version, tables, remadeTypes, gone)
  return { from, to, version, sequences, tables, remadeTypes, remade: made }
}

/** Those that cannot be changed as they stand, and those that are made of them. */
function typesRemade(from: Model, to: Model): ReadonlySet<string> {
  const types = paired(from.types, to.types, nameOf).both
  const stands = ([was, is]: readonly [Model['types'][number], Model['types'][number]]): boolean => {
    if (was.kind === 'domain' && is.kind === 'domain') return alterDomain(was, is) !== null
    return was.kind === 'composite' && is.kind === 'composite' && !(retypes(was, is) && isKept(from, was))
  }
  const found = new Set(
    [
      ...paired(from.enums, to.enums, nameOf).both.filter(([was, is]) => addValues(was, is) === null),
      ...types.filter(pair => !stands(pair)),
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

/** Whether rows of a table hold values of the composite, alone or within others: Postgres changes no attribute's type then. */
function isKept(model: Model, composite: QualifiedName): boolean {
  const holds = (type: TypeModel): boolean =>
    (type.composite !== null &&
      (nameOf(type.composite) === nameOf(composite) || type.composite.fields.some(one => holds(one.type)))) ||
    (type.domain !== null && holds(type.domain.base)) ||
    (type.element !== null && holds(type.element))
  return model.tables.some(table => table.columns.some(column => holds(column.type)))
}

/** A table that is partitioned in another way is another table. */
function tablePairs(from: Model, to: Model): Pairs<TableModel> {
  const way = (table: TableModel): string => (table.partitionBy === null ? '' : partitionByClause(table.partitionBy))
  const ways = new Map(to.tables.map(table => [nameOf(table), way(table)]))
  const replaced = new Set(
    from.tables.filter(table => (ways.get(nameOf(table)) ?? way(table)) !== way(table)).map(nameOf),
  )
  const kept = (table: TableModel): boolean => !replaced.has(nameOf(table))
  const pairs = paired(from.sortedTables.filter(kept), to.sortedTables.filter(kept), nameOf)
  return {
    both: pairs.both,
    gone: from.sortedTables.filter(table => !kept(table) || pairs.gone.includes(table)),
    fresh: to.sortedTables.filter(table => !kept(table) || pairs.fresh.includes(table)),
  }
}

/** The columns that are dropped and added again, since what generates them cannot be changed as they stand. */
export function remadeColumns(was: TableModel, is: TableModel, version: number): string[] {
  return paired(was.columns, is.columns, column => column.name)
    .both.filter(([old, column]) => generationChange(old, column, version) === 'remade')
    .map(([, column]) => column.name)
}

/**
 * What becomes of what generates a column: nothing, it is taken away and the values stay, it is another from now on, or the column is another.
 */
export function generationChange(
  from: ColumnModel,
  to: ColumnModel,
  version: number,
): 'none' | 'dropped' | 'altered' | 'remade' {
  const text = ({ generated, stored }: ColumnModel): string =>
    generated === null ? '' : `${stored ? 'stored' : 'virtual'} ${fragmentText(generated)}`
  if (text(from) === text(to)) return 'none'
  if (from.generated !== null && to.generated === null && from.stored) return 'dropped'
  const isSame = from.generated !== null && to.generated !== null && from.stored === to.stored
  return isSame && version >= 170000 && sqlType(from.type) === sqlType(to.type) ? 'altered' : 'remade'
}

/** Whether the column's type is another, or has the same name and is made anew. */
export function changesType(from: ColumnModel, to: ColumnModel, remadeTypes: ReadonlySet<string>): boolean {
  return typeText(from) !== typeText(to) || isMadeOf(to.type, remadeTypes)
}

/** Whether a type is one of these, or an array of one. */
export function isMadeOf(type: TypeModel, types: ReadonlySet<string>): boolean {
  const named = type.enum ?? type.domain ?? type.composite
  if (named !== null && types.has(nameOf(named))) return true
  return type.element !== null && isMadeOf(type.element, types)
}

/** Whether a text calls a function that is taken away and made again. */
export function namesRemadeFunction({ from, remade }: Comparison, text: string): boolean {
  return from.functions.some(
    one => remade.functions.has(functionName(one)) && mentions(text, functionQualifiedName(one)),
  )
}

function remade(
  from: Model,
  to: Model,
  version: number,
  tables: Pairs<TableModel>,
  remadeTypes: ReadonlySet<string>,
  goneSequences: readonly QualifiedName[],
): Remade {
  const retyped = new Map<TableModel, ReadonlySet<string>>()
  for (const [was, is] of tables.both) {
    const names = paired(was.columns, is.columns, column => column.name)
      .both.filter(
        ([old, column]) => changesType(old, column, remadeTypes) || generationChange(old, column, version) === 'remade',
      )
      .map(([, column]) => column.name)
    if (names.length > 0) retyped.set(is, new Set(names))
  }
  const touched: QualifiedName[] = [...retyped.keys(), ...tables.gone, ...goneSequences]
  const functions = new Set<string>()
  const views = new Set<string>()
  const fresh = new Set(tables.fresh.map(nameOf))
  // Those that are another table under their name.
  const dropped: QualifiedName[] = tables.gone.filter(table => fresh.has(nameOf(table)))
  for (const [was, is] of paired(from.functions, to.functions, functionName).both) {
    if (functionHeader(was) === functionHeader(is)) continue
    functions.add(functionName(is))
    dropped.push(functionQualifiedName(is))
  }
  const viewPairs = paired(from.views, to.views, nameOf)
  const goneTypes = [...paired(from.enums, to.enums, nameOf).both, ...paired(from.types, to.types, nameOf).both]
    .map(([, is]) => is)
    .filter(type => remadeTypes.has(nameOf(type)))
  const broken = (text: string): boolean => [...touched, ...dropped, ...goneTypes].some(one => mentions(text, one))
  dropped.push(...viewPairs.gone)
  const functionPairs = paired(from.functions, to.functions, functionName).both
  for (let before = -1; before !== views.size + functions.size; ) {
    before = views.size + functions.size
    for (const [was, is] of functionPairs) {
      if (functions.has(functionName(is)) || ![...dropped, ...goneTypes].some(one => mentions(boundText(was), one)))
        continue
      functions.add(functionName(is))
      dropped.push(functionQualifiedName(is))
    }
    for (const [was, is] of viewPairs.both) {
      if (views.has(nameOf(is))) continue
      if (viewStatement(was) === viewStatement(is) && !broken(fragmentText(was.as))) continue
      views.add(nameOf(is))
      dropped.push(is)
    }
  }
  const raw = new Set(
    paired(from.raw, to.raw, one => one.name)
      .both.filter(([was, is]) => {
        if (rawStatement(was) !== rawStatement(is)) return true
        const onDropped = [...dropped, ...goneTypes].some(one => mentions(rawStatement(was), one))
        return onDropped || (was.kind === 'rule' && broken(rawStatement(was)))
      })
      .map(([, is]) => is.name),
  )
  const policies = new Set<string>()
  const triggers = new Set<string>()
  for (const [was, is] of tables.both) {
    const own = retyped.has(is)
    for (const [old, policy] of paired(was.policies, is.policies, one => one.name).both) {
      const text = policyStatement(was, old)
      if (own || text !== policyStatement(is, policy) || broken(text)) policies.add(`${nameOf(is)} ${policy.name}`)
    }
    for (const [old, trigger] of paired(was.triggers, is.triggers, one => one.name).both) {
      const text = triggerStatement(was, old)
      const looks = old.condition !== undefined || old.on.some(event => typeof event !== 'string')
      if ((own && looks) || text !== triggerStatement(is, trigger) || dropped.some(one => mentions(text, one)))
        triggers.add(`${nameOf(is)} ${trigger.name}`)
    }
  }
  return { functions, views, raw, policies, triggers, foreignKeys: remadeKeys(from, to, tables, retyped) }
}

/** Foreign keys that cannot stay while the columns of either side, or the key they point to, are changed. */
function remadeKeys(
  from: Model,
  to: Model,
  tables: Pairs<TableModel>,
  retyped: ReadonlyMap<TableModel, ReadonlySet<string>>,
): ReadonlySet<string> {
  const found = new Set(keysBetweenTurns(to, tables))
  const before = new Map(from.tables.map(table => [nameOf(table), table]))
  const undeferred = (model: Model, key: ForeignKeyModel): string =>
    foreignKeyClause(model, { ...key, deferrable: false, notValid: false })
  for (const [was, is] of tables.both) {
    for (const [old, key] of paired(was.foreignKeys, is.foreignKeys, one => one.name).both) {
      const target = targetTable(to, key)
      const names = targetNames(target, key)
      const oldTarget = before.get(nameOf(target))
      const lost = oldTarget !== undefined && keyName(oldTarget, names) !== keyName(target, names)
      const changes =
        key.columns.some(column => retyped.get(is)?.has(column.name)) ||
        names.some(name => retyped.get(target)?.has(name))
      const reverts = key.notValid && !old.notValid
      if (changes || lost || reverts || tables.fresh.includes(target) || undeferred(from, old) !== undeferred(to, key))
        found.add(`${nameOf(is)} ${key.name}`)
    }
  }
  return found
}

/** The key that these columns are, as a text that two tables can be compared by. */
export function keyName(table: TableModel, names: readonly string[]): string {
  const covers = (key: KeyModel): boolean =>
    key.columns.length === names.length && key.columns.every(column => names.includes(column.name))
  const kinds = [
    ...(table.primaryKey !== null && covers(table.primaryKey) ? ['primary'] : []),
    ...table.uniques.filter(covers).map(key => key.name),
  ]
  return kinds.join(' ')
}

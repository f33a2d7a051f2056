/** What is taken away first and made again, since what it is made of cannot change beneath it. */
import { foreignKeyClause, primaryKeyClause, targetNames, targetTable } from '../../ddl/constraint.ts'
import { fragmentText } from '../../ddl/fragment-text.ts'
import { policyStatement } from '../../ddl/policy.ts'
import { triggerStatement } from '../../ddl/trigger.ts'
import type { ForeignKeyModel, KeyModel, Model, QualifiedName, TableModel } from '../../schema/model.ts'
import { alterablePolicies } from './altered-policies.ts'
import { castTargets } from './cast-targets.ts'
import type { ColumnFates } from './column-fates.ts'
import { isSameView } from './filled-views.ts'
import { boundText, functionHeader, functionName, functionQualifiedName, nameOf } from './identity.ts'
import { keysBetweenTurns } from './logging.ts'
import { type Mentioned, mayRead, mentions } from './mention.ts'
import { paired } from './pairs.ts'
import { replaceable } from './replaced-views.ts'
import { isRawBroken, rawObject, type Unmade } from './remade-raw.ts'

export interface Remade {
  readonly views: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
  readonly raw: ReadonlySet<string>
  /** `table name` of policies and triggers. */
  readonly policies: ReadonlySet<string>
  readonly triggers: ReadonlySet<string>
  /** Functions, types and raw things that others may name. */
  readonly named: readonly Mentioned[]
  /** `table name` of foreign keys. */
  readonly foreignKeys: ReadonlySet<string>
  /** Of those that another takes the place of in one statement. */
  readonly replacedKeys: ReadonlySet<string>
}

/** The functions whose names or types are others, which `create or replace` cannot change. */
export function changedFunctions(from: Model, to: Model): QualifiedName[] {
  return paired(from.functions, to.functions, functionName)
    .both.filter(([was, is]) => functionHeader(was) !== functionHeader(is))
    .map(([, is]) => is)
    .concat(replacedFunctions(from, to))
    .map(functionQualifiedName)
}

/** The functions whose parameters are others, so that those of the same name which come are called in their place. */
function replacedFunctions(from: Model, to: Model): Model['functions'] {
  const { gone, fresh } = paired(from.functions, to.functions, functionName)
  const names = new Set(fresh.map(one => nameOf(functionQualifiedName(one))))
  return gone.filter(one => names.has(nameOf(functionQualifiedName(one))))
}

export function remade(
  comparison: Unmade,
  away: { readonly sequences: readonly QualifiedName[]; readonly types: readonly QualifiedName[] },
): Remade {
  const { from, to, tables, columns } = comparison
  const changed = changedColumns(columns)
  const lost: QualifiedName[] = [...tables.gone, ...away.sequences]
  const fresh = new Set(tables.fresh.map(nameOf))
  const replaced = replacedFunctions(from, to)
  // Tables that are others under their names; then whatever is found.
  const named: Mentioned[] = [...away.types, ...replaced.flatMap(one => calledAs(from, one))]
  const dropped: Mentioned[] = [...tables.gone.filter(table => fresh.has(nameOf(table))), ...named]
  const namesDropped = (text: string): boolean => dropped.some(one => mentions(text, one))
  const readsChanged = (text: string): boolean =>
    [...changed].some(([table, names]) => mentions(text, table) && mayRead(text, names))
  const broken = (text: string): boolean =>
    namesDropped(text) || lost.some(one => mentions(text, one)) || readsChanged(text)
  const functions = new Set(replaced.map(functionName))
  const views = new Set<string>()
  const raw = new Set<string>()
  const functionPairs = paired(from.functions, to.functions, functionName).both
  const viewPairs = paired(from.views, to.views, nameOf)
  const rawPairs = paired(from.raw, to.raw, one => one.name)
  dropped.push(...viewPairs.gone, ...rawPairs.gone.flatMap(rawObject))
  const bodyOf = (given: Model['functions'][number]): string => boundText(given).slice(functionHeader(given).length)
  const isFunctionBroken = ([was, is]: (typeof functionPairs)[number]): boolean =>
    functionHeader(was) !== functionHeader(is) ||
    namesDropped(boundText(was)) ||
    // A body that was read when it was made holds on to columns.
    readsChanged(bodyOf(was))
  const isReplaceable = replaceable(comparison)
  // One that groups by a key holds on to it.
  const keyless = tables.both.flatMap(([was, is]) => (losesKey(was, is) ? [is] : []))
  const isViewBroken = (text: string): boolean =>
    broken(text) || (text.includes('GROUP BY') && keyless.some(table => mentions(text, table)))
  for (let before = -1; before !== views.size + functions.size + raw.size; ) {
    before = views.size + functions.size + raw.size
    for (const pair of functionPairs) {
      const [, is] = pair
      if (functions.has(functionName(is)) || !isFunctionBroken(pair)) continue
      functions.add(functionName(is))
      dropped.push(...calledAs(from, is))
      named.push(...calledAs(from, is))
    }
    for (const [was, is] of viewPairs.both) {
      if (views.has(nameOf(is))) continue
      if ((isSameView(was, is) || isReplaceable(was, is)) && !isViewBroken(fragmentText(was.as))) continue
      views.add(nameOf(is))
      dropped.push(is)
    }
    for (const pair of rawPairs.both) {
      const [was] = pair
      if (raw.has(was.name) || !isRawBroken(pair, { ...comparison, namesDropped, readsChanged, broken })) continue
      raw.add(was.name)
      dropped.push(...rawObject(was))
      named.push(...rawObject(was))
    }
  }
  const isAlterable = alterablePolicies(comparison)
  const policies = new Set<string>()
  const triggers = new Set<string>()
  for (const [was, is] of tables.both) {
    const own = changed.get(is) ?? []
    for (const [old, policy] of paired(was.policies, is.policies, one => one.name).both) {
      const text = policyStatement(was, old)
      const isKept = text === policyStatement(is, policy) || isAlterable(was, is, old, policy)
      if (!isKept || broken(text) || (own.length > 0 && mayRead(text, own)))
        policies.add(`${nameOf(is)} ${policy.name}`)
    }
    for (const [old, trigger] of paired(was.triggers, is.triggers, one => one.name).both) {
      const text = triggerStatement(was, old)
      const looks = old.condition !== undefined || old.on.some(event => typeof event !== 'string')
      if (
        (looks && own.length > 0 && mayRead(text, own)) ||
        text !== triggerStatement(is, trigger) ||
        namesDropped(text)
      )
        triggers.add(`${nameOf(is)} ${trigger.name}`)
    }
  }
  return { functions, views, raw, policies, triggers, named, ...remadeKeys(comparison) }
}

/** How texts call a function: by its name, or as a cast. */
function calledAs(from: Model, one: Model['functions'][number]): Mentioned[] {
  const name = functionQualifiedName(one)
  return [name, ...castTargets(from, name)]
}

function losesKey({ primaryKey: was }: TableModel, { primaryKey: is }: TableModel): boolean {
  const meaning = (key: KeyModel): string => primaryKeyClause({ ...key, name: '' })
  return was !== null && (is === null || meaning(was) !== meaning(is))
}

/** The columns that have another type, or are made again, of each table that has any. */
function changedColumns({ retyped, remade: anew }: ColumnFates): ReadonlyMap<TableModel, readonly string[]> {
  const tables = new Set([...retyped.keys(), ...anew.keys()])
  return new Map([...tables].map(table => [table, [...(retyped.get(table) ?? []), ...(anew.get(table) ?? [])]]))
}

/** Foreign keys that cannot stay while the columns of either side, or the key they point to, are changed. */
function remadeKeys(comparison: Unmade): Pick<Remade, 'foreignKeys' | 'replacedKeys'> {
  const { from, to, tables, columns, refilled } = comparison
  const { retyped, remade: anew, altered } = columns
  const found = new Set(keysBetweenTurns(to, tables))
  const replaced = new Set<string>()
  const before = new Map(from.tables.map(table => [nameOf(table), table]))
  const after = new Map(tables.both)
  const isOther = (table: TableModel, name: string): boolean =>
    [retyped, anew, altered].some(names => names.get(table)?.has(name) === true)
  const undeferred = (model: Model, key: ForeignKeyModel): string =>
    foreignKeyClause(model, { ...key, name: '', deferrable: false, notValid: false })
  for (const [was, is] of tables.both) {
    const { both, gone, fresh } = paired(was.foreignKeys, is.foreignKeys, one => one.name)
    // Those that only have another name are as little left alone.
    const renamed = fresh.flatMap(key => {
      const old = gone.find(one => undeferred(from, one) === undeferred(to, key))
      return old === undefined ? [] : [[old, key] as const]
    })
    for (const [old, key] of [...both, ...renamed]) {
      const target = targetTable(to, key)
      const names = targetNames(target, key)
      const oldTarget = before.get(nameOf(target))
      const lost = oldTarget !== undefined && keyName(oldTarget, names) !== keyName(target, names)
      const changes =
        refilled.has(nameOf(target)) ||
        key.columns.some(column => isOther(is, column.name)) ||
        names.some(name => isOther(target, name))
      const reverts = key.notValid && !old.notValid
      const isMoved = changes || lost || reverts || tables.fresh.includes(target)
      if (!isMoved && undeferred(from, old) === undeferred(to, key)) continue
      const name = `${nameOf(is)} ${key.name}`
      const formerly = targetTable(from, old)
      const stays = standsUntilReplaced(
        was,
        is,
        old.columns.map(column => column.name),
        isOther,
      )
      const holds = standsUntilReplaced(formerly, after.get(formerly), targetNames(formerly, old), isOther)
      const isFree = target.partitionBy === null && oldTarget?.unlogged === target.unlogged
      if (!isMoved && stays && holds && isFree && old.name === key.name && !found.has(name)) replaced.add(name)
      else found.add(name)
    }
  }
  return { foreignKeys: found, replacedKeys: replaced }
}

/** Whether these columns of a table, and the key over them, are the same all along. */
function standsUntilReplaced(
  was: TableModel,
  is: TableModel | undefined,
  names: readonly string[],
  isOther: (table: TableModel, name: string) => boolean,
): boolean {
  if (is === undefined || was.unlogged !== is.unlogged || keyName(was, names) !== keyName(is, names)) return false
  if ([was, is].some(table => table.partitionBy !== null || table.partitionOf !== null)) return false
  return names.every(name => is.columnByName.has(name) && !isOther(is, name))
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

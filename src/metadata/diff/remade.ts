/** What is taken away first and made again, since what it is made of cannot change beneath it. */
import { foreignKeyClause, targetNames, targetTable } from '../../ddl/constraint.ts'
import { fragmentText } from '../../ddl/fragment-text.ts'
import { policyStatement } from '../../ddl/policy.ts'
import { triggerStatement } from '../../ddl/trigger.ts'
import { viewStatement } from '../../ddl/view.ts'
import type { ForeignKeyModel, KeyModel, Model, QualifiedName, TableModel } from '../../schema/model.ts'
import type { ColumnFates } from './column-fates.ts'
import { boundText, functionHeader, functionName, functionQualifiedName, nameOf } from './identity.ts'
import { keysBetweenTurns } from './logging.ts'
import { mentions } from './mention.ts'
import { paired, type Pairs } from './pairs.ts'
import { isRawBroken, rawObject } from './remade-raw.ts'

export interface Remade {
  readonly views: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
  readonly raw: ReadonlySet<string>
  /** `table name` of policies and triggers. */
  readonly policies: ReadonlySet<string>
  readonly triggers: ReadonlySet<string>
  /** Functions, types and raw things that others may name. */
  readonly named: readonly QualifiedName[]
  /** `table name` of foreign keys. */
  readonly foreignKeys: ReadonlySet<string>
}

/** The functions whose names or types are others, which `create or replace` cannot change. */
export function changedFunctions(from: Model, to: Model): QualifiedName[] {
  return paired(from.functions, to.functions, functionName)
    .both.filter(([was, is]) => functionHeader(was) !== functionHeader(is))
    .map(([, is]) => functionQualifiedName(is))
}

export function remade(
  from: Model,
  to: Model,
  tables: Pairs<TableModel>,
  columns: ColumnFates,
  away: { readonly sequences: readonly QualifiedName[]; readonly types: readonly QualifiedName[] },
): Remade {
  const changed = [...new Set([...columns.retyped.keys(), ...columns.remade.keys()])]
  const touched: QualifiedName[] = [...changed, ...tables.gone, ...away.sequences]
  const fresh = new Set(tables.fresh.map(nameOf))
  // Tables that are others under their names; then whatever is found.
  const dropped: QualifiedName[] = [...tables.gone.filter(table => fresh.has(nameOf(table))), ...away.types]
  const named: QualifiedName[] = [...away.types]
  const namesDropped = (text: string): boolean => dropped.some(one => mentions(text, one))
  const broken = (text: string): boolean => namesDropped(text) || touched.some(one => mentions(text, one))
  const functions = new Set<string>()
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
    changed.some(table => mentions(bodyOf(was), table))
  for (let before = -1; before !== views.size + functions.size + raw.size; ) {
    before = views.size + functions.size + raw.size
    for (const pair of functionPairs) {
      const [, is] = pair
      if (functions.has(functionName(is)) || !isFunctionBroken(pair)) continue
      functions.add(functionName(is))
      dropped.push(functionQualifiedName(is))
      named.push(functionQualifiedName(is))
    }
    for (const [was, is] of viewPairs.both) {
      if (views.has(nameOf(is))) continue
      if (viewStatement(was) === viewStatement(is) && !broken(fragmentText(was.as))) continue
      views.add(nameOf(is))
      dropped.push(is)
    }
    for (const pair of rawPairs.both) {
      const [was] = pair
      if (raw.has(was.name) || !isRawBroken(pair, { from, to, tables, columns, namesDropped, broken })) continue
      raw.add(was.name)
      dropped.push(...rawObject(was))
      named.push(...rawObject(was))
    }
  }
  const policies = new Set<string>()
  const triggers = new Set<string>()
  for (const [was, is] of tables.both) {
    const own = changed.includes(is)
    for (const [old, policy] of paired(was.policies, is.policies, one => one.name).both) {
      const text = policyStatement(was, old)
      if (own || text !== policyStatement(is, policy) || broken(text)) policies.add(`${nameOf(is)} ${policy.name}`)
    }
    for (const [old, trigger] of paired(was.triggers, is.triggers, one => one.name).both) {
      const text = triggerStatement(was, old)
      const looks = old.condition !== undefined || old.on.some(event => typeof event !== 'string')
      if ((own && looks) || text !== triggerStatement(is, trigger) || namesDropped(text))
        triggers.add(`${nameOf(is)} ${trigger.name}`)
    }
  }
  return { functions, views, raw, policies, triggers, named, foreignKeys: remadeKeys(from, to, tables, columns) }
}

/** Foreign keys that cannot stay while the columns of either side, or the key they point to, are changed. */
function remadeKeys(
  from: Model,
  to: Model,
  tables: Pairs<TableModel>,
  { retyped, remade: anew }: ColumnFates,
): ReadonlySet<string> {
  const found = new Set(keysBetweenTurns(to, tables))
  const before = new Map(from.tables.map(table => [nameOf(table), table]))
  const isOther = (table: TableModel, name: string): boolean =>
    retyped.get(table)?.has(name) === true || anew.get(table)?.has(name) === true
  const undeferred = (model: Model, key: ForeignKeyModel): string =>
    foreignKeyClause(model, { ...key, deferrable: false, notValid: false })
  for (const [was, is] of tables.both) {
    for (const [old, key] of paired(was.foreignKeys, is.foreignKeys, one => one.name).both) {
      const target = targetTable(to, key)
      const names = targetNames(target, key)
      const oldTarget = before.get(nameOf(target))
      const lost = oldTarget !== undefined && keyName(oldTarget, names) !== keyName(target, names)
      const changes = key.columns.some(column => isOther(is, column.name)) || names.some(name => isOther(target, name))
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

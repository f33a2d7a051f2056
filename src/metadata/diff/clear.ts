/** What must go before anything else can change: things that are gone, or are made anew, and hold on to others. */
import { change, label, locked } from '../../ddl/change/change.ts'
import { brokenKeys } from './broken-keys.ts'
import { brokenColumns, brokenExpressions } from './columns.ts'
import { dropConstraint } from '../../ddl/change/constraint.ts'
import { dropType } from '../../ddl/change/type.ts'
import { detachTable } from '../../ddl/change/table.ts'
import { creationOrder } from '../../ddl/creation-order.ts'
import { statementText } from '../../ddl/fragment-text.ts'
import { policyStatement } from '../../ddl/policy.ts'
import { rawStatement } from '../../ddl/raw.ts'
import { triggerStatement } from '../../ddl/trigger.ts'
import { viewStatement, viewWord } from '../../ddl/view.ts'
import { quote, quoteQualified } from '../../base/identifier.ts'
import type { Change, Hazard } from '../../schema/change.ts'
import type { FunctionDefinition } from '../../../types/literal.ts'
import type { Model, TableModel, ViewModel } from '../../schema/model.ts'
import { accessChange, policyHazards } from './access.ts'
import { type Comparison, isTypeOver, namesRemade } from './comparison.ts'
import { askingDefaults } from './counters.ts'
import { indexesInWay, uniqueWaits } from './gone-indexes.ts'
import { isInWay } from './gone-policies.ts'
import { boundText, functionName, nameOf } from './identity.ts'
import { mentions } from './mention.ts'
import { brokenDefaults } from './defaults.ts'
import { brokenDomains } from './domains.ts'
import { callingDrops, dropOf, earlyDrops, freedSequences } from './drop-order.ts'
import { byDepth } from './handed-down.ts'
import { letGo } from './held.ts'
import { unlogging } from './logging.ts'
import { paired } from './pairs.ts'
import { staysAttached } from './attachment.ts'
import { isInheritedConstraint } from './partition-tree.ts'
import { constraintFate } from './table-parts.ts'
import { inPlace } from './replaced-constraints.ts'
import { rawLocks } from './raw-locks.ts'
import { detachLocks } from './partition-locks.ts'
import { stepAside } from './step-aside.ts'
import { leavesPlace } from './tablespace.ts'
import { isObject } from './remade-raw.ts'
import { isSchema } from './schemas.ts'
import { undoRaw } from './undo-raw.ts'

export function clearing(comparison: Comparison): Change[] {
  const { from, to, tables, remade } = comparison
  const after = new Map(tables.both.map(([was, is]) => [was, is]))
  const rawNames = new Set(to.raw.map(raw => raw.name))
  const viewNames = new Set(to.views.map(nameOf))
  const kinds = new Map(to.views.map(view => [nameOf(view), view.materialized]))
  const order = creationOrder(from).toReversed()
  const functionNames = new Set(to.functions.map(functionName))
  // A function that takes or returns rows of a view goes before the view.
  const isOnView = (one: Model['functions'][number]): boolean => namesView(from, one)
  const goes = (one: Model['functions'][number]): boolean =>
    !functionNames.has(functionName(one)) || remade.functions.has(functionName(one))
  // What goes with a function or a type that is made again goes before it.
  const isAway = (raw: Model['raw'][number]): boolean =>
    isObject(raw) &&
    (remade.raw.has(raw.name) ||
      (!rawNames.has(raw.name) && !isSchema(raw) && namesRemade(comparison, rawStatement(raw))))
  return [
    ...order.flatMap(part => {
      if (part.kind === 'raw' && part.raw.kind === 'tablespace') return leavesPlace(comparison, part.raw)
      if (part.kind !== 'raw' || isSchema(part.raw) || isObject(part.raw)) return []
      // A comment takes the place of the one before.
      const stays = part.raw.kind === 'comment' || !remade.raw.has(part.raw.name)
      if (rawNames.has(part.raw.name) && stays) return []
      return dropRaw(part.raw, comparison)
    }),
    ...from.sortedTables.flatMap(was => {
      const is = after.get(was)
      const policies = new Set(is?.policies.map(policy => policy.name))
      const triggers = new Set(is?.triggers.map(trigger => trigger.name))
      return [
        ...was.policies
          .filter(policy =>
            is === undefined
              ? isInWay(comparison, was, policy)
              : !policies.has(policy.name) || remade.policies.has(`${nameOf(was)} ${policy.name}`),
          )
          .map(policy => {
            const text = policyStatement(was, policy)
            const kept = is?.policies.find(({ name }) => name === policy.name)
            const isSame = is !== undefined && kept !== undefined && policyStatement(is, kept) === text
            return dropOn(was, 'policy', policy.name, text, isSame ? [] : policyHazards(comparison, was, is, policy))
          }),
        // Those of a table that is dropped go with it.
        ...was.triggers
          .filter(
            ({ name }) => is !== undefined && (!triggers.has(name) || remade.triggers.has(`${nameOf(was)} ${name}`)),
          )
          .map(trigger => dropOn(was, 'trigger', trigger.name, triggerStatement(was, trigger))),
      ]
    }),
    ...order.flatMap(part => {
      if (part.kind === 'function')
        return isOnView(part.function) && goes(part.function) ? [dropFunction(part.function)] : []
      if (part.kind === 'table') return letGo(comparison, 'views', part.table)
      if (part.kind !== 'view') return []
      const stays = viewNames.has(nameOf(part.view)) && kinds.get(nameOf(part.view)) === part.view.materialized
      return stays && !remade.views.has(nameOf(part.view)) ? [] : [dropView(part.view)]
    }),
    ...brokenKeys(comparison, 'before detaching'),
    ...tables.both.flatMap(([was, is]) =>
      staysAttached(comparison, was, is) ? [] : detachTable(from, was, detachLocks(comparison, was)),
    ),
    ...brokenKeys(comparison, 'after detaching'),
    ...unlogging(tables),
    ...tables.both.flatMap(([was, is]) => {
      const constraints = constraintFate(comparison, was, is)
      const changed = constraints.changed.filter(([, one]) => inPlace(comparison, was, is, one) === null)
      return [...constraints.gone, ...[...changed, ...constraints.broken].map(([old]) => old)]
        .filter(one => one.kind !== 'foreign key' && !isInheritedConstraint(comparison, was, is, one))
        .filter(one => !(constraints.gone.includes(one) && uniqueWaits(comparison, was, is, one)))
        .map(one => dropConstraint(was, one.name, one.clause))
    }),
    ...indexesInWay(comparison),
    ...byDepth(from, tables.both, ([was]) => was).flatMap(([was, is]) => brokenColumns(comparison, was, is)),
    ...tables.both.flatMap(([was, is]) => brokenExpressions(comparison, was, is)),
    ...tables.both.flatMap(([was, is]) => brokenDefaults(comparison, was, is)),
    ...askingDefaults(comparison),
    ...brokenDomains(comparison),
    ...letGo(comparison, 'others'),
    ...droppedTypes(comparison),
    ...freedSequences(comparison).map(one =>
      change('own sequence', label(one), `alter sequence ${quoteQualified(one)} owned by none`, {
        locks: locked('SHARE ROW EXCLUSIVE', one),
      }),
    ),
    ...dropped(comparison, callingDrops(comparison)),
    ...order.flatMap(part => {
      if (part.kind === 'raw') return isAway(part.raw) ? dropRaw(part.raw, comparison) : []
      if (part.kind !== 'function' || isOnView(part.function)) return []
      return remade.functions.has(functionName(part.function)) ? [dropFunction(part.function)] : []
    }),
    ...stepAside(comparison),
    ...dropped(
      comparison,
      earlyDrops(comparison).filter(table => !callingDrops(comparison).includes(table)),
    ),
  ]
}

/** Tables that go, after the functions that take or return their rows. */
function dropped(comparison: Comparison, tables: readonly TableModel[]): Change[] {
  return [...dropsOnRows(comparison, tables), ...tables.flatMap(table => dropOf(comparison, table))]
}

/** What goes before tables: functions and types of their rows, less those that are away by then, each after what is made of it, as aggregates are. */
export function dropsOnRows(comparison: Comparison, tables: readonly TableModel[]): Change[] {
  const functions = new Set(
    goneFunctions(comparison, tables).filter(one => !comparison.remade.functions.has(functionName(one))),
  )
  const objects = goneObjects(comparison, tables)
  const types = rowTypes(comparison, tables)
  return creationOrder(comparison.from)
    .toReversed()
    .flatMap(part => {
      if (part.kind === 'function') return functions.has(part.function) ? [dropFunction(part.function)] : []
      if (part.kind === 'type') return types.has(part.type) ? [dropType(part.type)] : []
      return part.kind === 'raw' && objects.has(part.raw) ? dropRaw(part.raw, comparison) : []
    })
}

/** The objects that go and are made of functions which take or return rows of one of these tables. */
export function goneObjects(comparison: Comparison, tables: readonly TableModel[]): ReadonlySet<Model['raw'][number]> {
  const { from, to } = comparison
  const functions = new Set(goneFunctions(comparison, tables).map(one => one.name))
  return new Set(
    paired(from.raw, to.raw, one => one.name).gone.filter(
      one =>
        isObject(one) &&
        !namesRemade(comparison, rawStatement(one)) &&
        one.dependsOn?.some(name => functions.has(name)) === true,
    ),
  )
}

export function dropRaw(raw: Model['raw'][number], comparison: Comparison): Change[] {
  const sql = undoRaw(raw, comparison.from)
  if (sql === null) return []
  return [
    accessChange(comparison, raw, true, sql, rawStatement(raw)) ??
      change(`drop ${raw.kind}`, rawLabel(raw), sql, { inverse: rawStatement(raw), locks: rawLocks(raw, 'undone') }),
  ]
}

/** What a raw thing is called, without its kind in front. */
export function rawLabel({ kind, name }: Model['raw'][number]): string {
  return name.startsWith(`${kind} `) ? name.slice(kind.length + 1) : name
}

function dropOn(
  table: TableModel,
  word: 'policy' | 'trigger',
  name: string,
  inverse: string,
  hazards: readonly Hazard[] = [],
): Change {
  return change(`drop ${word}`, label(table, name), `drop ${word} ${quote(name)} on ${quoteQualified(table)}`, {
    inverse,
    locks: locked('ACCESS EXCLUSIVE', table),
    hazards,
  })
}

function dropView(view: ViewModel): Change {
  const word = viewWord(view)
  return change(`drop ${word}`, label(view), `drop ${word} ${quoteQualified(view)}`, {
    inverse: viewStatement(view),
    locks: locked('ACCESS EXCLUSIVE', view),
  })
}

/** Whether a function is made of a view: then it is dropped with the views. */
export function namesView(model: Model, one: Model['functions'][number]): boolean {
  const text = boundText(one)
  return model.views.some(view => mentions(text, view))
}

/** The functions that go and take or return rows of one of these tables, or a type of them, before which they go. */
export function goneFunctions(comparison: Comparison, tables: readonly TableModel[]): Model['functions'] {
  const { from, to } = comparison
  const things = [...tables, ...rowTypes(comparison, tables)]
  return paired(from.functions, to.functions, functionName)
    .gone.toReversed()
    .filter(one => !namesView(from, one) && things.some(thing => mentions(boundText(one), thing)))
}

/** The domains and composites that go and are of rows of one of these tables. */
export function rowTypes({ from, to }: Comparison, tables: readonly TableModel[]): ReadonlySet<Model['types'][number]> {
  return new Set(paired(from.types, to.types, nameOf).gone.filter(type => isTypeOver(type, tables)))
}

export function dropFunction(given: FunctionDefinition & { readonly name: string }): Change {
  const word = given.kind ?? 'function'
  return change(`drop ${word}`, functionName(given), `drop ${word} ${given.signature ?? quote(given.name)}`, {
    inverse: statementText(given.sql),
  })
}

/** Types with something in them that is dropped before it is made again. */
function droppedTypes({ from, remadeTypes, raws }: Comparison): Change[] {
  return from.types
    .filter(type => remadeTypes.has(nameOf(type)) && isTypeOver(type, raws))
    .toReversed()
    .map(type => dropType(type))
}

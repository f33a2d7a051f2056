/** What must go before anything else can change: things that are gone, or are made anew, and hold on to others. */
import { change, label, locked } from '../../ddl/change/change.ts'
import { brokenColumns, brokenDefaults } from './columns.ts'
import { dropConstraint } from '../../ddl/change/constraint.ts'
import { dropIndex } from '../../ddl/change/table-index.ts'
import { detachTable } from '../../ddl/change/table.ts'
import { creationOrder } from '../../ddl/creation-order.ts'
import { statementText } from '../../ddl/fragment-text.ts'
import { policyStatement } from '../../ddl/policy.ts'
import { rawStatement } from '../../ddl/raw.ts'
import { triggerStatement } from '../../ddl/trigger.ts'
import { viewStatement, viewWord } from '../../ddl/view.ts'
import { foreignKeyClause, targetTable } from '../../ddl/constraint.ts'
import { quote, quoteQualified } from '../../base/identifier.ts'
import type { Change, Hazard } from '../../schema/change.ts'
import type { FunctionDefinition } from '../../../types/literal.ts'
import type { Model, TableModel, ViewModel } from '../../schema/model.ts'
import { accessChange, policyHazards } from './access.ts'
import { type Comparison, namesRemade } from './comparison.ts'
import { boundText, functionName, nameOf } from './identity.ts'
import { mentions } from './mention.ts'
import { dropOf, earlyDrops, freedSequences, goesBefore, partitionsBelow } from './drop-order.ts'
import { indexed } from './indexed.ts'
import { unlogging } from './logging.ts'
import { isWanted, wantedNames } from './name-clash.ts'
import { paired } from './pairs.ts'
import { isAttached } from './attachment.ts'
import { goesWithParent, isInheritedConstraint } from './partition-tree.ts'
import { type Constraint, constraintFate, indexFate } from './table-parts.ts'
import { rawLocks } from './raw-locks.ts'
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
  const wanted = wantedNames(from, to)
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
      if (rawNames.has(part.raw.name) && !remade.raw.has(part.raw.name)) return []
      return dropRaw(part.raw, comparison)
    }),
    ...from.sortedTables.flatMap(was => {
      const is = after.get(was)
      const policies = new Set(is?.policies.map(policy => policy.name))
      const triggers = new Set(is?.triggers.map(trigger => trigger.name))
      return [
        ...was.policies
          .filter(({ name }) => !policies.has(name) || remade.policies.has(`${nameOf(was)} ${name}`))
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
      if (part.kind !== 'view') return []
      const stays = viewNames.has(nameOf(part.view)) && kinds.get(nameOf(part.view)) === part.view.materialized
      return stays && !remade.views.has(nameOf(part.view)) ? [] : [dropView(part.view)]
    }),
    ...tables.both.flatMap(([was, is]) => (isAttached(from, was) === isAttached(to, is) ? [] : detachTable(from, was))),
    ...foreignKeys(comparison),
    ...unlogging(tables),
    ...tables.both.flatMap(([was, is]) => {
      const constraints = constraintFate(comparison, was, is)
      return [...constraints.gone, ...[...constraints.changed, ...constraints.broken].map(([old]) => old)]
        .filter(one => one.kind !== 'foreign key' && !isInheritedConstraint(comparison, was, is, one))
        .map(one => dropConstraint(was, one.name, one.clause))
    }),
    ...tables.both.flatMap(([was, is]) => {
      const columns = new Set(is.columns.map(column => column.name))
      const indexes = indexFate(comparison, was, is)
      // Those of a column that goes, go with it.
      return indexes.gone
        .filter(
          index =>
            isWanted(wanted, was, index) ||
            index.elements.every(one => !('column' in one) || columns.has(one.column.name)),
        )
        .concat(indexes.broken.map(([old]) => old))
        .filter(index => !goesWithParent(comparison, was, is, index))
        .map(index => dropIndex(indexed(was), index))
    }),
    ...tables.both.flatMap(([was, is]) => brokenColumns(comparison, was, is)),
    ...tables.both.flatMap(([was, is]) => brokenDefaults(comparison, was, is)),
    ...order.flatMap(part => {
      if (part.kind === 'raw') return isAway(part.raw) ? dropRaw(part.raw, comparison) : []
      if (part.kind !== 'function' || isOnView(part.function)) return []
      return remade.functions.has(functionName(part.function)) ? [dropFunction(part.function)] : []
    }),
    ...freedSequences(comparison).map(one =>
      change('own sequence', label(one), `alter sequence ${quoteQualified(one)} owned by none`, {
        locks: locked('SHARE ROW EXCLUSIVE', one),
      }),
    ),
    ...goneFunctions(comparison, earlyDrops(comparison)).map(dropFunction),
    ...earlyDrops(comparison).flatMap(table => dropOf(comparison, table)),
  ]
}

function foreignKeys(comparison: Comparison): Change[] {
  const { from, tables, remade } = comparison
  return [
    ...tables.both.flatMap(([was, is]) =>
      constraintFate(comparison, was, is)
        .gone.concat(
          constraintFate(comparison, was, is).changed.flatMap(([old]) =>
            remade.foreignKeys.has(`${nameOf(is)} ${old.name}`) ? [old] : [],
          ),
        )
        .concat(unchangedRemade(comparison, was, is))
        .flatMap(one =>
          one.kind === 'foreign key'
            ? [dropConstraint(was, one.name, one.clause, targetTable(from, one.foreignKey))]
            : [],
        ),
    ),
    ...tables.gone.flatMap(table =>
      table.foreignKeys
        .filter(goesBefore(comparison))
        .map(key =>
          dropConstraint(
            table,
            key.name,
            foreignKeyClause(from, key),
            targetTable(from, key),
            ...partitionsBelow(from, targetTable(from, key)),
          ),
        ),
    ),
  ]
}

/** Keys that say the same, and are yet in the way. */
function unchangedRemade(comparison: Comparison, was: TableModel, is: TableModel): Constraint[] {
  const { from, remade } = comparison
  const changed = new Set(constraintFate(comparison, was, is).changed.map(([old]) => old.name))
  return was.foreignKeys
    .filter(key => remade.foreignKeys.has(`${nameOf(is)} ${key.name}`) && !changed.has(key.name))
    .map(foreignKey => ({
      kind: 'foreign key' as const,
      name: foreignKey.name,
      clause: foreignKeyClause(from, foreignKey),
      foreignKey,
    }))
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

/** The functions that go and take or return rows of one of these tables, before which they go. */
export function goneFunctions({ from, to }: Comparison, tables: readonly TableModel[]): Model['functions'] {
  return paired(from.functions, to.functions, functionName)
    .gone.toReversed()
    .filter(one => !namesView(from, one) && tables.some(table => mentions(boundText(one), table)))
}

export function dropFunction(given: FunctionDefinition & { readonly name: string }): Change {
  const word = given.kind ?? 'function'
  return change(`drop ${word}`, functionName(given), `drop ${word} ${given.signature ?? quote(given.name)}`, {
    inverse: statementText(given.sql),
  })
}

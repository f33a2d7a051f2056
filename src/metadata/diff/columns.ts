/** The changes of the columns of a table that stands, but for those that go. */
import { hazard, label } from '../../ddl/change/change.ts'
import { defaultExpression } from '../../ddl/default.ts'
import {
  addColumn,
  alterThroughText,
  alterType,
  dropColumn,
  dropExpression,
  dropNotNull,
  setDefault,
  setExpression,
  setNotNull,
} from '../../ddl/change/column.ts'
import { renameConstraint } from '../../ddl/change/constraint.ts'
import {
  addIdentity,
  dropIdentity,
  renameSequence,
  resizeSequence,
  sequenceOf,
  setIdentity,
} from '../../ddl/change/identity.ts'
import { sequenceOptions } from '../../ddl/sequence.ts'
import { derivedName } from '../../base/identifier.ts'
import type { Change } from '../../schema/change.ts'
import type { ColumnModel, IdentityModel, TableModel } from '../../schema/model.ts'
import { countingOn } from './counters.ts'
import { changesType, generationChange, isMadeOf } from './column-fates.ts'
import { type Comparison, namesRemade } from './comparison.ts'
import { paired } from './pairs.ts'
import { followed } from './attachment.ts'
import { nextValue, serialInteger, serialSequence } from './plain-serials.ts'
import { leavingIdentities } from './sequence-names.ts'

export function columnChanges(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  const { both, fresh } = paired(was.columns, is.columns, column => column.name)
  const own = both.filter(([, column]) => !column.inherited)
  const remade = comparison.columns.remade.get(is)
  const isLater = (column: ColumnModel): boolean => column.generated !== null || remade?.has(column.name) === true
  const added = fresh.filter(column => !column.inherited)
  const changes = (later: boolean): Change[] =>
    own
      .filter(([, column]) => isLater(column) === later)
      .flatMap(([old, column]) => changed(comparison, was, is, old, column))
  return [
    ...added.filter(column => !isLater(column)).map(column => addColumn(is, column)),
    ...changes(false),
    // What is generated comes after what it is made of.
    ...added.filter(isLater).map(column => addColumn(is, column)),
    ...changes(true),
  ]
}

/** The columns that go before what they are made of changes: those that are made again, and what is generated and goes. */
export function brokenColumns(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  if (followed(comparison, was, is) !== undefined) return []
  const remade = comparison.columns.remade.get(is)
  return was.columns
    .filter(column => remade?.has(column.name) === true || isGoneGenerated(is, column))
    .filter(column => !column.inherited)
    .map(column => dropColumn(was, column))
}

export function isGoneGenerated(is: TableModel, column: ColumnModel): boolean {
  return column.generated !== null && !is.columnByName.has(column.name)
}

function changed(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  old: ColumnModel,
  column: ColumnModel,
): Change[] {
  if (fateOf(comparison, is, old, column) !== 'none') return generated(comparison, was, is, old, column)
  // An identity goes before the type that it cannot have, and before the NOT NULL that it wants.
  const counting = countingOn(comparison, was, is, old, column)
  return [
    ...(column.identity === null ? counting : []),
    ...(old.identity !== null && column.identity === null ? [dropIdentity(was, old)] : []),
    ...typeChanges(comparison, is, old, column),
    ...serialChanges(is, old, column),
    ...nullChanges(comparison, was, is, old, column),
    ...identityChanges(was, is, old, column),
    ...(column.identity === null ? [] : counting),
  ]
}

function fateOf(
  { columns, version }: Comparison,
  is: TableModel,
  old: ColumnModel,
  column: ColumnModel,
): ReturnType<typeof generationChange> {
  return columns.remade.get(is)?.has(column.name) === true ? 'remade' : generationChange(old, column, version)
}

function generated(
  comparison: Comparison,
  was: TableModel,
  table: TableModel,
  from: ColumnModel,
  to: ColumnModel,
): Change[] {
  switch (fateOf(comparison, table, from, to)) {
    case 'none':
      return []
    case 'dropped':
      return [dropExpression(table, from), ...changed(comparison, was, table, { ...from, generated: null }, to)]
    case 'altered':
      return [setExpression(table, from, to)]
    case 'remade':
      return [movedToEnd(table, to)]
  }
}

/** Postgres adds columns at the end alone, and gives them no other place later. */
function movedToEnd(table: TableModel, column: ColumnModel): Change {
  const added = addColumn(table, column)
  if (table.columns.at(-1) === column) return added
  const object = label(table, column.name)
  const message = `'${object}' is made again, and stands behind the other columns from now on`
  return { ...added, hazards: [...added.hazards, hazard('irreversible', 'add column', object, message, null)] }
}

function defaultText(column: ColumnModel): string {
  return column.default === null ? '' : defaultExpression(column.type, column.default)
}

function typeChanges(comparison: Comparison, table: TableModel, from: ColumnModel, to: ColumnModel): Change[] {
  const types = comparison.remadeTypes
  const isRetyped = changesType(from, to, types)
  const isTied = from.default !== null && isRetyped
  const isReset = isBroken(comparison, from)
  const bare: ColumnModel = { ...from, default: null }
  const changes: Change[] = []
  const resets = isTied || isReset
  if (isTied && !isReset) changes.push(setDefault(table, from, bare))
  if (isRetyped) changes.push(isMadeOf(to.type, types) ? alterThroughText(table, from, to) : alterType(table, from, to))
  if (resets ? to.default !== null : defaultText(from) !== defaultText(to)) {
    changes.push(setDefault(table, resets ? bare : from, to))
  }
  return changes
}

function isBroken(comparison: Comparison, column: ColumnModel): boolean {
  if (column.default === null) return false
  const text = defaultText(column)
  if (namesRemade(comparison, text)) return true
  const { from, to } = comparison
  return text.includes('nextval(') && leavingIdentities(from, to).some(one => text.includes(nextValue(one)))
}

/** Defaults that call a function which is taken away, or ask the sequence of an identity that is, are taken off before. */
export function brokenDefaults(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  return paired(was.columns, is.columns, column => column.name)
    .both.filter(([old]) => isBroken(comparison, old))
    .map(([old]) => setDefault(was, old, { ...old, default: null }))
}

function nullChanges(
  comparison: Comparison,
  was: TableModel,
  table: TableModel,
  from: ColumnModel,
  to: ColumnModel,
): Change[] {
  if (from.nullable && !to.nullable) return setNotNull(table, to)
  if (!from.nullable && to.nullable) return [dropNotNull(table, to)]
  // A partition has the name of the table above, or its own, as it came to be one, and keeps it.
  if (followed(comparison, was, table) !== undefined) return []
  const usual = derivedName(table.name, to.name, 'not_null')
  const [before, after] = [from.notNullName ?? usual, to.notNullName ?? usual]
  return !to.nullable && plain(before, usual) !== plain(after, usual) ? [renameConstraint(table, before, after)] : []
}

/** Postgres numbers a name of its own choice that is taken when it chooses. */
function plain(name: string, usual: string): string {
  return name.startsWith(usual) && /^\d+$/.test(name.slice(usual.length)) ? usual : name
}

function identityChanges(was: TableModel, table: TableModel, from: ColumnModel, to: ColumnModel): Change[] {
  if (from.identity === null) return to.identity === null ? [] : [addIdentity(table, to, to.identity)]
  if (to.identity === null) return []
  const before = sequenceOf(was, from)
  const after = sequenceOf(table, to)
  const said = (identity: IdentityModel): string => [identity.when, ...sequenceOptions(identity.options)].join(' ')
  return [
    ...(before.name === after.name ? [] : [renameSequence(before, after.name)]),
    ...(said(from.identity) === said(to.identity) ? [] : [setIdentity(table, to, from.identity, to.identity)]),
  ]
}

/** From one `serial` to another. */
function serialChanges(table: TableModel, old: ColumnModel, column: ColumnModel): Change[] {
  const [before, after] = [serialInteger(old), serialInteger(column)]
  if (before === undefined || after === undefined || before === after) return []
  return [resizeSequence(serialSequence(table, column), before, after)]
}

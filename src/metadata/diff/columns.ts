/** The changes of the columns of a table that stands, but for those that go. */
import { hazard, label } from '../../ddl/change/change.ts'
import {
  addColumn,
  alterThroughObject,
  alterThroughText,
  alterType,
  dropColumn,
  dropExpression,
  dropNotNull,
  inheritNotNull,
  keepNotNull,
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
import { reaching } from '../../ddl/change/sequence.ts'
import { changedOptions } from '../../ddl/sequence.ts'
import { derivedName } from '../../base/identifier.ts'
import type { Change } from '../../schema/change.ts'
import type { ColumnModel, TableModel } from '../../schema/model.ts'
import { isKeptAsText, isOtherRow, isText } from './held.ts'
import { countingOn } from './counters.ts'
import { changesType, generationChange, isGoneGenerated, isMadeOf } from './column-fates.ts'
import type { Comparison } from './comparison.ts'
import { defaultText, isBroken } from './defaults.ts'
import { paired } from './pairs.ts'
import { followed } from './attachment.ts'
import {
  addedBelow,
  comesAbove,
  handedDown,
  hasDefaultBelow,
  losesAlone,
  losesNotNull,
  typeIsHandedDown,
} from './handed-down.ts'
import { serialInteger, serialSequence } from './plain-serials.ts'
import { heirs, inheritedNullChanges } from './inherited-not-null.ts'

export function columnChanges(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  const { both, fresh } = paired(was.columns, is.columns, column => column.name)
  const own = both.filter(([, column]) => !column.inherited)
  const remade = comparison.columns.remade.get(is)
  const isLater = (column: ColumnModel): boolean => column.generated !== null || remade?.has(column.name) === true
  const added = fresh.filter(column => !column.inherited)
  const changes = (later: boolean): Changed[] =>
    own
      .filter(([, column]) => isLater(column) === later)
      .map(([old, column]) => {
        const handed = handedDown(comparison, was, is, old)
        if (!losesNotNull(comparison, was, is, [old, column])) return changed(comparison, was, is, handed, column)
        const { typed, settled } = changed(comparison, was, is, { ...handed, nullable: false }, column)
        return { typed: [keepNotNull(is, column), ...typed], settled }
      })
  const add = (column: ColumnModel): Change[] => comingColumn(comparison, was, is, column, addColumn)
  const [first, later] = [changes(false), changes(true)]
  return [
    ...added.filter(column => !isLater(column)).flatMap(add),
    ...both
      .filter(([, column]) => column.inherited)
      .flatMap(([old, column]) =>
        losesAlone(comparison, was, is, column.name)
          ? [dropNotNull(is, column, 'only')]
          : inheritedNullChanges(comparison, was, is, old, column),
      ),
    // What writes the rows anew comes together, so that they are written once.
    ...first.flatMap(({ typed }) => typed),
    // What is generated comes after what it is made of.
    ...added.filter(isLater).flatMap(add),
    ...later.flatMap(({ typed }) => typed),
    ...[...first, ...later].flatMap(({ settled }) => settled),
  ]
}

/** A column that is added, after those of its name which tables below have as their own, too: they would have it by then. */
function comingColumn(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  column: ColumnModel,
  add: (table: TableModel, column: ColumnModel) => Change,
): Change[] {
  if (comesAbove(comparison, was, is, column.name)) return []
  return [...addedBelow(comparison, is, column.name), is].flatMap(table => {
    const own = table.columnByName.get(column.name)
    return own === undefined ? [] : [add(table, own)]
  })
}

/** Columns that come to be those of another table above, too, have its type by then. */
export function typesToInherit(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  return paired(was.columns, is.columns, column => column.name).both.flatMap(([old, column]) =>
    comesToInherit(comparison, was, is, column) && fateOf(comparison, is, old, column) === 'none'
      ? typeChanges(comparison, was, is, old, column)
      : [],
  )
}

function comesToInherit({ to }: Comparison, was: TableModel, is: TableModel, { name }: ColumnModel): boolean {
  return is.inherits.some(key => !was.inherits.includes(key) && to.tableByKey.get(key)?.columnByName.has(name) === true)
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

/** What is generated no more lets go of what it was made of, before that changes. */
export function brokenExpressions(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  if (followed(comparison, was, is) !== undefined) return []
  return paired(was.columns, is.columns, column => column.name)
    .both.filter(
      ([old, column]) =>
        !column.inherited && fateOf(comparison, is, handedDown(comparison, was, is, old), column) === 'dropped',
    )
    .map(([old]) => dropExpression(was, old))
}

/** The changes of one column: until it has its type, and from then on. */
interface Changed {
  readonly typed: readonly Change[]
  readonly settled: readonly Change[]
}

function changed(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  old: ColumnModel,
  column: ColumnModel,
): Changed {
  if (fateOf(comparison, is, old, column) !== 'none') return generated(comparison, was, is, old, column)
  // An identity goes before the type that it cannot have, and before the NOT NULL that it wants.
  const counting = countingOn(comparison, was, is, old, column)
  const types = comesToInherit(comparison, was, is, column) ? [] : typeChanges(comparison, was, is, old, column)
  return {
    typed: [
      ...(column.identity === null ? counting : []),
      ...(old.identity !== null && column.identity === null ? [dropIdentity(was, old)] : []),
      ...types.filter(change => !asksSequence(change)),
    ],
    settled: [
      ...types.filter(asksSequence),
      ...serialChanges(is, old, column),
      ...nullChanges(comparison, was, is, old, column),
      ...identityChanges(was, is, old, column),
      ...(column.identity === null ? [] : counting),
    ],
  }
}

/** A default may ask the sequence of another column, which comes or gets its name with what this one is given. */
function asksSequence({ kind, sql }: Change): boolean {
  return kind === 'alter default' && / set default .*::regclass/s.test(sql)
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
): Changed {
  switch (fateOf(comparison, table, from, to)) {
    case 'none':
      return { typed: [], settled: [] }
    case 'dropped':
      return changed(comparison, was, table, { ...from, generated: null }, to)
    case 'altered':
      return { typed: [setExpression(table, from, to)], settled: [] }
    case 'remade':
      return { typed: comingColumn(comparison, was, table, to, movedToEnd), settled: [] }
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

function typeChanges(
  comparison: Comparison,
  was: TableModel,
  table: TableModel,
  from: ColumnModel,
  to: ColumnModel,
): Change[] {
  const types = comparison.remadeTypes
  const isHanded = typeIsHandedDown(comparison, was, table, to.name)
  const isHeld = !isHanded && comparison.columns.held.get(table)?.has(to.name) === true
  const isRetyped = !isHanded && (isHeld || changesType(from, to, types))
  const isTied = isRetyped && (from.default !== null || (!isHeld && hasDefaultBelow(comparison, was, to.name)))
  const isReset = isBroken(comparison, from) || (isHeld && from.default !== null)
  const bare: ColumnModel = { ...from, default: null }
  const changes: Change[] = []
  const resets = isTied || isReset
  if (isTied && !isReset) changes.push(setDefault(table, from, bare))
  if (isHeld && isOtherRow(comparison, from.type)) changes.push(alterThroughObject(table, from, to))
  else if (isHeld || (!isHanded && isMadeOf(to.type, types)))
    changes.push(alterThroughText(table, from, to, isKeptAsText(to.type) && (isHeld || isText(from.type))))
  else if (isRetyped) changes.push(alterType(table, from, to))
  if (resets ? to.default !== null : defaultText(from) !== defaultText(to)) {
    changes.push(setDefault(table, resets ? bare : from, to))
  }
  return changes
}

function nullChanges(
  comparison: Comparison,
  was: TableModel,
  table: TableModel,
  from: ColumnModel,
  to: ColumnModel,
): Change[] {
  // What is done to the table above is done to this one.
  if (to.notNullInherited || (from.notNullInherited && to.nullable)) return []
  if ((from.nullable || from.notNullInherited) && !to.nullable) return setNotNull(table, to)
  if (!from.nullable && to.nullable)
    return [dropNotNull(table, to, losesAlone(comparison, was, table, to.name) ? 'only' : 'below')]
  // A partition has the name of the table above, or its own, as it came to be one, and keeps it.
  if (followed(comparison, was, table) !== undefined) return []
  if (to.nullable) return []
  const usual = derivedName(table.name, to.name, 'not_null')
  const [before, after] = [from.notNullName ?? usual, to.notNullName ?? usual]
  return [
    ...(plain(before, usual) === plain(after, usual) ? [] : [renameConstraint(table, before, after)]),
    ...(from.notNullAlone === to.notNullAlone ? [] : [inheritNotNull(table, to, heirs(comparison.to, table))]),
  ]
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
  const isOther =
    from.identity.when !== to.identity.when || changedOptions(from.identity.options, to.identity.options).length > 0
  return [
    ...(before.name === after.name ? [] : [renameSequence(before, after.name)]),
    ...(isOther
      ? [
          ...reaching(after, from.identity.options, to.identity.options),
          setIdentity(table, to, from.identity, to.identity),
        ]
      : []),
  ]
}

/** From one `serial` to another. */
function serialChanges(table: TableModel, old: ColumnModel, column: ColumnModel): Change[] {
  const [before, after] = [serialInteger(old), serialInteger(column)]
  if (before === undefined || after === undefined || before === after) return []
  return [resizeSequence(serialSequence(table, column), before, after)]
}

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
  dropSerial,
  makeSerial,
  renameSequence,
  resizeSequence,
  sequenceOf,
  setIdentity,
} from '../../ddl/change/identity.ts'
import { sequenceOptions } from '../../ddl/sequence.ts'
import { derivedName } from '../../base/identifier.ts'
import type { Change } from '../../schema/change.ts'
import type { ColumnModel, IdentityModel, SequenceModel, TableModel } from '../../schema/model.ts'
import { changesType, type Comparison, generationChange, isMadeOf, namesRemadeFunction } from './comparison.ts'
import { nameOf } from './identity.ts'
import { paired } from './pairs.ts'
import { followed } from './attachment.ts'

export function columnChanges(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  const { both, fresh } = paired(was.columns, is.columns, column => column.name)
  return [
    ...fresh.filter(column => !column.inherited).map(column => addColumn(is, column)),
    ...both
      .filter(([, column]) => !column.inherited)
      .flatMap(([old, column]) => changed(comparison, was, is, old, column)),
  ]
}

function changed(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  old: ColumnModel,
  column: ColumnModel,
): Change[] {
  if (generationChange(old, column, comparison.version) !== 'none') return generated(comparison, was, is, old, column)
  // An identity goes before the type that it cannot have, and before the NOT NULL that it wants.
  return [
    ...(old.identity !== null && column.identity === null ? [dropIdentity(was, old)] : []),
    ...leftSerial(comparison, was, is, old, column),
    ...typeChanges(comparison, is, old, column),
    ...serialChanges(comparison, was, is, old, column),
    ...nullChanges(comparison, was, is, old, column),
    ...identityChanges(was, is, old, column),
  ]
}

function generated(
  comparison: Comparison,
  was: TableModel,
  table: TableModel,
  from: ColumnModel,
  to: ColumnModel,
): Change[] {
  switch (generationChange(from, to, comparison.version)) {
    case 'none':
      return []
    case 'dropped':
      return [dropExpression(table, from), ...changed(comparison, was, table, { ...from, generated: null }, to)]
    case 'altered':
      return [setExpression(table, from, to)]
    case 'remade':
      return [dropColumn(table, from), movedToEnd(table, to)]
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
  return column.default !== null && namesRemadeFunction(comparison, defaultText(column))
}

/** Defaults that call a function which is taken away are taken off before. */
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

const serials: { readonly [kind: string]: string } = { smallserial: 'smallint', serial: 'integer', bigserial: 'bigint' }

/** From a `serial` to a column that has no sequence, or another. */
function leftSerial(
  { from, to }: Comparison,
  was: TableModel,
  table: TableModel,
  old: ColumnModel,
  column: ColumnModel,
): Change[] {
  if (serials[old.type.kind] === undefined || serials[column.type.kind] !== undefined) return []
  const sequence = ownedBy(to.sequences, table, column)
  const stays = sequence !== undefined && !from.sequences.some(one => nameOf(one) === nameOf(sequence))
  return stays ? [] : dropSerial(was, old)
}

/** To a `serial`, or from one to another, whose sequence is part of it. A sequence of the old column may become it. */
function serialChanges(
  { from, version }: Comparison,
  was: TableModel,
  table: TableModel,
  old: ColumnModel,
  column: ColumnModel,
): Change[] {
  const before = serials[old.type.kind]
  const after = serials[column.type.kind]
  if (before === undefined && after !== undefined) {
    const sequence = ownedBy(from.sequences, was, old)
    if (sequence === undefined) return makeSerial(table, column, after, version)
    const { name } = sequenceOf(table, column)
    return [
      ...(sequence.name === name ? [] : [renameSequence(sequence, name)]),
      ...(sequence.as === after ? [] : [resizeSequence({ ...sequence, name }, sequence.as, after)]),
    ]
  }
  if (before === undefined || after === undefined) return []
  const [here, there] = [sequenceOf(was, old), sequenceOf(table, column)]
  return [
    ...(here.name === there.name ? [] : [renameSequence(here, there.name)]),
    ...(before === after ? [] : [resizeSequence(there, before, after)]),
  ]
}

function ownedBy(
  sequences: readonly SequenceModel[],
  table: TableModel,
  column: ColumnModel,
): SequenceModel | undefined {
  return sequences.find(one => one.ownedBy?.[0] === table.key && one.ownedBy[1] === column.key)
}

/** The sequences that `serial` takes over or leaves behind, by name, so that nobody else makes or drops them. */
export function tiedToSerials({ from, to, tables }: Comparison): ReadonlySet<string> {
  const names = tables.both.flatMap(([was, is]) =>
    paired(was.columns, is.columns, column => column.name).both.flatMap(([old, column]) => {
      const before = old.type.kind in serials
      const after = column.type.kind in serials
      if (before === after) return []
      return [before ? ownedBy(to.sequences, is, column) : ownedBy(from.sequences, was, old)].flatMap(one =>
        one === undefined ? [] : [nameOf(one)],
      )
    }),
  )
  return new Set(names)
}

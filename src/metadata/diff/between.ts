import { derivedName } from '../../base/identifier.ts'
import { change, label } from '../../ddl/change/change.ts'
import { commentOnColumn } from '../../ddl/change/column.ts'
import { addCheck, addExclude, validateCheck, addKey, addKeyAlone } from '../../ddl/change/constraint.ts'
import { alterSequence } from '../../ddl/change/sequence.ts'
import {
  addIndex,
  addIndexAlone,
  addNewIndex,
  commentOnIndex,
  dropIndex,
  renameIndex,
  replaceIndex,
} from '../../ddl/change/table-index.ts'
import { commentChange } from '../../ddl/change/table.ts'
import { ownSequence } from '../../ddl/sequence.ts'
import type { Change } from '../../schema/change.ts'
import type { IndexModel, KeyModel, Model, QualifiedName, SequenceModel, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { freedSequences } from './drop-order.ts'
import { passesAll, tellsRowsApart, withoutFailure } from './empty-columns.ts'
import { foreignKeyChanges } from './foreign-keys.ts'
import { type Unique, uniqueColumns } from './gone-indexes.ts'
import { byName, nameOf } from './identity.ts'
import { indexed } from './indexed.ts'
import { logging } from './logging.ts'
import {
  attached,
  attachIndexes,
  attaching,
  goesWithParent,
  losesColumns,
  isInheritedConstraint,
  partitionsFirst,
} from './partition-tree.ts'
import { promotedIndex, promoteIndex } from './promoted-index.ts'
import { inPlace } from './replaced-constraints.ts'
import { moveRows } from './step-aside.ts'
import { type Constraint, constraintFate, indexFate, indexMeaning, meaningOf } from './table-parts.ts'

export function betweenChanges(comparison: Comparison, before: ReadonlyMap<TableModel, TableModel>): Change[] {
  const { from, to } = comparison
  const freed = freedSequences(comparison)
  const sequences = byName(from.sequences.map(one => (freed.includes(one) ? { ...one, ownedBy: null } : one)))
  return [
    ...logging(comparison.tables),
    ...to.sequences.flatMap(sequence => owning(from, sequences.get(nameOf(sequence)), to, sequence)),
    ...partitionsFirst(to.sortedTables).flatMap(table => {
      const was = before.get(table)
      return was === undefined
        ? table.indexes.map(index => addNewIndex(table, index))
        : keyAndIndexChanges(comparison, was, table)
    }),
    ...foreignKeyChanges(comparison, 'early'),
    ...attaching(comparison, table => !losesColumns(comparison, table)),
    ...moveRows(comparison),
    ...to.sequences.flatMap(sequence => {
      const old = sequences.get(nameOf(sequence))?.comment ?? null
      return old === sequence.comment ? [] : [commentChange('sequence', sequence, old, sequence.comment)]
    }),
    ...to.sortedTables.flatMap(table => commentChanges(comparison, before.get(table), table)),
  ]
}

function owning(from: Model, old: SequenceModel | undefined, to: Model, sequence: SequenceModel): Change[] {
  if (old !== undefined) return alterSequence(from, old, to, sequence).filter(one => !isNotOwning(one))
  return ownSequence(to, sequence).map(sql => change('own sequence', label(sequence), sql))
}

function keyAndIndexChanges(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  const constraints = constraintFate(comparison, was, is)
  const indexes = indexFate(comparison, was, is)
  const away = [...constraints.changed, ...constraints.broken].map(([old]) => old.name)
  return [
    ...is.checks
      .filter(check => comparison.unvalidated.has(check) && !away.includes(check.name))
      .map(check => validateCheck(is, check)),
    ...[...constraints.fresh, ...[...constraints.changed, ...constraints.broken].map(([, one]) => one)].flatMap(one =>
      one.kind === 'check' && isInheritedConstraint(comparison, was, is, one)
        ? []
        : (inPlace(comparison, was, is, one) ?? addConstraint(comparison, was, is, one)),
    ),
    ...indexes.fresh.flatMap(index => {
      const added = indexAgain(comparison, is, index)
      // Another collation or operator class may take for the same what is not.
      const columns = index.elements.flatMap(one =>
        'column' in one && one.collate === null && one.opclass === null ? [one.column] : [],
      )
      return cannotFail(comparison, was, is, { ...index, columns }) ? withoutFailure(added) : added
    }),
    ...indexes.broken.flatMap(([, index]) => indexAgain(comparison, is, index)),
    ...indexes.changed.flatMap(([old, index]) => replacedIndex(comparison, was, is, old, index)),
  ]
}

function indexAgain(comparison: Comparison, is: TableModel, index: IndexModel): Change[] {
  return attached(comparison, is).length === 0
    ? [addIndex(indexed(is), index)]
    : [addIndexAlone(is, index), ...attachIndexes(comparison, is, index.name, indexMeaning(index))]
}

/** That of a partition is a part of the one above it, with which it goes: it has another name until then. */
function replacedIndex(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  old: IndexModel,
  index: IndexModel,
): Change[] {
  const on = indexed(is)
  if (goesWithParent(comparison, was, is, old))
    return [renameIndex(on, old.name, derivedName(old.name, '', 'old')), ...indexAgain(comparison, is, index)]
  return attached(comparison, is).length === 0
    ? replaceIndex(on, old, index)
    : [dropIndex(on, old), ...indexAgain(comparison, is, index)]
}

/** Whether the rows that are there are told apart by something new in them, or already, by fewer columns. */
function cannotFail(
  comparison: Comparison,
  was: TableModel,
  is: TableModel,
  key: Pick<KeyModel, 'columns' | 'nullsNotDistinct'>,
): boolean {
  const names = new Set(key.columns.map(column => column.name))
  const isWeaker = (one: Unique): boolean =>
    one.columns.every(name => names.has(name)) && (one.nullsNotDistinct || !key.nullsNotDistinct)
  return tellsRowsApart(was, key) || uniqueColumns(comparison, was, is).some(isWeaker)
}

/** Foreign keys come later, when what they point to is there. */
function addConstraint(comparison: Comparison, was: TableModel, table: TableModel, constraint: Constraint): Change[] {
  if (constraint.kind === 'foreign key') return []
  if (constraint.kind === 'check') {
    const added = addCheck(table, constraint.check)
    return passesAll(was, table, constraint.check) ? withoutFailure(added) : added
  }
  if (constraint.kind === 'exclude') return [addExclude(table, constraint.exclude)]
  const index = promotedIndex(comparison, was, table, constraint)
  if (index !== undefined) return [promoteIndex(table, constraint.key, constraint.kind, index)]
  if (attached(comparison, table).length === 0) {
    const added = addKey(table, constraint.key, constraint.kind)
    return cannotFail(comparison, was, table, constraint.key) ? withoutFailure(added) : added
  }
  return [
    addKeyAlone(table, constraint.key, constraint.kind),
    ...attachIndexes(comparison, table, constraint.name, meaningOf(constraint)),
  ]
}

function commentChanges(comparison: Comparison, was: TableModel | undefined, is: TableModel): Change[] {
  const anew = comparison.columns.remade.get(is)
  const stand = was?.columns.filter(column => anew?.has(column.name) !== true)
  const columns = new Map(stand?.map(column => [column.name, column.comment]))
  return [
    ...((was?.comment ?? null) === is.comment ? [] : [commentChange('table', is, was?.comment ?? null, is.comment)]),
    ...is.columns
      .filter(column => (columns.get(column.name) ?? null) !== column.comment)
      .map(column => commentOnColumn(is, columns.get(column.name) ?? null, column)),
    ...indexComments(is, was === undefined ? [] : standing(comparison, was, is), is.indexes),
  ]
}

/** The indexes that are not made again, with which their comments go. */
function standing(comparison: Comparison, was: TableModel, is: TableModel): readonly IndexModel[] {
  const { gone, changed, broken } = indexFate(comparison, was, is)
  const away = new Set([...gone, ...[...changed, ...broken].map(([old]) => old)])
  return was.indexes.filter(index => !away.has(index))
}

/** The comments of indexes that are not what they were. */
export function indexComments(
  relation: QualifiedName,
  was: readonly IndexModel[],
  is: readonly IndexModel[],
): Change[] {
  const old = new Map(was.map(index => [index.name, index.comment]))
  return is
    .filter(index => (old.get(index.name) ?? null) !== index.comment)
    .map(index => commentOnIndex(relation, old.get(index.name) ?? null, index))
}

/** Ownership comes once the columns are there. */
export function isNotOwning({ kind }: Change): boolean {
  return kind !== 'own sequence'
}

import { alterTable, change, label, locked } from '../../ddl/change/change.ts'
import { commentOnColumn } from '../../ddl/change/column.ts'
import {
  addCheck,
  addExclude,
  addForeignKey,
  addKey,
  addKeyAlone,
  deferForeignKey,
  validateForeignKey,
} from '../../ddl/change/constraint.ts'
import { alterSequence } from '../../ddl/change/sequence.ts'
import { addIndex, addIndexAlone, addNewIndex, commentOnIndex, replaceIndex } from '../../ddl/change/table-index.ts'
import { commentChange } from '../../ddl/change/table.ts'
import { foreignKeyClause, targetTable } from '../../ddl/constraint.ts'
import { ownSequence } from '../../ddl/sequence.ts'
import type { Change } from '../../schema/change.ts'
import type {
  ForeignKeyModel,
  IndexModel,
  Model,
  QualifiedName,
  SequenceModel,
  TableModel,
} from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { freedSequences } from './drop-order.ts'
import { byName, nameOf } from './identity.ts'
import { indexed } from './indexed.ts'
import { logging } from './logging.ts'
import {
  attached,
  attachIndexes,
  attaching,
  losesColumns,
  isInheritedConstraint,
  partitionsFirst,
} from './partition-tree.ts'
import { type Constraint, constraintFate, indexFate, indexMeaning, meaningOf } from './table-parts.ts'

export function betweenChanges(
  comparison: Comparison,
  before: ReadonlyMap<TableModel, TableModel>,
  later: ReadonlyMap<ForeignKeyModel, TableModel>,
): Change[] {
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
    ...to.sortedTables.flatMap(table => {
      const was = before.get(table)
      if (was !== undefined) return foreignKeyChanges(comparison, was, table)
      return table.foreignKeys
        .filter(key => later.has(key))
        .map(key =>
          change('add foreign key', label(table, key.name), alterTable(table, `add ${foreignKeyClause(to, key)}`), {
            locks: before.has(targetTable(to, key)) ? locked('SHARE ROW EXCLUSIVE', targetTable(to, key)) : [],
          }),
        )
    }),
    ...attaching(comparison, table => !losesColumns(comparison, table)),
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
  const on = indexed(is)
  return [
    ...[...constraints.fresh, ...[...constraints.changed, ...constraints.broken].map(([, one]) => one)].flatMap(one =>
      one.kind === 'check' && isInheritedConstraint(comparison, was, is, one) ? [] : addConstraint(comparison, is, one),
    ),
    ...[...indexes.fresh, ...indexes.broken.map(([, index]) => index)].flatMap(index =>
      attached(comparison, is).length === 0
        ? [addIndex(on, index)]
        : [addIndexAlone(is, index), ...attachIndexes(comparison, is, index.name, indexMeaning(index))],
    ),
    ...indexes.changed.flatMap(([old, index]) => replaceIndex(on, old, index)),
  ]
}

/** Foreign keys come later, when what they point to is there. */
function addConstraint(comparison: Comparison, table: TableModel, constraint: Constraint): Change[] {
  if (constraint.kind === 'foreign key') return []
  if (constraint.kind === 'check') return addCheck(table, constraint.check)
  if (constraint.kind === 'exclude') return [addExclude(table, constraint.exclude)]
  if (attached(comparison, table).length === 0) return addKey(table, constraint.key, constraint.kind)
  return [
    addKeyAlone(table, constraint.key, constraint.kind),
    ...attachIndexes(comparison, table, constraint.name, meaningOf(constraint)),
  ]
}

function foreignKeyChanges(comparison: Comparison, was: TableModel, is: TableModel): Change[] {
  const { to, remade } = comparison
  const { fresh } = constraintFate(comparison, was, is)
  const old = new Map(was.foreignKeys.map(key => [key.name, key]))
  const freshNames = new Set(fresh.map(one => one.name))
  return is.foreignKeys.flatMap(key => {
    if (freshNames.has(key.name) || remade.foreignKeys.has(`${nameOf(is)} ${key.name}`)) {
      return addForeignKey(to, is, key)
    }
    const before = old.get(key.name)
    if (before === undefined) return []
    return [
      ...(before.deferrable === key.deferrable ? [] : [deferForeignKey(is, before, key)]),
      ...(before.notValid && !key.notValid ? [validateForeignKey(to, is, key)] : []),
    ]
  })
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
  const { changed, broken } = indexFate(comparison, was, is)
  const away = new Set([...changed, ...broken].map(([old]) => old))
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

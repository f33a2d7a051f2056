/** What a flush does, worked out before it does anything. Pure: the same changes give the same steps. */
import { components } from '../base/components.ts'
import { SessionError } from '../base/errors.ts'
import type { ColumnModel, ForeignKeyModel, Model, TableModel } from '../schema/model.ts'
import type { Change } from './changes.ts'
import type { PendingRow, Reference } from './pending-row.ts'
import { type InsertStep, planInserts, tableGroups, type UpdateStep } from './plan-inserts.ts'
import { relationMap } from './relation-map.ts'
import { valueOrder } from './value-order.ts'

/** Deletes rows. */
export interface DeleteStep<Row extends PendingRow = PendingRow> {
  readonly kind: 'delete'
  readonly table: TableModel
  readonly rows: readonly Row[]
  /** Some may have gone with rows of an earlier step, by what their keys say. */
  readonly mayBeGone?: true
}

/** Deletes rows of a join table, which are known by the rows that they join. */
export interface SeverStep<Join extends Severed = Severed> {
  readonly kind: 'sever'
  readonly table: TableModel
  readonly joins: readonly Join[]
}

export interface Severed {
  readonly through: TableModel
  readonly ends: readonly Reference[]
}

export type Step<Row extends PendingRow = PendingRow, Join extends Severed = Severed> =
  | InsertStep<Row>
  | UpdateStep<Row>
  | DeleteStep<Row>
  | SeverStep<Join>

export interface Changes<Row extends PendingRow = PendingRow, Join extends Severed = Severed> {
  readonly inserts: readonly Row[]
  readonly updates?: readonly Change<Row>[]
  readonly deletes?: readonly Row[]
  readonly severed?: readonly Join[]
}

/**
 * Inserts parents first, then updates, then deletes children first. What gives up a value that must be unique goes before what
 * takes it: such deletes, and such updates, come before the inserts.
 * @throws SessionError when rows point to each other and none of their keys may be null for a while
 */
export function plan<Row extends PendingRow, Join extends Severed = Severed>(
  model: Model,
  { inserts, updates = [], deletes = [], severed = [] }: Changes<Row, Join>,
): Step<Row, Join>[] {
  const order = valueOrder(model, inserts, updates, deletes)
  return markGone(model, [
    ...severSteps(severed),
    ...updateSteps(model, order.moves),
    ...deleteSteps(model, order.earlyDeletes),
    ...order.earlyUpdates.flatMap(some => updateSteps(model, some)),
    ...planInserts(model, inserts),
    ...order.updates.flatMap(some => updateSteps(model, some)),
    ...deleteSteps(model, order.deletes),
  ])
}

/** Says of deletes whose rows the database may have deleted before, with others, that it may have. */
function markGone<Row extends PendingRow, Join extends Severed>(
  model: Model,
  steps: readonly Step<Row, Join>[],
): Step<Row, Join>[] {
  const going = new Set<TableModel>()
  return steps.map(step => {
    if (step.kind !== 'delete') return step
    const mayBeGone = going.has(step.table)
    addBelow(model, step.table, going)
    return mayBeGone ? { ...step, mayBeGone } : step
  })
}

/** The tables whose rows go with rows of a table. */
function addBelow(model: Model, above: TableModel, found: Set<TableModel>): void {
  for (const { key, table } of relationMap(model).to(above)) {
    // Rows of the table itself are deleted in one step, or else those above go with others first.
    if (key.onDelete !== 'cascade' || found.has(table)) continue
    found.add(table)
    addBelow(model, table, found)
  }
}

function updateSteps<Row extends PendingRow>(model: Model, updates: readonly Change<Row>[]): UpdateStep<Row>[] {
  const groups = new Map<TableModel, Map<string, { readonly columns: readonly ColumnModel[]; readonly rows: Row[] }>>()
  for (const { row, columns } of updates) {
    let bySet = groups.get(row.table)
    if (bySet === undefined) {
      bySet = new Map()
      groups.set(row.table, bySet)
    }
    const set = columns.map(({ key }) => key).join('\0')
    const group = bySet.get(set)
    if (group === undefined) bySet.set(set, { columns, rows: [row] })
    else group.rows.push(row)
  }
  return model.sortedTables.flatMap(table =>
    [...(groups.get(table)?.values() ?? [])].map(
      ({ columns, rows }) => ({ kind: 'update', table, columns, rows }) as const,
    ),
  )
}

function deleteSteps<Row extends PendingRow>(
  model: Model,
  rows: readonly Row[],
): (DeleteStep<Row> | UpdateStep<Row>)[] {
  if (rows.length === 0) return []
  const byTable = new Map<TableModel, Row[]>()
  for (const row of rows) {
    const some = byTable.get(row.table)
    if (some === undefined) byTable.set(row.table, [row])
    else some.push(row)
  }
  return tableGroups(model)
    .toReversed()
    .flatMap(tables => {
      const some = tables.filter(table => byTable.has(table))
      const ordered = some.length < 2 ? some : childrenFirst(some)
      const steps = ordered.map(table => ({ kind: 'delete', table, rows: byTable.get(table) ?? [] }) as const)
      return [...(some.length < 2 ? [] : looseKeys(model, ordered, byTable)), ...steps]
    })
}

/** The tables of a cycle by the keys that may not be null. @throws SessionError when these make a cycle by themselves */
function childrenFirst(tables: readonly TableModel[]): TableModel[] {
  const strict = (table: TableModel): TableModel[] =>
    table.foreignKeys
      .filter(key => !isLoose(key) && key.target !== table.key)
      .flatMap(key => tables.find(one => one.key === key.target) ?? [])
  return components(tables, strict)
    .toReversed()
    .map(group => {
      const [table, other] = group
      if (table === undefined || other !== undefined) {
        throw new SessionError('deleteCycle', group.map(one => `'${one.key}'`).join(', '))
      }
      return table
    })
}

function isLoose({ columns, onDelete, deferrable }: ForeignKeyModel): boolean {
  if (columns.every(column => column.nullable)) return true
  // A `restrict` is never deferred.
  return onDelete === 'no action' ? deferrable === 'initially deferred' : onDelete !== 'restrict'
}

/** Sets keys null that would keep a row of a cycle of tables from being deleted before the row that points to it. */
function looseKeys<Row extends PendingRow>(
  model: Model,
  ordered: readonly TableModel[],
  byTable: ReadonlyMap<TableModel, readonly Row[]>,
): UpdateStep<Row>[] {
  return ordered.flatMap((table, at) => {
    // Rows of tables before, and those that the database deletes with them.
    const before = new Set<TableModel>(ordered.slice(0, at))
    for (const one of ordered.slice(0, at)) addBelow(model, one, before)
    const gone = new Set([...before].map(one => one.key))
    return table.foreignKeys
      .filter(
        ({ target, onDelete, columns }) =>
          gone.has(target) &&
          (onDelete === 'no action' || onDelete === 'restrict') &&
          columns.every(column => column.nullable),
      )
      .flatMap((key): UpdateStep<Row>[] => {
        const rows = (byTable.get(table) ?? []).filter(({ snapshot }) =>
          key.columns.every(column => snapshot?.[column.key] !== null),
        )
        return rows.length === 0 ? [] : [{ kind: 'update', table, columns: key.columns, rows, isLoosened: true }]
      })
  })
}

function severSteps<Join extends Severed>(joins: readonly Join[]): SeverStep<Join>[] {
  const tables = [...new Set(joins.map(({ through }) => through))]
  return tables.map(table => ({ kind: 'sever', table, joins: joins.filter(({ through }) => through === table) }))
}

/** Rows on both sides of a join table. */
import type { ForeignKeyModel } from '../schema/model.ts'
import { Collection, dropFrom, putBack } from './collection.ts'
import { enqueue } from './enqueue.ts'
import { joins } from './join-row.ts'
import { parentOf } from './parent.ts'
import type { RowRecord } from './record.ts'
import { relationMap, type To } from './relation-map.ts'
import { tableOf } from './give.ts'
import type { Unit } from './unit.ts'

/** Joins two rows: a row of the join table is queued. */
export function link({ owner, relation }: Collection, far: RowRecord): void {
  const unit = owner.session
  if (unit === null || relation.kind !== 'link') return
  const severed = [...unit.severed].find(
    row => row.through.key === relation.through && joins(row, relation.near, owner, far),
  )
  if (severed !== undefined) unit.severed.delete(severed)
  else if (pendingJoin(unit, relation, owner, far) === null) {
    const join = unit.host.makeObject(tableOf(unit.model, relation.through), {}, [
      { key: relation.near, target: owner },
      { key: relation.far, target: far },
    ])
    enqueue(unit, [join])
  }
  otherSide(unit, relation, far, collection => putBack(collection, owner))
}

/** Parts two rows: the row of the join table is to be deleted, or is not queued any more. */
export function unlink({ owner, relation }: Collection, far: RowRecord): void {
  const unit = owner.session
  if (unit === null || relation.kind !== 'link') return
  const pending = pendingJoin(unit, relation, owner, far)
  if (pending !== null) {
    unit.queue = unit.queue.filter(record => record !== pending)
    pending.move('expunge')
    pending.session = null
  } else {
    const ends = [
      { key: relation.near, target: owner },
      { key: relation.far, target: far },
    ]
    unit.severed.add({ through: tableOf(unit.model, relation.through), ends })
  }
  otherSide(unit, relation, far, collection => dropFrom(collection, owner))
}

function pendingJoin(unit: Unit, { through, near, far }: To<'link'>, a: RowRecord, b: RowRecord): RowRecord | null {
  const found = unit.queue.find(
    record => record.table.key === through && leadsTo(record, near, a) && leadsTo(record, far, b),
  )
  return found ?? null
}

/** PERF: what a collection queued has references. A row that the caller added may have values. */
function leadsTo(join: RowRecord, key: ForeignKeyModel, to: RowRecord): boolean {
  for (const reference of join.references) if (reference.key === key) return reference.target === to
  return parentOf(join, key) === to
}

function otherSide(unit: Unit, relation: To<'link'>, far: RowRecord, tell: (collection: Collection) => void): void {
  const back = relationMap(unit.model).back(relation)
  const collection = back === null ? undefined : far.related?.get(back.name)
  if (collection instanceof Collection) tell(collection)
}

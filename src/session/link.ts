/** Rows on both sides of a join table. */
import type { ForeignKeyModel } from '../schema/model.ts'
import { Collection, dropFrom, putBack } from './collection.ts'
import { enqueue } from './enqueue.ts'
import { type JoinRow, joins } from './join-row.ts'
import { parentOf } from './parent.ts'
import type { RowRecord } from './record.ts'
import { relationMap, type To } from './relation-map.ts'
import { tableOf } from './give.ts'
import type { Unit } from './unit.ts'

/** Joins two rows: a row of the join table is queued. */
export function link({ owner, relation }: Collection, far: RowRecord): void {
  const unit = owner.session
  if (unit === null || relation.kind !== 'link') return
  const severed = severedJoin(unit, relation, owner, far)
  if (severed !== null) unit.severed.delete(severed)
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

function severedJoin(unit: Unit, { through, near }: To<'link'>, a: RowRecord, b: RowRecord): JoinRow | null {
  for (const row of unit.severed) if (row.through.key === through && joins(row, near, a, b)) return row
  return null
}

function pendingJoin(unit: Unit, { through, near, far }: To<'link'>, a: RowRecord, b: RowRecord): RowRecord | null {
  const { byEnd, byValue } = queuedJoins(unit)
  for (const some of [byEnd.get(a) ?? [], byValue]) {
    for (const join of some) {
      if (join.table.key === through && leadsTo(join, near, a) && leadsTo(join, far, b)) return join
    }
  }
  return null
}

/** The rows of join tables that wait: by the rows that they point to, and those that the caller added with values. */
interface QueuedJoins {
  readonly byEnd: Map<RowRecord, RowRecord[]>
  readonly byValue: RowRecord[]
  /** How much of the queue has been looked at. */
  seen: number
}

const queued = new WeakMap<readonly RowRecord[], QueuedJoins>()

/** PERF: to look through the queue for each of 10,000 rows that were linked took 0.8 s. The queue only grows, or is replaced. */
function queuedJoins({ model, queue }: Unit): QueuedJoins {
  let joins = queued.get(queue)
  if (joins === undefined || joins.seen > queue.length) {
    joins = { byEnd: new Map(), byValue: [], seen: 0 }
    queued.set(queue, joins)
  }
  for (; joins.seen < queue.length; joins.seen++) {
    const record = queue[joins.seen]
    if (record === undefined || relationMap(model).through(record.table).length === 0) continue
    if (record.references.length < 2) joins.byValue.push(record)
    for (const { target } of record.references) {
      const some = joins.byEnd.get(target)
      if (some === undefined) joins.byEnd.set(target, [record])
      else some.push(record)
    }
  }
  return joins
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

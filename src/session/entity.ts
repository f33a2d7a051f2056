/** Classes whose instances are rows. */
import { EngineError, SessionError } from '../base/errors.ts'
import type { Insert, Row } from '../../types/row.ts'
import type { AnySchema, TableName } from '../../types/schema.ts'
import { modelOf } from '../schema/define.ts'
import type { Model, TableModel } from '../schema/model.ts'
import { fill, type GivenRow, type LoadObject, type MakeObject, makePlain, plainObject, tableOf } from './give.ts'
import { type ObjectReference, recordOf, type RowRecord, type Values } from './record.ts'
import { shapeOf } from './shape.ts'

/** A class made by `Entity`, or one derived from it. */
export interface EntityClass<S extends AnySchema = AnySchema, Name extends TableName<S> = TableName<S>> {
  new (row: Insert<S, Name>): Row<S, Name>
  /** A phantom: the table, which an engine reads off the classes that it is given. */
  readonly '~table': Name
}

/** Any of them: what their constructors take is theirs to say. */
// biome-ignore lint/suspicious/noExplicitAny: a parameter that accepts every class must take what each of them takes
export type AnyEntityClass = new (...parameters: any[]) => object

/** The classes as objects of which table: a map from tables to the instances that their rows become. */
export type classesOf<Classes extends readonly AnyEntityClass[]> = {
  [Class in Classes[number] as Class extends { readonly '~table': infer Name extends string }
    ? Name
    : never]: InstanceType<Class>
}

interface Belonging {
  readonly model: Model
  readonly table: TableModel
}

const belongings = new WeakMap<object, Belonging>()

/** What the row under construction is given by its place; a derived class's constructor need not pass it on. */
let place: { readonly references: readonly ObjectReference[]; readonly make: MakeObject } | 'loaded' | null = null

/**
 * A class for the rows of a table, to derive from. Its constructor takes what `session.add` takes, and checks it likewise.
 * @throws SessionError when the schema has no such table
 * @example class User extends Entity(schema, 'users') { get domain() { return this.email.split('@')[1] } }
 */
export function Entity<S extends AnySchema, Name extends TableName<S>>(schema: S, name: Name): EntityClass<S, Name> {
  const model = modelOf(schema)
  const table = tableOf(model, name)
  const shape = shapeOf(table)
  class Base {
    constructor(row: GivenRow) {
      const given = place
      place = null
      // Its columns are put on it when the constructor is through.
      if (given === 'loaded') return
      const { references, make } = given ?? { references: [], make: plainObject(model) }
      fill(this as Values, model, shape, row, references, make)
    }
  }
  shape.guard(Base.prototype)
  Object.defineProperty(Base, 'name', { value: table.key })
  belongings.set(Base, { model, table })
  // The columns are put on the instance by `fill`, and their absence is guarded by the prototype.
  return Base as unknown as EntityClass<S, Name>
}

/** Makes the objects of rows that are read. A class's constructor is called with the row, of which it need not take anything. */
export function objectLoader(classes: readonly AnyEntityClass[]): LoadObject {
  if (classes.length === 0) return (_, row) => row
  const byTable = new Map(classes.map(one => [belonging(one)?.table, one]))
  return (table, row) => {
    const known = byTable.get(table)
    if (known === undefined) return row
    place = 'loaded'
    try {
      const made = new known(row) as Values
      const shape = shapeOf(table)
      for (const { key, define } of shape.slots) if (Object.hasOwn(row, key)) define(made, row[key])
      return made
    } finally {
      place = null
    }
  }
}

/**
 * Makes objects of the classes that were registered for their tables, and plain objects for all others.
 * @throws EngineError for a class that was not made from this schema
 */
export function objectMaker(model: Model, classes: readonly AnyEntityClass[]): MakeObject {
  const plain = plainObject(model)
  if (classes.length === 0) return plain
  const byTable = new Map<TableModel, AnyEntityClass>()
  for (const one of classes) {
    const found = belonging(one)
    if (found?.model !== model) throw new EngineError('foreignEntity', [one.name])
    byTable.set(found.table, one)
  }
  const make: MakeObject = (table, row, references) => {
    const known = byTable.get(table)
    return known === undefined
      ? makePlain(model, table, row, references, make)
      : construct(known, row, references, make)
  }
  return make
}

function construct(
  made: AnyEntityClass,
  row: GivenRow,
  references: readonly ObjectReference[],
  make: MakeObject,
): RowRecord {
  place = { references, make }
  try {
    const record = recordOf(new made(row))
    if (record === null) throw new SessionError('notAnEntity', made.name)
    return record
  } finally {
    place = null
  }
}

function belonging(made: object | null): Belonging | null {
  if (made === null) return null
  return belongings.get(made) ?? belonging(Object.getPrototypeOf(made) as object | null)
}

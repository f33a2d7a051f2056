/** Classes whose instances are rows. */
import { EngineError, SessionError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { Insert, Row, withoutKey } from '../../types/row.ts'
import type { AnySchema, TableName } from '../../types/schema.ts'
import { modelOf } from '../schema/define.ts'
import type { Model, TableModel } from '../schema/model.ts'
import { fill, type GivenRow, type LoadObject, type MakeObject, makePlain, plainObject, tableOf } from './give.ts'
import { type ObjectReference, recordOf, type RowRecord, type Values } from './record.ts'
import { isSame } from './deep-value.ts'
import { encoded, type Shape, shapeOf } from './shape.ts'

/** A class made by `Entity`, or one derived from it. `When` are the columns that tell its rows from others of the table. */
export interface EntityClass<
  S extends AnySchema = AnySchema,
  Name extends TableName<S> = TableName<S>,
  When = unknown,
> {
  new (row: unknown extends When ? Insert<S, Name> : withoutKey<Insert<S, Name>, keyof When>): Row<S, Name> & When
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
  /** The values that tell the class's rows from others of the table; null for all rows. */
  readonly when: GivenRow | null
}

const belongings = new WeakMap<object, Belonging>()

/** What the row under construction is given by its place; a derived class's constructor need not pass it on. */
let place: { readonly references: readonly ObjectReference[]; readonly make: MakeObject } | 'loaded' | null = null

/**
 * A class for the rows of a table, to derive from. Its constructor takes what `session.add` takes, and checks it likewise. With `when`, it
 * is for the rows that have these values, and gives them to those that it makes: several classes may share a table.
 * @throws SessionError when the schema has no such table, or the table no such column
 * @example class User extends Entity(schema, 'users') { get domain() { return this.email.split('@')[1] } }
 * @example class Dog extends Entity(schema, 'animals', { when: { kind: 'dog' } }) { bark() { return 'woof' } }
 */
export function Entity<S extends AnySchema, Name extends TableName<S>, const When extends Partial<Row<S, Name>>>(
  schema: S,
  name: Name,
  options: { readonly when: When },
): EntityClass<S, Name, { -readonly [Key in keyof When]: When[Key] }>
export function Entity<S extends AnySchema, Name extends TableName<S>>(schema: S, name: Name): EntityClass<S, Name>
export function Entity(schema: AnySchema, name: string, options?: { readonly when: object }): unknown {
  const model = modelOf(schema)
  const table = tableOf(model, name)
  const shape = shapeOf(table)
  // The types have held its keys against the columns; where they did not, this does.
  const when = options === undefined ? null : checkedWhen(shape, options.when as GivenRow)
  class Base {
    constructor(row: GivenRow) {
      const given = place
      place = null
      // Its columns are put on it when the constructor is through.
      if (given === 'loaded') return
      const { references, make } = given ?? { references: [], make: plainObject(model) }
      fill(this as Values, model, shape, when === null ? row : { ...row, ...when }, references, make)
    }
  }
  shape.guard(Base.prototype)
  Object.defineProperty(Base, 'name', { value: table.key })
  belongings.set(Base, { model, table, when })
  // The columns are put on the instance by `fill`, and their absence is guarded by the prototype.
  return Base
}

function checkedWhen(shape: Shape, when: GivenRow): GivenRow {
  for (const [key, value] of Object.entries(when)) {
    const slot = shape.slotByKey.get(key)
    if (slot === undefined) {
      throw new SessionError('unknownColumn', shape.table.key, key, suggestion(key, shape.slotByKey.keys()))
    }
    if (value !== null) encoded(shape.table, slot, value)
  }
  return when
}

/** The class for a row: of those of its table the first of which it has the values, or else one for all rows; null for none. */
function chooser(classes: readonly AnyEntityClass[]): (table: TableModel, row: GivenRow) => AnyEntityClass | null {
  const byTable = new Map<TableModel, { readonly made: AnyEntityClass; readonly when: GivenRow | null }[]>()
  for (const made of classes) {
    const found = belonging(made)
    if (found === null) continue
    const list = byTable.get(found.table) ?? []
    byTable.set(found.table, list)
    list.push({ made, when: found.when })
  }
  for (const list of byTable.values()) list.sort((a, b) => Number(a.when === null) - Number(b.when === null))
  return (table, row) => {
    const list = byTable.get(table)
    if (list === undefined) return null
    const isOf = ([key, value]: [string, unknown]): boolean => Object.hasOwn(row, key) && isSame(row[key], value)
    return list.find(({ when }) => when === null || Object.entries(when).every(isOf))?.made ?? null
  }
}

/** Makes the objects of rows that are read. A class's constructor is called with the row, of which it need not take anything. */
export function objectLoader(classes: readonly AnyEntityClass[]): LoadObject {
  if (classes.length === 0) return (_, row) => row
  const choose = chooser(classes)
  return (table, row) => {
    const known = choose(table, row)
    if (known === null) return row
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
  for (const one of classes) {
    if (belonging(one)?.model !== model) throw new EngineError('foreignEntity', [one.name])
  }
  const choose = chooser(classes)
  const make: MakeObject = (table, row, references) => {
    const known = typeof row === 'object' && row !== null ? choose(table, row) : null
    return known === null ? makePlain(model, table, row, references, make) : construct(known, row, references, make)
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

/** Classes whose instances are rows. */
import { EngineError, SessionError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { continuing, JoinedClass, objectsOf, rootOf } from '../../types/joined.ts'
import type { Insert, Row, withoutKey } from '../../types/row.ts'
import type { AnySchema, TableName } from '../../types/schema.ts'
import { modelOf } from '../schema/define.ts'
import type { ColumnModel, ForeignKeyModel, Model, TableModel } from '../schema/model.ts'
import { typeName } from '../schema/type-name.ts'
import { type AnyEntityClass, belong, belongingOf, type Classes } from './classes.ts'
import { isSame } from './deep-value.ts'
import {
  fill,
  fillRecord,
  type GivenRow,
  type LoadObject,
  type MakeObject,
  makePlain,
  plainObject,
  tableOf,
} from './give.ts'
import { continued, isKey, type Lineage, relationsOf } from './lineage.ts'
import { type ObjectReference, recordOf, RowRecord, share, type Values } from './record.ts'
import { encoded, type Shape, shapeOf, type Slot } from './shape.ts'

export type { AnyEntityClass } from './classes.ts'

/** A class made by `Entity`, or one derived from it. `When` are the columns that tell its rows from others of the table. */
export interface EntityClass<
  S extends AnySchema = AnySchema,
  Name extends TableName<S> = TableName<S>,
  When = unknown,
> {
  new (row: unknown extends When ? Insert<S, Name> : withoutKey<Insert<S, Name>, keyof When>): Row<S, Name> & When
  /** Phantoms: the table, which an engine reads off the classes that it is given, and what its rows are told by. */
  readonly '~table': Name
  readonly '~told': When
}

/** The classes as objects of which table: a map from tables to the instances that their rows become. */
export type classesOf<Classes extends readonly AnyEntityClass[]> = objectsOf<Classes[number]>

/** What the row under construction is given by its place; a derived class's constructor need not pass it on. */
interface Place {
  readonly references: readonly ObjectReference[]
  readonly make: MakeObject
  /** Whether the row goes on in another table: what tells it from others has been said there. */
  readonly goesOn: boolean
}

let place: Place | 'loaded' | null = null

/**
 * A class for the rows of a table, to derive from. Its constructor takes what `session.add` takes, and checks it likewise. With `when`, it
 * is for the rows that have these values, and gives them to those that it makes: several classes may share a table. With `extends`, its
 * rows go on where those of another class end: the key of its table is a foreign key to that of the other's, and an object has the
 * columns and relations of both.
 * @throws SessionError when the schema has no such table, or the table no such column; and when rows of it cannot continue others
 * @example class User extends Entity(schema, 'users') { get domain() { return this.email.split('@')[1] } }
 * @example class Dog extends Entity(schema, 'animals', { when: { kind: 'dog' } }) { bark() { return 'woof' } }
 * @example class Engineer extends Entity(schema, 'engineers', { extends: Person, when: { kind: 'engineer' } }) {}
 */
export function Entity<S extends AnySchema, Name extends TableName<S>, const When extends Partial<Row<S, Name>>>(
  schema: S,
  name: Name,
  options: { readonly when: When; readonly extends?: undefined },
): EntityClass<S, Name, { -readonly [Key in keyof When]: When[Key] }>
export function Entity<
  S extends AnySchema,
  Name extends TableName<S>,
  Above extends AnyEntityClass & { readonly '~table': string },
  const When extends Partial<Row<S, rootOf<Above> & TableName<S>>>,
>(
  schema: S,
  name: Name,
  options: { readonly extends: Above & continuing<S, Name, Above>; readonly when: When },
): JoinedClass<S, Name, Above, { -readonly [Key in keyof When]: When[Key] }>
export function Entity<S extends AnySchema, Name extends TableName<S>>(schema: S, name: Name): EntityClass<S, Name>
export function Entity(
  schema: AnySchema,
  name: string,
  options?: { readonly when?: object; readonly extends?: AnyEntityClass },
): unknown {
  const model = modelOf(schema)
  const table = tableOf(model, name)
  // The types have held the options against the columns; where they did not, this does.
  if (options?.extends !== undefined) return joinedClass(model, table, options.extends, options.when)
  const shape = shapeOf(table)
  const when = options?.when === undefined ? null : checkedWhen(shape, options.when as GivenRow)
  class Base {
    constructor(row: GivenRow) {
      const given = place
      place = null
      // Its columns are put on it when the constructor is through.
      if (given === 'loaded') return
      const { references, make, goesOn } = given ?? placeOf(model)
      fill(this as Values, model, shape, when === null || goesOn ? row : { ...row, ...when }, references, make)
    }
  }
  shape.guard(Base.prototype)
  Object.defineProperty(Base, 'name', { value: table.key })
  belong(Base, { model, table, when, above: null, tables: [table], keys: [] })
  // The columns are put on the instance by `fill`, and their absence is guarded by the prototype.
  return Base
}

/** The place of a row that stands nowhere. */
function placeOf(model: Model): Place {
  return { references: [], make: plainObject(model), goesOn: false }
}

/** A class for rows that go on in a table of their own. It makes its part of a row, and leaves the rest to the class above it. */
function joinedClass(model: Model, table: TableModel, above: AnyEntityClass, given: object | undefined): unknown {
  const upper = belongingOf(above)
  if (upper?.model !== model) throw new SessionError('foreignBase', table.key, String(above?.name))
  const lineage = continued(upper, table)
  const root = lineage.tables[0] as TableModel
  if (given === undefined || Object.keys(given).length === 0) throw new SessionError('joinedWhen', table.key, root.key)
  const when = checkedWhen(shapeOf(root), given as GivenRow)
  const shape = shapeOf(table)
  const key = lineage.keys.at(-1) as ForeignKeyModel
  const own = namesOf(table, lineage, column => !isKey(table, column))
  const all = lineage.tables.flatMap(one => [...namesOf(one, lineage, () => true)])
  // Its constructor takes a row and gives it on.
  class Joined extends (above as new (row: GivenRow) => object) {
    constructor(row: GivenRow) {
      const at = place
      if (at === 'loaded') {
        super(row)
        return
      }
      const { references, make, goesOn } = at ?? placeOf(model)
      if (!goesOn) checkGiven(table, row, all, when)
      const entries = Object.entries(row)
      const its = Object.fromEntries(entries.filter(([name]) => own.has(name)))
      const others = Object.fromEntries(entries.filter(([name]) => !own.has(name)))
      const isOwn = ({ key: foreign }: ObjectReference): boolean => table.foreignKeys.includes(foreign)
      place = { references: references.filter(one => !isOwn(one)), make, goesOn: true }
      try {
        super({ ...others, ...(goesOn ? null : when) })
      } finally {
        place = null
      }
      const first = recordOf(this)
      if (first === null) throw new SessionError('notAnEntity', above.name)
      const before = first.parts ?? ([first] as const)
      const part = new RowRecord(shape, this as Values)
      const mine = references.filter(isOwn)
      part.references = [{ key, target: before.at(-1) as RowRecord }, ...mine]
      share([...before, part])
      fillRecord(part, model, its, mine, make)
    }
  }
  shape.guard(Joined.prototype)
  Object.defineProperty(Joined, 'name', { value: table.key })
  belong(Joined, { model, table, when, above, ...lineage })
  return Joined
}

function namesOf(table: TableModel, { keys }: Lineage, isWanted: (column: ColumnModel) => boolean): Set<string> {
  const columns = table.columns.filter(isWanted).map(column => column.key)
  return new Set([...columns, ...relationsOf(table, keys).map(({ name }) => name)])
}

/** @throws SessionError for what no table of the class has, and for another value than the one that the class stands for */
function checkGiven(table: TableModel, row: unknown, names: readonly string[], when: GivenRow): void {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new SessionError('notARow', table.key, typeName(row))
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined) continue
    if (!names.includes(name)) throw new SessionError('unknownColumn', table.key, name, suggestion(name, names))
    if (Object.hasOwn(when, name) && !isSame(value, when[name])) {
      throw new SessionError('otherWhen', table.key, name, JSON.stringify(when[name]), JSON.stringify(value))
    }
  }
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

/** Makes the objects of rows that are read. A class's constructor is called with the row, of which it need not take anything. */
export function objectLoader({ of, isNone }: Classes): LoadObject {
  if (isNone) return (_, row) => row
  return (table, row) => {
    const known = of(table, row)
    return known === null ? row : loadedObject(known.made, shapeOf(table).slots, row)
  }
}

/** The object of a class, with the columns that were read of its row. */
export function loadedObject(made: AnyEntityClass, slots: readonly Slot[], row: Values): Values {
  place = 'loaded'
  try {
    const object = new made(row) as Values
    for (const { key, define } of slots) if (Object.hasOwn(row, key)) define(object, row[key])
    return object
  } finally {
    place = null
  }
}

/**
 * Makes objects of the classes that were registered for their tables, and plain objects for all others.
 * @throws EngineError for a class that was not made from this schema
 */
export function objectMaker(model: Model, given: readonly AnyEntityClass[], classes: Classes): MakeObject {
  const plain = plainObject(model)
  if (given.length === 0) return plain
  for (const one of given) {
    if (belongingOf(one)?.model !== model) throw new EngineError('foreignEntity', [one.name])
  }
  const make: MakeObject = (table, row, references) => {
    const known = typeof row === 'object' && row !== null ? classes.made(table, row) : null
    return known === null
      ? makePlain(model, table, row, references, make)
      : construct(known.made, row, references, make)
  }
  return make
}

function construct(
  made: AnyEntityClass,
  row: GivenRow,
  references: readonly ObjectReference[],
  make: MakeObject,
): RowRecord {
  place = { references, make, goesOn: false }
  try {
    const record = recordOf(new made(row))
    if (record === null) throw new SessionError('notAnEntity', made.name)
    return record
  } finally {
    place = null
  }
}

/**
 * Classes whose rows lie in several tables, and the schema as a session with such classes has it: a table that continues another has the
 * columns and relations of both. Twins: src/session/lineage.ts and classes.ts.
 */
import type { KeyColumn } from './key.ts'
import type { message, Refusal } from './refusal.ts'
import type { continues, facts } from './relation.ts'
import type { Insert, Row } from './row.ts'
import type { AnySchema, AnyTables, columnsOf, TableName, typed } from './schema.ts'

/** A class made by `Entity`, or one derived from it, by its phantoms. PERF: constructors are not compared. */
interface AnyClass {
  readonly '~table': string
}

/** A class that continues another. */
interface AnyJoined extends AnyClass {
  readonly '~above': unknown
  readonly '~when': unknown
}

/** A class whose rows go on in a table of its own. */
export interface JoinedClass<S extends AnySchema, Name extends TableName<S>, Above, When> {
  new (row: rowOver<S, Name, Above, When>): above<Above, When> & Row<S, Name>
  readonly '~table': Name
  readonly '~above': Above
  readonly '~when': When
}

/** A row as its constructor takes it. PERF: a condition, since the compiler would look behind every class that might be above. */
type rowOver<S extends AnySchema, Name extends TableName<S>, Above, When> = Above extends AnyClass
  ? insertInto<continuedSchema<S, Name, Above, When>, Name>
  : never

type insertInto<Known, Name> = Known extends AnySchema
  ? Name extends TableName<Known>
    ? Insert<Known, Name>
    : never
  : never

/** The instances of the class above. One that was told by the same columns gives way: its rows are told by other values. */
type above<Above, When> = Above extends { readonly '~told': infer Told }
  ? keyof When & keyof Told extends never
    ? instanceOf<Above>
    : Omit<instanceOf<Above>, keyof When>
  : instanceOf<Above>

/** The tables of a class. */
export type tablesOf<Class> = Class extends { readonly '~above': infer Above; readonly '~table': infer Name }
  ? Name | tablesOf<Above>
  : Class extends { readonly '~table': infer Name }
    ? Name
    : never

/** The table in which the rows of a class begin. */
export type rootOf<Class> = Class extends { readonly '~above': infer Above }
  ? rootOf<Above>
  : Class extends { readonly '~table': infer Name }
    ? Name
    : never

/** Refuses a table whose rows cannot continue those of a class, in the words that the runtime uses. */
export type continuing<S extends AnySchema, Name extends TableName<S>, Above> = Above extends AnyClass
  ? Above['~table'] extends TableName<S>
    ? leadsUp<S, Name, Above['~table']> extends true
      ? [shared<S, Name, Above>] extends [never]
        ? unknown
        : Refusal<message<'joinedName', [Above['~table'], Name, shared<S, Name, Above>]>>
      : Refusal<message<'joinedKey', [Name, Above['~table']]>>
    : Refusal<message<'foreignBase', [Name, Above['~table']]>>
  : unknown

/** Whether the key of a table leads to that of another. Keys of several columns are looked at by the runtime. */
type leadsUp<S extends AnySchema, Name extends TableName<S>, Above extends TableName<S>> = [
  KeyColumn<S, Name>,
  KeyColumn<S, Above>,
] extends [KeyColumn<S, Above>, KeyColumn<S, Name>]
  ? `${KeyColumn<S, Name> & string}:${string} ${Above}.${KeyColumn<S, Above> & string} ${string}` extends infer Wanted
    ? [Extract<facts<S['tables'][Name]>, Wanted>] extends [never]
      ? S['tables'][Name] extends {
          readonly foreignKeys: { readonly [key: string]: { readonly references: infer To } }
        }
        ? Above extends To
          ? true
          : false
        : false
      : true
    : never
  : false

/** The names of columns, other than the key's, that a table and those above it both have. */
type shared<S extends AnySchema, Name extends TableName<S>, Above> = Exclude<
  keyof columnsOf<S, Name> & columnNames<S, tablesOf<Above>>,
  KeyColumn<S, Name>
> &
  string

type columnNames<S extends AnySchema, Name> = Name extends TableName<S> ? keyof columnsOf<S, Name> : never

/** The schema, in which a table has the columns of those that it continues. */
type continuedSchema<S extends AnySchema, Name extends TableName<S>, Above, When> = {
  readonly tables: continues<{ readonly [Each in Name]: tablesOf<Above> }> & {
    readonly [Each in TableName<S>]: Each extends Name
      ? continued<S, Above, S['tables'][Name], When>
      : S['tables'][Each]
  }
  readonly options: S['options']
}

/** A table with what the tables of a class have. */
type continued<S extends AnySchema, Above, Own, When> = together<tableOf<S, Above>, Own, When, tablesOf<Above>>

/** The table of a class, with those above it. */
type tableOf<S extends AnySchema, Class> = Class extends {
  readonly '~above': infer Above
  readonly '~table': infer Name extends string
  readonly '~when': infer When
}
  ? continued<S, Above, S['tables'][Name], When>
  : Class extends { readonly '~table': infer Name extends string }
    ? S['tables'][Name]
    : never

type together<Upper, Own, When, Names> = Upper extends { readonly columns: infer Above }
  ? Own extends { readonly columns: infer Columns }
    ? {
        readonly columns: columnsIn<Above, Columns, When>
      } & keyIn<Upper> &
        keysIn<Upper, Own, keyof Above, Names>
    : never
  : never

type columnsIn<Above, Columns, When> = {
  readonly [Key in keyof Above | keyof Columns]: Key extends keyof Above
    ? Key extends keyof When
      ? toldColumn<typed<Above[Key]>, When[Key]>
      : oneWay<typed<Above[Key]>>
    : typed<Columns[Key & keyof Columns]>
}

/** A column that tells the rows of a class from others: it need not be given, and no other value may. */
interface toldAs<Value> {
  readonly '~insert': Value
  readonly '~write': Value
  readonly '~facts': 'optional'
  readonly '~mode': 'optional'
}
type toldColumn<Column, Value> = Omit<Column, keyof toldAs<Value>> & toldAs<Value>

/** A column whose relation has no way back: that leads to the table which has the column. */
type oneWay<Column> = Column extends {
  readonly '~facts': `${infer Mode} ${infer Type} ${infer To} ${string} ${infer As}`
}
  ? Omit<Column, '~facts'> & { readonly '~facts': `${Mode} ${Type} ${To}  ${As}` }
  : Column

type keyIn<Upper> = Upper extends { readonly primaryKey: infer Key } ? { readonly primaryKey: Key } : unknown

/** The foreign keys in the options of both, but for the one that holds them together. */
type keysIn<Upper, Own, Names, Tables> = Upper | Own extends { readonly foreignKeys?: undefined }
  ? unknown
  : {
      readonly foreignKeys: {
        readonly [Key in keyof foreignKeysOf<Upper>]: Omit<foreignKeysOf<Upper>[Key], 'inverse'>
      } & {
        readonly [Key in keyof foreignKeysOf<Own> as foreignKeysOf<Own>[Key] extends {
          readonly references: Tables
          readonly columns: readonly (infer Column)[]
        }
          ? [Column] extends [Names]
            ? never
            : Key
          : Key]: foreignKeysOf<Own>[Key]
      }
    }

type foreignKeysOf<Table> = Table extends { readonly foreignKeys: infer Keys } ? Keys : {}

/** The classes that were registered, with those that they continue. */
type withAbove<Class> = Class extends { readonly '~above': infer Above } ? Class | withAbove<Above> : Class

/** Of classes, those that continue others. */
type joinedIn<Class> = Class extends AnyJoined ? Class : never

/** The schema as sessions have it. PERF: where no class continues another, the schema itself. */
export type schemaWith<S extends AnySchema, Class> = [joinedIn<Class>] extends [never]
  ? S
  : schemaOf<S, joinedIn<withAbove<Class>>>

interface schemaOf<S extends AnySchema, Class> {
  readonly tables: tablesOver<S, Class>
  readonly options: S['options']
}

/** PERF: a condition, so that nothing is looked behind before the classes are known. */
type tablesOver<S extends AnySchema, Class> = [Class] extends [AnyJoined] ? asTables<tablesWith<S, Class>> : never

type asTables<Tables> = Tables extends AnyTables ? Tables : never

type nameOf<Class> = Class extends { readonly '~table': infer Name extends string } ? Name : never
type aboveOf<Class> = Class extends { readonly '~above': infer Above } ? Above : never

type tablesWith<S extends AnySchema, Class> = continues<{
  readonly [Each in Class as nameOf<Each>]: tablesOf<aboveOf<Each>>
}> & {
  readonly [Name in TableName<S>]: Name extends tablesOf<Class>
    ? Name extends rootOf<Class>
      ? rootTable<S['tables'][Name], whenOf<Class>>
      : tableOf<S, Extract<Class, { readonly '~table': Name }>>
    : S['tables'][Name]
}

/** A table that is continued: rows of the classes that go on elsewhere are not made by its name. */
type rootTable<Table, When> = Table extends { readonly columns: infer Columns }
  ? Omit<Table, 'columns'> & {
      readonly columns: {
        readonly [Key in keyof Columns]: Key extends keysOfEach<When>
          ? without<typed<Columns[Key]>, valueIn<When, Key>>
          : Columns[Key]
      }
    }
  : Table

type without<Column, Value> = Column extends { readonly '~insert': infer Insert; readonly '~write': infer Write }
  ? Omit<Column, '~insert' | '~write'> & {
      readonly '~insert': Exclude<Insert, Value>
      readonly '~write': Exclude<Write, Value>
    }
  : Column

type whenOf<Class> = Class extends AnyJoined ? Class['~when'] : never
type keysOfEach<When> = When extends unknown ? keyof When : never
type valueIn<When, Key> = When extends unknown ? (Key extends keyof When ? When[Key] : never) : never

/** The objects of rows by their tables. PERF: where no class continues another, one question for each class. */
export type objectsOf<Class> = [joinedIn<Class>] extends [never]
  ? { [Each in Class as Each extends AnyClass ? Each['~table'] : never]: instanceOf<Each> }
  : objectsIn<withAbove<Class>>

// biome-ignore lint/suspicious/noExplicitAny: what constructors take is theirs to say
type instanceOf<Class> = Class extends new (...parameters: any[]) => infer Instance ? Instance : never

type objectsIn<Class> = { [Name in tablesOf<Class> & string]: objectIn<Class, Class, Name> }

type objectIn<Class, All, Name> = Class extends AnyClass
  ? Name extends tablesOf<Class>
    ? Class extends AnyJoined
      ? instanceOf<Class> & Class['~when']
      : restOf<instanceOf<Class>, whenOf<Below<joinedIn<All>, Class['~table']>>>
    : never
  : never

/** Of classes, those that go on from a table. */
type Below<Class, Name> = Class extends unknown ? (Name extends tablesOf<Class> ? Class : never) : never

/** The objects of the class that is continued: those whose values tell of no other. */
type restOf<Instance, When> = [When] extends [never]
  ? Instance
  : restIn<Instance, { [Key in keysOfEach<When> & keyof Instance]: Exclude<Instance[Key], valueIn<When, Key>> }>

type restIn<Instance, Rest> = [Rest[keyof Rest]] extends [never] ? never : Instance & Rest

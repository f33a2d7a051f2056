/** A table's rows: as they are read, as they are inserted, as they are updated. */
import type { columnOver, foreignKeyOf, forwardOf, relationsOf, targetOf, targetOver } from './relation.ts'
import type { AnySchema, AnyTable, AnyTables, columnsOf, insertOf, selectOf, TableName, typed } from './schema.ts'

/** Shows an intersection as one object type. */
export type Show<Type> = { [Key in keyof Type]: Type[Key] } & {}

/** A row with every column, as it is selected. */
export type Row<S extends AnySchema, Name extends TableName<S>> = rowOf<columnsOf<S, Name>>

export type rowOf<Columns> = { -readonly [Key in keyof Columns]: selectOf<Columns[Key]> }

type modeOf<Column> = typed<Column> extends { readonly '~mode': infer Mode } ? Mode : never

/** The keys of the columns that an insert must, may or must not name. */
export type keysOf<Columns, Mode> = {
  [Key in keyof Columns]: modeOf<Columns[Key]> extends Mode ? Key : never
}[keyof Columns]

/**
 * A row as an insert takes it: required, optional and forbidden keys. A foreign key may be given as the row it points
 * to, under the name of the relation; rows of the tables that point here may be given with it, under theirs.
 */
export type Insert<S extends AnySchema, Name extends TableName<S>> = Show<own<S['tables'], Name>> &
  references<S['tables'], Name> &
  Show<nested<S, Name>>

/** The columns that are no foreign keys. */
type own<Tables extends AnyTables, Name extends keyof Tables> = {
  [Key in Exclude<keysOf<Tables[Name]['columns'], 'required'>, foreignKeyOf<Tables[Name]>>]: insertOf<
    Tables[Name]['columns'][Key]
  >
} & {
  [Key in Exclude<keysOf<Tables[Name]['columns'], 'optional'>, foreignKeyOf<Tables[Name]>>]?: insertOf<
    Tables[Name]['columns'][Key]
  >
} & {
  [Key in keysOf<Tables[Name]['columns'], 'forbidden'>]?: never
}

/** Each foreign key as itself or as a row. */
type references<Tables extends AnyTables, Name extends keyof Tables> = allOf<{
  [Key in foreignKeyOf<Tables[Name]>]: [either<Tables, Tables[Name], Key>]
}>

type allOf<Parts> = [keyof Parts] extends [never]
  ? unknown
  : (
        Parts[keyof Parts] extends infer Part
          ? Part extends readonly [infer One]
            ? (one: One) => void
            : never
          : never
      ) extends (one: infer All) => void
    ? All
    : never

type either<Tables extends AnyTables, Table extends AnyTable, Key extends string> =
  modeOf<Table['columns'][Key]> extends 'required'
    ? [forwardOf<Table, Key>] extends [never]
      ? { [K in Key]: insertOf<Table['columns'][Key]> }
      :
          | ({ [K in Key]: insertOf<Table['columns'][Key]> } & { [K in forwardOf<Table, Key> & string]?: undefined })
          | ({ [K in forwardOf<Table, Key> & string]: rowOf<Tables[targetOf<Table, Key>]['columns']> } & {
              [K in Key]?: undefined
            })
    : { [K in Key]?: insertOf<Table['columns'][Key]> } & {
        [K in forwardOf<Table, Key> & string]?: rowOf<Tables[targetOf<Table, Key>]['columns']> | null
      }

/** Every key that an insert may name, each as it would be, and none required. */
export type Loose<S extends AnySchema, Name extends TableName<S>> = {
  readonly [Key in keyof columnsOf<S, Name>]?: insertOf<columnsOf<S, Name>[Key]>
} & {
  readonly [Key in foreignKeyOf<S['tables'][Name]> as forwardOf<S['tables'][Name], Key>]?: rowOf<
    S['tables'][targetOf<S['tables'][Name], Key>]['columns']
  > | null
} & nested<S, Name>

/** Rows of the tables that point here, and of those at the far end of a join table. */
type nested<S extends AnySchema, Name extends TableName<S>> = {
  [Relation in toMany<relationsOf<S['tables'], Name>>]?: oneOrMany<
    S,
    tableIn<S, targetOver<S['tables'], relationsOf<S['tables'], Name>[Relation]>>,
    columnOver<relationsOf<S['tables'], Name>[Relation]>
  >
}

/** One row or none where the key that points here is unique, and any number of them otherwise. */
type oneOrMany<S extends AnySchema, Name extends TableName<S>, Over extends string> =
  isUnique<columnsOf<S, Name>, Over> extends true ? child<S, Name, Over> | null : Children<S, Name, Over>

type isUnique<Columns, Key extends string> = [Key] extends [never]
  ? false
  : Key extends keyof Columns
    ? typed<Columns[Key]> extends { readonly '~options': infer Options }
      ? Options & ('unique' | 'primaryKey') extends never
        ? false
        : true
      : false
    : false

/** An interface, so that rows within rows are looked at as deep as they are written and no deeper. */
export interface Children<S extends AnySchema, Name extends TableName<S>, Over extends string>
  extends ReadonlyArray<child<S, Name, Over>> {}

type tableIn<S extends AnySchema, Name> = Name extends TableName<S> ? Name : never

/** The names of the relations to many rows. */
type toMany<Relations> = {
  [Name in keyof Relations]: Relations[Name] extends `${string}>${'many' | 'manyKey' | 'link'}:${string}` ? Name : never
}[keyof Relations]

/** A row of another table without the key that its place says. */
type child<S extends AnySchema, Name extends TableName<S>, Over extends string> =
  | rowOf<columnsOf<S, Name>>
  | withoutKey<Insert<S, Name>, Over | forwardOf<S['tables'][Name], Over>>

type withoutKey<Given, Keys> = Given extends unknown
  ? { [Key in keyof Given as Key extends Keys ? never : Key]: Given[Key] }
  : never

/** What an update may set: every column but those that the database alone writes. */
export type Update<S extends AnySchema, Name extends TableName<S>> = {
  -readonly [Key in Exclude<keyof columnsOf<S, Name>, keysOf<columnsOf<S, Name>, 'forbidden'>>]?: insertOf<
    columnsOf<S, Name>[Key]
  >
}

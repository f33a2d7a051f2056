/** A table's rows: as they are read, as they are inserted, as they are updated. */
import type {
  at,
  columnOver,
  facts,
  forbidden,
  forwardIn,
  forwardOf,
  inverseIn,
  keyIn,
  originsByTarget,
  pointing,
  required,
  requiredPointing,
  targetOver,
  toIn,
  typedColumns,
} from './relation.ts'
import type { AnySchema, columnsOf, insertOf, selectOf, TableName, writeOf } from './schema.ts'

/** Shows an intersection as one object type. */
export type Show<Type> = { [Key in keyof Type]: Type[Key] } & {}

/** A row with every column, as it is selected. */
export type Row<S extends AnySchema, Name extends TableName<S>> = rowOf<columnsOf<S, Name>>

export type rowOf<Columns> = { -readonly [Key in keyof Columns]: selectOf<Columns[Key]> }

/** What an update may set: every column but those that the database alone writes. */
export type Update<S extends AnySchema, Name extends TableName<S>> = updateIn<
  columnsOf<S, Name>,
  keyIn<forbidden<facts<S['tables'][Name]>>>
>

type updateIn<Columns, Forbidden> = {
  -readonly [Key in Exclude<keyof Columns, Forbidden>]?: insertOf<Columns[Key]>
}

/**
 * A row as an insert takes it: required, optional and forbidden keys. A foreign key may be given as the row it points
 * to, under the name of the relation; rows of the tables that point here may be given with it, under theirs.
 */
export type Insert<S extends AnySchema, Name extends TableName<S>> = insertIn<
  S,
  Name,
  columnsOf<S, Name>,
  facts<S['tables'][Name]>
>

/**
 * What a column takes, what a column needs, and the rows that may stand for keys. Written out, so that an editor shows the keys.
 * PERF: no condition. Where a function takes one, the compiler looks behind both of its sides at every call.
 */
type insertIn<S extends AnySchema, Name extends TableName<S>, Columns, Facts> = {
  -readonly [Key in keyof Columns]?: writeOf<Columns[Key]>
} & { -readonly [Key in keyIn<required<Facts>> & keyof Columns]: insertOf<Columns[Key]> } & eachOf<
    Columns,
    requiredPointing<Facts>
  > &
  relatives<S, Name, pointing<Facts>>

/** Rows that foreign keys point to, and rows that point here. */
type relatives<S extends AnySchema, Name extends TableName<S>, ForeignKeys> = {
  [ForeignKey in ForeignKeys & string as forwardIn<ForeignKey>]?: related<S, toIn<ForeignKey>> | null
} & {
  [Origin in at<originsByTarget<S['tables']>, Name> & string as inverseIn<Origin>]?: nested<S, `many <- ${Origin}`>
}

type related<S extends AnySchema, Target> = rowOf<columnsOf<S, Target & TableName<S>>>

/** All of the choices at once: what is asked of the parameter of either function is asked of that of both. */
type eachOf<Columns, ForeignKey extends string> = {
  [Fact in ForeignKey]: (row: either<Columns, keyIn<Fact>, forwardIn<Fact>>) => void
}[ForeignKey] extends (row: infer All) => void
  ? All
  : never

type either<Columns, Key extends string, Relation extends string> = [Relation] extends [never]
  ? { [K in Key]: insertOf<Columns[K & keyof Columns]> }
  :
      | ({ [K in Key]: insertOf<Columns[K & keyof Columns]> } & { [K in Relation]?: undefined })
      | ({ [K in Relation]: object } & { [K in Key]?: undefined })

/** A row as `copyFrom` takes it: the columns alone, with the keys that an insert must, may and must not name. */
export type CopyRow<S extends AnySchema, Name extends TableName<S>> = copyIn<
  columnsOf<S, Name>,
  facts<S['tables'][Name]>
>

type copyIn<Columns, Facts> = { readonly [Key in keyof Columns]?: writeOf<Columns[Key]> } & {
  readonly [Key in keyIn<required<Facts> | requiredPointing<Facts>> & keyof Columns]: insertOf<Columns[Key]>
}

/** Every key that an insert may name, each as it would be, and none required. */
export type Loose<S extends AnySchema, Name extends TableName<S>> = looseIn<
  S,
  Name,
  columnsOf<S, Name>,
  pointing<facts<S['tables'][Name]>>
>

type looseIn<S extends AnySchema, Name extends TableName<S>, Columns, ForeignKeys> = {
  -readonly [Key in keyof Columns]?: insertOf<Columns[Key]>
} & relatives<S, Name, ForeignKeys>

/** Rows of the tables that point here, and of those at the far end of a join table. */
type nested<S extends AnySchema, Relation> = oneOrMany<S, targetOver<Relation> & TableName<S>, columnOver<Relation>>

/** One row or none where the key that points here is unique, and any number of them otherwise. */
type oneOrMany<S extends AnySchema, Name extends TableName<S>, Over extends string> =
  isUnique<typedColumns<columnsOf<S, Name>>, Over> extends true ? child<S, Name, Over> | null : Children<S, Name, Over>

/** Whether at most one row of a table leads over a column to another. */
export type isUniqueOver<S extends AnySchema, Name, Over extends string> =
  Name extends TableName<S> ? isUnique<typedColumns<columnsOf<S, Name>>, Over> : false

type isUnique<Columns, Key extends string> = [Key] extends [never]
  ? false
  : at<Columns, Key> extends { readonly '~key': infer Type }
    ? [Type] extends [never]
      ? false
      : true
    : false

/** An interface, so that rows within rows are looked at as deep as they are written and no deeper. */
export interface Children<S extends AnySchema, Name extends TableName<S>, Over extends string>
  extends ReadonlyArray<child<S, Name, Over>> {}

/** A row of another table without the key that its place says. */
export type child<S extends AnySchema, Name extends TableName<S>, Over extends string> =
  | rowOf<columnsOf<S, Name>>
  | withoutKey<Insert<S, Name>, Over | forwardOf<S['tables'][Name], Over>>

/** A row, or each of several, without some keys. */
export type withoutKey<Given, Keys> = Given extends unknown
  ? { [Key in keyof Given as Key extends Keys ? never : Key]: Given[Key] }
  : never

/** A row to be merged: any of its columns; with its key, that of a row that may be there. */
export type Merged<S extends AnySchema, Name extends TableName<S>> = {
  readonly [Key in keyof columnsOf<S, Name>]?: selectOf<columnsOf<S, Name>[Key]> | insertOf<columnsOf<S, Name>[Key]>
}

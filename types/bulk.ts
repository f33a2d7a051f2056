/** What statements that write without objects take and give. */
import type { Fragment } from '../src/base/fragment.ts'
import type { Row, Update } from './row.ts'
import type { AnySchema, columnsOf, TableName } from './schema.ts'
import type { Where } from './where.ts'

/** The columns to give back of each row: all, or some. */
export type Returning<S extends AnySchema, Name extends TableName<S>> =
  | true
  | readonly (keyof columnsOf<S, Name> & string)[]

/** The rows that were asked for, or how many there were. */
export type Returned<S extends AnySchema, Name extends TableName<S>, Given> = Given extends true
  ? Row<S, Name>[]
  : Given extends readonly (infer Column)[]
    ? Pick<Row<S, Name>, Column & keyof Row<S, Name>>[]
    : number

/** Columns and their new values; `sql` may say them by the old ones. */
export type SetOf<S extends AnySchema, Name extends TableName<S>> = {
  readonly [Key in keyof Update<S, Name>]: Update<S, Name>[Key] | Fragment
}

export interface UpdateOptions<S extends AnySchema, Name extends TableName<S>, Given> {
  readonly set: SetOf<S, Name>
  /** `{}` is true of all rows. */
  readonly where: Where<S, Name>
  readonly returning?: Given
}

export interface DeleteOptions<S extends AnySchema, Name extends TableName<S>, Given> {
  /** `{}` is true of all rows. */
  readonly where: Where<S, Name>
  readonly returning?: Given
}

export interface InsertOptions<S extends AnySchema, Name extends TableName<S>, Given> {
  readonly returning?: Given
  /** What is done where a row is there already. */
  readonly onConflict?: OnConflict<S, Name>
}

/** A conflict with any row, or over the columns of a unique key, or over a constraint by its name in the database. */
export type OnConflict<S extends AnySchema, Name extends TableName<S>> =
  | ((Over<keyof columnsOf<S, Name> & string> | { readonly columns?: undefined; readonly constraint?: undefined }) & {
      readonly do: 'nothing'
      readonly set?: undefined
    })
  | (Over<keyof columnsOf<S, Name> & string> & {
      readonly do?: undefined
      /** `'given'` is every column that was given; in `sql`, the row that was to be inserted is `excluded`. */
      readonly set: 'given' | readonly (keyof columnsOf<S, Name> & string)[] | SetOf<S, Name>
      /** Of the row that is there. */
      readonly where?: Where<S, Name>
    })

type Over<Column> =
  | { readonly columns: readonly Column[]; readonly constraint?: undefined }
  | { readonly constraint: string; readonly columns?: undefined }

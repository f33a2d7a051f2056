/** The schema as Kysely reads it: tables and columns by the names of the literal. */
import type { ColumnType, Kysely } from 'kysely'
import type { AnySchema, columnsOf, insertOf, selectOf, TableName, typed } from './schema.ts'

/** Some tables of a schema, or all. PERF: Kysely's joins cost the more the more tables there are, hence `Names`. */
export type Database<S extends AnySchema, Names extends TableName<S> = TableName<S>> = {
  [Name in Names]: tableOf<columnsOf<S, Name>>
}

/** Kysely over a schema, or over some of its tables. */
export type QueryBuilder<S extends AnySchema, Names extends TableName<S> = TableName<S>> = Kysely<Database<S, Names>>

type tableOf<Columns> = { [Key in keyof Columns]: columnIn<Columns[Key]> }

/** PERF: a question of the column's type alone, so that a column which many tables have is answered once. */
type columnIn<Given> =
  typed<Given> extends { readonly '~mode': infer Mode }
    ? Mode extends 'required'
      ? ColumnType<selectOf<Given>, insertOf<Given>, insertOf<Given>>
      : Mode extends 'optional'
        ? ColumnType<selectOf<Given>, insertOf<Given> | undefined, insertOf<Given>>
        : ColumnType<selectOf<Given>, never, never>
    : never

/** The key by which a row is asked for. */
import type { AnySchema, columnsOf, selectOf, TableName, typed } from './schema.ts'

/** The value of the primary key; of a key of several columns, an object of them. */
export type KeyOf<S extends AnySchema, Name extends TableName<S>> = keyValue<
  columnsOf<S, Name>,
  keyColumns<S['tables'][Name]> & keyof columnsOf<S, Name>
>

type keyValue<Columns, Keys extends keyof Columns> = [Keys] extends [never]
  ? never
  : isOne<Keys> extends true
    ? selectOf<Columns[Keys]>
    : { readonly [Key in Keys]: selectOf<Columns[Key]> }

/** The columns of the primary key. */
export type KeyColumn<S extends AnySchema, Name extends TableName<S>> = keyColumns<S['tables'][Name]>

/** Whether a union has one member. */
type isOne<Keys, Each = Keys> = Each extends unknown ? ([Keys] extends [Each] ? true : false) : never

/** The columns of the primary key, from the table's options or from the one column that says so. */
type keyColumns<Table> = Table extends { readonly primaryKey: infer Key }
  ? Key extends readonly (infer Column)[]
    ? Column
    : Key extends { readonly columns: readonly (infer Column)[] }
      ? Column
      : never
  : Table extends { readonly columns: infer Columns }
    ? { [Key in keyof Columns]: isPrimary<typed<Columns[Key]>> extends true ? Key : never }[keyof Columns]
    : never

type isPrimary<Column> = Column extends { readonly '~options': infer Options }
  ? 'primaryKey' extends Options
    ? true
    : false
  : false

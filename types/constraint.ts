/** The names of constraints, as far as the literal's types tell them. Twin: src/schema/constraint-names.ts, which knows them all. */
import type { snakeCase } from './naming.ts'
import type { foreignKeyOf } from './relation.ts'
import type { AnySchema, AnyTable, columnsOf, TableName, typed } from './schema.ts'

/**
 * Names that a violation may bear. Those that options of columns state, and those of checks of columns, no type knows.
 * PERF: one pass over the tables, made where the names are asked for.
 */
export type constraintName<S extends AnySchema> = {
  [Name in TableName<S>]: namesOf<S, Name, nameOf<S, Name>>
}[TableName<S>]

type namesOf<S extends AnySchema, Name extends TableName<S>, Table extends string> =
  | `${Table}_pkey`
  | `${Table}_${named<S, uniqueIn<columnsOf<S, Name>>>}_key`
  | `${Table}_${named<S, foreignKeyOf<S['tables'][Name]>>}_fkey`
  | statedIn<S['tables'][Name]>

/** A table's name in the database. */
type nameOf<S extends AnySchema, Name extends TableName<S>> = S['tables'][Name] extends {
  readonly name: infer Stated extends string
}
  ? Stated
  : named<S, Name>

type named<S extends AnySchema, Key extends string> = S['options'] extends { readonly naming: 'snake_case' }
  ? snakeCase<Key>
  : Key

type uniqueIn<Columns> = {
  [Key in keyof Columns & string]: typed<Columns[Key]> extends { readonly '~options': infer Options }
    ? 'unique' extends Options
      ? Key
      : never
    : never
}[keyof Columns & string]

/** The names that a table's options give. */
type statedIn<Table extends AnyTable> =
  | keysOf<Table, 'uniques'>
  | keysOf<Table, 'checks'>
  | keysOf<Table, 'foreignKeys'>
  | keysOf<Table, 'excludes'>
  | (Table extends { readonly indexes: infer Indexes } ? uniqueIndex<Indexes> : never)

type keysOf<Table, Option extends string> = Table extends { readonly [Name in Option]: infer Stated }
  ? keyof Stated & string
  : never

type uniqueIndex<Indexes> = {
  [Name in keyof Indexes & string]: Indexes[Name] extends { readonly unique: true } ? Name : never
}[keyof Indexes & string]

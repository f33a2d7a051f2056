/** A schema as the compiler holds it, and the way from a name to a table or a column. */
import type { columnOf, inputIn, inputOf, jsOf, valueIn } from './column.ts'
import type { AnyColumn, AnyTable, AnyTables, SchemaOptions } from './literal.ts'
import type { Modes } from '../src/base/kinds.ts'

/** What `defineSchema` gives: the literal itself, checked. */
export interface Schema<Tables extends AnyTables, Options extends SchemaOptions = SchemaOptions> {
  readonly tables: Tables
  readonly options: Options
}

export interface AnySchema {
  readonly tables: AnyTables
  readonly options: SchemaOptions
}

/** A table as `table` gives it without options; with options, `Table<Columns> & Options`. */
export interface Table<Columns> {
  readonly columns: Columns
}

export type TableName<S extends AnySchema> = keyof S['tables'] & string

/** Columns that `t` gave. */
export interface AnyTypedColumns {
  readonly [column: string]: { readonly '~facts': string }
}

export type columnsOf<S extends AnySchema, Name extends TableName<S>> = S['tables'][Name]['columns']

/** A column as `t` would have given it, whether `t` was used or the plain object was written. */
export type typed<Given> = Given extends { readonly '~type': string }
  ? Given
  : Given extends AnyColumn
    ? columnOfLiteral<Given>
    : never

/** A column's value as it is read, and as it is written. */
export type selectOf<Given> = typed<Given> extends { readonly '~select': infer Value } ? Value : never
export type insertOf<Given> = typed<Given> extends { readonly '~insert': infer Value } ? Value : never
/** As it is written, and never where the database alone writes it. */
export type writeOf<Given> = typed<Given> extends { readonly '~write': infer Value } ? Value : never

type columnOfLiteral<Given extends AnyColumn> = columnOf<
  sqlNameOf<Given>,
  valueOfLiteral<Given>,
  Given,
  inputOfLiteral<Given>
>

/** The name under which two columns' types are compared. */
// biome-ignore format: columns line up
type sqlNameOf<Given extends AnyColumn> =
  Given extends { readonly type: 'enum'; readonly enum: { readonly name: infer Name extends string } }           ? Name :
  Given extends { readonly type: 'domain'; readonly domain: { readonly name: infer Name extends string } }       ? Name :
  Given extends { readonly type: 'composite'; readonly composite: { readonly name: infer Name extends string } } ? Name :
  Given extends { readonly type: 'custom'; readonly custom: { readonly sql: infer Name extends string } }        ? Name :
  Given extends { readonly type: 'array'; readonly of: infer Of extends AnyColumn }                              ? `${sqlNameOf<Of>}[]` :
                                                                                                                   baseName<Given['type']>

/** `serial` is `integer` with a sequence: what points to one has the integer's type. */
// biome-ignore format: columns line up
export type baseName<Kind extends string> =
  Kind extends 'smallserial' ? 'smallint' :
  Kind extends 'serial'      ? 'integer' :
  Kind extends 'bigserial'   ? 'bigint' :
                               Kind

// biome-ignore format: columns line up
type valueOfLiteral<Given extends AnyColumn> =
  Given extends { readonly type: 'enum'; readonly enum: { readonly values: readonly (infer Value)[] } }        ? Value :
  Given extends { readonly type: 'array'; readonly of: infer Of extends AnyColumn }                            ? typed<Of>['~select'][] :
  Given extends { readonly type: 'domain'; readonly domain: { readonly of: infer Of extends AnyColumn } }      ? valueOfLiteral<Of> :
  Given extends { readonly type: 'composite'; readonly composite: { readonly fields: infer Fields } }          ? compositeValue<Fields> :
  Given extends { readonly type: 'custom'; readonly custom: { readonly decode: (text: string) => infer Value } } ? Value :
  Given extends { readonly type: infer Kind extends keyof Modes }                                              ? valueIn<Kind, Given> :
                                                                                                                 jsOf<Given['type']>

// biome-ignore format: columns line up
type inputOfLiteral<Given extends AnyColumn> =
  Given extends { readonly type: 'array'; readonly of: infer Of extends AnyColumn } ? readonly typed<Of>['~insert'][] :
  Given extends { readonly type: 'enum' | 'domain' | 'composite' | 'custom' }       ? valueOfLiteral<Given> :
  Given extends { readonly type: infer Kind extends keyof Modes }                   ? inputIn<Kind, Given> :
                                                                                      inputOf<Given['type']>

/** The value of a composite type: its fields, each as its own column says. */
export type compositeValue<Fields> = { [Name in keyof Fields]: selectOf<Fields[Name]> }

export type { AnyTable, AnyTables }

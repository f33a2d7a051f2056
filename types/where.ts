/** What rows are asked for: conditions on columns and on the rows that relations lead to. Twin: src/sql/where.ts. */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { Fragment } from '../src/base/fragment.ts'
import type { Database } from './database.ts'
import type { columnOver, relationsOf, targetOver } from './relation.ts'
import type { isUniqueOver } from './row.ts'
import type { AnySchema, columnsOf, TableName, typed } from './schema.ts'

/**
 * A condition on the rows of a table: an object of which every key must hold, `sql`, or an expression of Kysely. `undefined` in it
 * is refused when it is run, and never means "all rows".
 */
export type Where<S extends AnySchema, Name extends TableName<S>> =
  | WhereObject<S, Name>
  | Fragment
  | ((builder: ExpressionBuilder<Database<S, Name>, Name>) => Expression<SqlBool>)

/** The names are written as templates: without them the compiler would take `not` for a column while it looks for `Name`. */
export type WhereObject<S extends AnySchema, Name extends TableName<S>> = {
  readonly [Key in keyof columnsOf<S, Name> as `${Key & string}`]?: columnCondition<typed<columnsOf<S, Name>[Key]>>
} & {
  readonly [Relation in keyof relationsOf<S['tables'], Name> as `${Relation & string}`]?: relationCondition<
    S,
    relationsOf<S['tables'], Name>[Relation]
  >
} & Junctions<S, Name>

/** An interface, so that conditions within conditions are looked at as deep as they are written and no deeper. */
export interface Junctions<S extends AnySchema, Name extends TableName<S>> {
  readonly and?: readonly Where<S, Name>[]
  /** Of none, false. */
  readonly or?: readonly Where<S, Name>[]
  /** Also of the rows of which the condition is unknown, since a column is NULL. */
  readonly not?: Where<S, Name>
}

/** A condition on a to-one relation. */
export interface One<S extends AnySchema, Name extends TableName<S>> {
  readonly is?: Where<S, Name> | null
  readonly isNot?: Where<S, Name> | null
}

/** A condition on a relation to many rows. */
export interface Many<S extends AnySchema, Name extends TableName<S>> {
  readonly some?: Where<S, Name>
  /** Also where there are none. */
  readonly every?: Where<S, Name>
  readonly none?: Where<S, Name>
}

type relationCondition<S extends AnySchema, Relation> = Relation extends `one <- ${string}`
  ? One<S, targetOver<Relation> & TableName<S>>
  : isUniqueOver<S, targetOver<Relation>, columnOver<Relation>> extends true
    ? One<S, targetOver<Relation> & TableName<S>>
    : Many<S, targetOver<Relation> & TableName<S>>

/** PERF: a question of the column's type alone, so that a column which many tables have is answered once. */
type columnCondition<Column> = Column extends { readonly '~type': infer Type; readonly '~select': infer Value }
  ? Type extends 'jsonb'
    ? JsonCondition<NonNullable<Value>> | null
    : NonNullable<Value> extends readonly (infer Element)[]
      ? NonNullable<Value> | ArrayCondition<NonNullable<Value>, Element> | null
      : Type extends `${string}range`
        ? RangeCondition<NonNullable<Value>> | null
        : Type extends 'tsvector'
          ? NonNullable<Value> | SearchCondition<NonNullable<Value>> | null
          : NonNullable<Value> extends boolean
            ? NonNullable<Value> | Common<NonNullable<Value>> | null
            : NonNullable<Value> extends string
              ? NonNullable<Value> | stringCondition<Type, NonNullable<Value>> | null
              : NonNullable<Value> extends number | bigint | Date | Uint8Array
                ? NonNullable<Value> | Ordered<NonNullable<Value>> | null
                : Ordered<NonNullable<Value>> | null
  : never

/** Strings that hold something else than text, as numbers and days, and the words of enums, are not looked into. */
type stringCondition<Type, Value extends string> = string extends Value
  ? Type extends NotText
    ? Ordered<Value>
    : TextCondition<Value>
  : Ordered<Value>

type NotText =
  | `${'numeric' | 'time' | 'timetz' | 'timestamp' | 'timestamptz' | 'interval' | 'bit' | 'varbit'}${string}`
  | 'money'
  | 'uuid'
  | 'date'
  | 'inet'
  | 'cidr'
  | 'macaddr'
  | 'macaddr8'
  | 'pg_lsn'
  | 'pg_snapshot'

export interface Common<Value> {
  readonly eq?: Value | null
  readonly ne?: Value | null
  readonly in?: readonly Value[]
  readonly notIn?: readonly Value[]
  readonly isNull?: boolean
}

export interface Ordered<Value> extends Common<Value> {
  readonly gt?: Value
  readonly gte?: Value
  readonly lt?: Value
  readonly lte?: Value
  /** From the first up to and including the second. */
  readonly between?: readonly [low: Value, high: Value]
}

export interface TextCondition<Value> extends Ordered<Value> {
  /** `%` stands for any text, `_` for a character. */
  readonly like?: string
  readonly notLike?: string
  /** As `like`, whatever the case. */
  readonly ilike?: string
  readonly notIlike?: string
  readonly startsWith?: string
  readonly endsWith?: string
  readonly includes?: string
  /** Words, as a person types them into a search box. */
  readonly search?: string
}

export interface ArrayCondition<Value, Element> extends Ordered<Value> {
  readonly contains?: Value
  readonly containedBy?: Value
  readonly overlaps?: Value
  readonly has?: Element
  readonly isEmpty?: boolean
}

type boundOf<Value> = Value extends { readonly lower?: infer Bound } ? NonNullable<Bound> : never

export interface RangeCondition<Value> extends Ordered<Value> {
  /** A range, or a value within it. */
  readonly contains?: Value | boundOf<Value>
  readonly containedBy?: Value
  readonly overlaps?: Value
  readonly before?: Value
  readonly after?: Value
  readonly adjacent?: Value
}

export interface SearchCondition<Value> extends Common<Value> {
  /** Words, as a person types them into a search box. */
  readonly matches?: string
}

export interface JsonCondition<Value> {
  readonly eq?: Value | null
  readonly ne?: Value | null
  readonly isNull?: boolean
  readonly contains?: unknown
  readonly containedBy?: unknown
  readonly hasKey?: string
  /** What lies at a path, compared as a number where it is compared with one, and as text otherwise. */
  readonly path?: { readonly at: readonly (string | number)[] } & TextCondition<string | number | boolean>
}

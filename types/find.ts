/** What `find` takes, and the rows that it gives: with exactly what was loaded. */
import type { LoadStrategy } from './load-strategy.ts'
import type { Lock } from './lock.ts'
import type { KeyColumn } from './key.ts'
import type { suggestion } from './nearest.ts'
import type { message, Refusal } from './refusal.ts'
import type { columnOver, relationsOf, targetOver } from './relation.ts'
import type { child, isUniqueOver, Row } from './row.ts'
import type { AnySchema, columnsOf, selectOf, TableName } from './schema.ts'
import type { Where, WhereObject } from './where.ts'

declare const table: unique symbol

/** An object that the session has read: it knows which table's it is. */
export interface Of<Name extends string> {
  readonly [table]?: Name
}

export type Direction = 'asc' | 'desc' | { readonly order?: 'asc' | 'desc'; readonly nulls?: 'first' | 'last' }

/** The order of rows: by columns, and by those of the rows that to-one relations lead to. The first key counts most. */
export type OrderBy<S extends AnySchema, Name extends TableName<S>> = orderOf<S, Name> | readonly orderOf<S, Name>[]

type orderOf<S extends AnySchema, Name extends TableName<S>> = {
  readonly [Key in keyof columnsOf<S, Name>]?: Direction
} & {
  readonly [Relation in keyof relationsOf<S['tables'], Name> as relationsOf<
    S['tables'],
    Name
  >[Relation] extends `one <- ${string}`
    ? Relation
    : never]?: Ordering<S, targetOver<relationsOf<S['tables'], Name>[Relation]> & TableName<S>>
}

/** An interface, so that orders within orders are looked at as deep as they are written and no deeper. */
type Ordering<S extends AnySchema, Name extends TableName<S>> = orderOf<S, Name>

/** What a relation, and `find`, may be asked with. */
export interface Related<S extends AnySchema, Name extends TableName<S>, Relations, Column> {
  readonly where?: Where<S, Name>
  /** The relations to load with each row. */
  readonly with?: Relations
  /** The columns to load; the primary key always is. Reading another one is an error. */
  readonly columns?: readonly Column[]
  readonly orderBy?: OrderBy<S, Name>
  /** How many at most; of a relation, for each row that it leaves from. */
  readonly limit?: number
  readonly offset?: number
  /** How relations are loaded that do not say; of a relation, itself and those within. `selectin` unless stated. */
  readonly load?: LoadStrategy
}

export interface FindOptions<S extends AnySchema, Name extends TableName<S>, Relations, Column>
  extends Related<S, Name, Relations, Column> {
  /** The last row of the page before: only rows after it in the order are given. */
  readonly after?: { readonly [Key in keyof columnsOf<S, Name>]?: selectOf<columnsOf<S, Name>[Key]> }
  /** Locks the rows until the transaction ends, and reads them anew. */
  readonly lock?: Lock
}

/** Which relations to load: `true`, or how. */
export type With<S extends AnySchema, Name extends TableName<S>> = {
  readonly [Relation in keyof relationsOf<S['tables'], Name>]?:
    | boolean
    | Relative<S, targetOver<relationsOf<S['tables'], Name>[Relation]> & TableName<S>>
}

/** An interface, so that relations within relations are looked at as deep as they are written and no deeper. */
export interface Relative<S extends AnySchema, Name extends TableName<S>>
  extends Related<S, Name, With<S, Name>, keyof columnsOf<S, Name>> {}

/** Refuses a key in `with`, or in the `where` of a relation, that there is none of: an inferred type takes any. */
export type checkedWith<S extends AnySchema, Name extends TableName<S>, Given> = {
  readonly [Key in keyof Given]: Key extends keyof relationsOf<S['tables'], Name>
    ? Given[Key] extends object
      ? checkedRelative<S, targetOver<relationsOf<S['tables'], Name>[Key]> & TableName<S>, Given[Key]>
      : unknown
    : Refusal<
        message<
          'unknownRelation',
          [Name, Key & string, suggestion<Key & string, keyof relationsOf<S['tables'], Name> & string>]
        >
      >
}

type checkedRelative<S extends AnySchema, Name extends TableName<S>, Given> = {
  readonly [Key in keyof Given]: Key extends 'with'
    ? checkedWith<S, Name, Given[Key]>
    : Key extends 'where'
      ? checkedKeys<Name, Given[Key], keyof WhereObject<S, Name>>
      : Key extends keyof Relative<S, Name>
        ? unknown
        : Refusal<
            message<'unknownFindOption', [Key & string, 'where, with, columns, orderBy, limit, offset, load', '']>
          >
}

type checkedKeys<Name extends string, Given, Keys extends PropertyKey> = Given extends (...parameters: never) => unknown
  ? unknown
  : {
      readonly [Key in Exclude<keyof Given, Keys> & string]: Refusal<
        message<'unknownColumn', [Name, Key, suggestion<Key, Keys & string>]>
      >
    }

/** The object of a row: of the class that was registered for its table, or plain. */
export type entityOf<S extends AnySchema, Classes, Name extends TableName<S>> = Name extends keyof Classes
  ? Classes[Name]
  : Row<S, Name>

/** The same, as it is made. PERF: the row as it is where no class was registered, without a question for each table. */
export type madeOf<S extends AnySchema, Classes, Name extends TableName<S>> = Of<Name> &
  ([keyof Classes] extends [never] ? Row<S, Name> : entityOf<S, Classes, Name>)

/** A row as it was loaded: all columns or those asked for, and the relations asked for. */
export type Loaded<S extends AnySchema, Classes, Name extends TableName<S>, Relations, Column> = Of<Name> &
  ([Column] extends [never]
    ? entityOf<S, Classes, Name>
    : Pick<entityOf<S, Classes, Name>, (Column | KeyColumn<S, Name>) & keyof entityOf<S, Classes, Name>>) &
  loadedRelations<S, Classes, Name, Relations>

/** The relations that were asked for, as they are loaded. */
export type loadedRelations<S extends AnySchema, Classes, Name extends TableName<S>, Relations> = {
  -readonly [Relation in keyof Relations as Relations[Relation] extends false | undefined
    ? never
    : Relation]: relationsOf<S['tables'], Name> extends { readonly [R in Relation]: infer Way }
    ? relatedValue<S, Classes, Way, Relations[Relation]>
    : never
}

type relatedValue<S extends AnySchema, Classes, Way, Given> = Way extends `one <- ${infer Origin}`
  ? relatedRow<S, Classes, Way, Given> | (mayBeNull<S, Origin, Given> extends true ? null : never)
  : isUniqueOver<S, targetOver<Way>, columnOver<Way>> extends true
    ? relatedRow<S, Classes, Way, Given> | null
    : Collection<S, targetOver<Way> & TableName<S>, columnOver<Way>, relatedRow<S, Classes, Way, Given>>

type relatedRow<S extends AnySchema, Classes, Way, Given> = Loaded<
  S,
  Classes,
  targetOver<Way> & TableName<S>,
  Given extends { readonly with: infer Relations } ? Relations : {},
  Given extends { readonly columns: readonly (infer Column)[] } ? Column : never
>

/** Whether a to-one relation may lead nowhere: its key may be null, or the row that it leads to is left out by a condition. */
type mayBeNull<S extends AnySchema, Origin, Given> = Given extends { readonly where: unknown }
  ? true
  : Origin extends `${infer Name}.${infer Key}:${infer Kind} ${string}`
    ? Kind extends 'key'
      ? nullable<S, Name, keyColumnsOf<S['tables'][Name], Key>>
      : nullable<S, Name, Key>
    : true

type keyColumnsOf<Table, Key extends string> = Table extends {
  readonly foreignKeys: { readonly [K in Key]: { readonly columns: readonly (infer Column)[] } }
}
  ? Column
  : never

type nullable<S extends AnySchema, Name, Key> =
  Name extends TableName<S>
    ? null extends selectOf<columnsOf<S, Name>[Key & keyof columnsOf<S, Name>]>
      ? true
      : false
    : true

/** The rows that a relation leads to. Rows that are put in are added to the session, and take the key that their place says. */
export interface Collection<S extends AnySchema, Name extends TableName<S>, Over extends string, Element>
  extends Array<Element> {
  push(...rows: (Element | child<S, Name, Over>)[]): number
  unshift(...rows: (Element | child<S, Name, Over>)[]): number
  splice(start: number, count?: number): Element[]
  splice(start: number, count: number, ...rows: (Element | child<S, Name, Over>)[]): Element[]
}

/**
 * The ways from one table's rows to another's, read off the foreign keys. Twin: src/schema/relations.ts.
 *
 * What a relation comes from is one string here, since strings in a union cost the compiler next to nothing:
 * - `posts.authorId:required bigint users.id posts author`, a column that points to `users.id`, by `inverse` and `as`
 * - `lines.to_order:key - orders.* lines order`, a foreign key in the options of `lines`
 * - `postTags.tagId:link tags posts.* tags `, the way from `posts` to `tags` over a join table
 *
 * A relation is that string with the end it leaves from: `many <- posts.authorId:…` leaves from `users`, `one <- …` from `posts`.
 */
import type { AnyTable, AnyTables, AnyTypedColumns, typed } from './schema.ts'

/** What a map holds at a key, and never where it holds nothing. PERF: `keyof` of a map with `as` is worked out at every use. */
export type at<Map, Key extends string> = Map extends { readonly [K in Key]: infer Value } ? Value : never

/** A table's columns, each as `t` would have given it. PERF: where `t` was used throughout, the columns as they are. */
export type typedColumns<Columns> = Columns extends AnyTypedColumns ? Columns : typedEach<Columns>

type typedEach<Columns> = { readonly [Key in keyof Columns]: typed<Columns[Key]> }

/** The facts of columns that `t` gave: `email:required`, `authorId:required bigint users.id posts author`. */
export type factsIn<Columns extends AnyTypedColumns> = {
  readonly [Key in keyof Columns]: `${Key & string}:${Columns[Key]['~facts']}`
}[keyof Columns]

/** The facts of a table's columns. */
export type facts<Table extends AnyTable> = factsOf<typedColumns<Table['columns']>>

type factsOf<Columns> = Columns extends AnyTypedColumns ? factsIn<Columns> : never

/** Of facts, those of columns that point somewhere. PERF: one intersection, and a condition since it is asked too early else. */
export type pointing<Facts> = [Facts] extends [infer Each] ? Each & `${string}:${string} ${string}` : never

/** Of facts, those of columns that an insert must, or may not, name; foreign keys are not among them. */
export type required<Facts> = [Facts] extends [infer Each] ? Each & `${string}:required` : never
export type forbidden<Facts> = [Facts] extends [infer Each] ? Each & `${string}:forbidden` : never
/** The foreign keys that an insert must name, or give the row of. */
export type requiredPointing<Facts> = [Facts] extends [infer Each extends string]
  ? Each & `${string}:required ${string}`
  : never

/** The foreign keys of a table, each as `key:mode type target.field inverse as`. */
export type foreignKeys<Table extends AnyTable> = pointing<facts<Table>>

/** The columns of a table that point to others. */
export type foreignKeyOf<Table extends AnyTable> = keyIn<foreignKeys<Table>>

export type keyIn<Fact> = Fact extends `${infer Key}:${string}` ? Key : never

/** The table that a column points to. */
export type targetOf<Table extends AnyTable, Key extends string> =
  foreignKeys<Table> extends infer Keys
    ? Keys extends `${Key}:${string} ${string} ${infer Target}.${string} ${string} ${string}`
      ? Target
      : never
    : never

/** The relation over a column of the table it is in, by its name; never where it has none. */
export type forwardOf<Table extends AnyTable, Key extends string> =
  foreignKeys<Table> extends infer Keys ? (Keys extends `${Key}:${string}` ? forwardIn<Keys> : never) : never

/** The name of the relation that leaves from the table of a foreign key. */
export type forwardIn<ForeignKey> =
  ForeignKey extends `${infer Key}:${string} ${string} ${string}.${infer Field} ${string} ${infer As}`
    ? orNever<relationName<Key, Field, As>>
    : never

type orNever<Name> = Name extends '' ? never : Name

/** The name in `as`, or the column's name less that of the column it points to: `authorId` to `id` is `author`. */
export type relationName<Key extends string, Field extends string, As extends string> = As extends ''
  ? Key extends `${infer Name}${Capitalize<Field>}`
    ? Name
    : Key extends `${infer Name}_${Field}`
      ? Name
      : ''
  : As

/** What the relations of a table's keys and halves come from. */
export type origins<Name extends string, Table extends AnyTable> =
  | `${Name}.${foreignKeys<Table>}`
  | keyOrigins<Name, Table>
  | linkOrigins<Name, Table>

/** The halves of a join table. */
export type linkOrigins<Name extends string, Table extends AnyTable> = Table extends {
  readonly link: infer Link extends object
}
  ? {
      [Far in keyof Link &
        string]: `${Name}.${Far}:link ${targetOf<Table, Far>} ${targetOf<Table, Exclude<keyof Link & string, Far>>}.* ${Link[Far] & string} `
    }[keyof Link & string]
  : never

/** The foreign keys in a table's options. */
type keyOrigins<Name extends string, Table> = Table extends { readonly foreignKeys: infer Keys }
  ? {
      [Key in keyof Keys &
        string]: `${Name}.${Key}:key - ${memberOf<Keys[Key], 'references'>}.* ${memberOf<Keys[Key], 'inverse'>} ${memberOf<Keys[Key], 'as'>}`
    }[keyof Keys & string]
  : never

type memberOf<Type, Name extends string> = Type extends { readonly [N in Name]: infer Value extends string }
  ? Value
  : ''

/** What every relation of a schema comes from. One pass over the tables. */
export type allOrigins<Tables extends AnyTables> = {
  [Name in keyof Tables & string]: origins<Name, Tables[Name]>
}[keyof Tables & string]

/** What leads to a table, by that table. What leads to one that it continues leads to it, too. */
export type originsByTarget<Tables extends AnyTables> =
  Tables extends continues<infer Above> ? originsThrough<originsOf<Tables>, Above> : originsOf<Tables>

type originsOf<Tables extends AnyTables> = {
  readonly [Origin in allOrigins<Tables> as targetIn<Origin>]: Origin
}

type originsThrough<Origins, Above> = {
  readonly [Name in keyof Origins | keyof Above]:
    | at<Origins, Name & string>
    | (Name extends keyof Above ? atEach<Origins, Above[Name]> : never)
}

type atEach<Map, Keys> = Keys extends string ? at<Map, Keys> : never

declare const above: unique symbol

/** Tables of which some continue others, with those that each of these continues. */
export type continues<Above> = {
  readonly [above]: Above
}

/** The table that a foreign key points to. */
export type toIn<ForeignKey> = ForeignKey extends `${string} ${string} ${infer Target}.${string}` ? Target : never

/** The table that an origin leads to. */
export type targetIn<Origin> = Origin extends `${string}:${string} ${string} ${infer Target}.${string}` ? Target : never

/** The name of the relation that leaves from the table pointed to. */
export type inverseIn<Origin> = Origin extends `${string}:${string} ${string} ${string} ${infer Inverse} ${string}`
  ? orNever<Inverse>
  : never

/** The relations that leave from one table, each by name. */
export type relationsOf<Tables extends AnyTables, Name extends keyof Tables & string> = {
  [Relation in
    | `one <- ${origins<Name, Tables[Name]>}`
    | `many <- ${at<originsByTarget<Tables>, Name> & string}` as nameIn<Relation>]: Relation
}

type nameIn<Relation> = Relation extends `many <- ${infer Origin}`
  ? inverseIn<Origin>
  : Relation extends `one <- ${string}.${infer ForeignKey}`
    ? forwardIn<ForeignKey>
    : never

/** The column over which a relation to many rows is; never for other relations. */
export type columnOver<Relation> = Relation extends `many <- ${string}.${infer Key}:${infer Kind} ${string}`
  ? Kind extends 'key' | 'link'
    ? never
    : Key
  : never

/** The table whose rows a relation leads to. */
export type targetOver<Relation> =
  Relation extends `${infer End} <- ${infer Table}.${string}:${infer Kind} ${infer Far} ${infer Target}.${string}`
    ? End extends 'one'
      ? Target
      : Kind extends 'link'
        ? Far
        : Table
    : never

/**
 * The ways from one table's rows to another's, read off the foreign keys. Twin: src/schema/relations.ts.
 *
 * A foreign key and a relation are each one string here, since strings in a union cost the compiler next to nothing:
 * `authorId:bigint users.id posts ` is the column `authorId` that points to `users.id` with the inverse `posts`, and
 * `users.posts>many:posts.authorId` is the relation `posts` that leaves from `users` over that column.
 */
import type { AnyTable, AnyTables, AnyTypedColumns, typed } from './schema.ts'

/** What a map holds at a key, and never where it holds nothing. PERF: `keyof` of a map with `as` is worked out at every use. */
export type at<Map, Key extends string> = Map extends { readonly [K in Key]: infer Value } ? Value : never

/** A table's columns, each as `t` would have given it. PERF: where `t` was used throughout, the columns as they are. */
export type typedColumns<Columns> = Columns extends AnyTypedColumns ? Columns : typedEach<Columns>

type typedEach<Columns> = { readonly [Key in keyof Columns]: typed<Columns[Key]> }

/** The foreign keys of columns that `t` gave. PERF: a pointer that is never makes the whole string never. */
export type keysIn<Columns extends AnyTypedColumns> = {
  readonly [Key in keyof Columns]: `${Key & string}:${Columns[Key]['~pointer']}`
}[keyof Columns]

/** The foreign keys of a table, each as `key:type target.field inverse as`. */
export type foreignKeys<Table extends AnyTable> = foreignKeysIn<typedColumns<Table['columns']>>

type foreignKeysIn<Columns> = Columns extends AnyTypedColumns ? keysIn<Columns> : never

/** The columns of a table that point to others. */
export type foreignKeyOf<Table extends AnyTable> = keyIn<foreignKeys<Table>>

type keyIn<ForeignKey> = ForeignKey extends `${infer Key}:${string}` ? Key : never

/** The table that a column points to. */
export type targetOf<Table extends AnyTable, Key extends string> =
  foreignKeys<Table> extends infer Keys
    ? Keys extends `${Key}:${string} ${infer Target}.${string} ${string} ${string}`
      ? Target
      : never
    : never

/** The relation over a column of the table it is in, by its name; never where it has none. */
export type forwardOf<Table extends AnyTable, Key extends string> =
  foreignKeys<Table> extends infer Keys
    ? Keys extends `${Key}:${string} ${string}.${infer Field} ${string} ${infer As}`
      ? Exclude<relationName<Key, Field, As>, ''>
      : never
    : never

/** The name in `as`, or the column's name less that of the column it points to: `authorId` to `id` is `author`. */
export type relationName<Key extends string, Field extends string, As extends string> = As extends ''
  ? Key extends `${infer Name}${Capitalize<Field>}`
    ? Name
    : Key extends `${infer Name}_${Field}`
      ? Name
      : ''
  : As

/** Both relations over one foreign key. */
type overKey<
  Name extends string,
  ForeignKey,
> = ForeignKey extends `${infer Key}:${string} ${infer Target}.${infer Field} ${infer Inverse} ${infer As}`
  ?
      | relation<Target, Inverse, `many:${Name}.${Key}`>
      | relation<Name, relationName<Key, Field, As>, `one:${Name}.${Key}`>
  : never

type relation<From extends string, Name extends string, Over extends string> = Name extends ''
  ? never
  : `${From}.${Name}>${Over}`

/** Both relations over a join table: each column's name leads from the other column's target to this column's. */
type overLink<Name extends string, Table extends AnyTable> = Table extends { readonly link: infer Link }
  ? {
      [Far in keyof Link & string]: relation<
        targetOf<Table, Exclude<keyof Link & string, Far>>,
        Link[Far] & string,
        `link:${Name}.${Far}`
      >
    }[keyof Link & string]
  : never

/** Both relations over the composite keys in a table's options. */
type overOptions<Name extends string, Table> = Table extends { readonly foreignKeys: infer Keys }
  ? {
      [Key in keyof Keys & string]:
        | relation<memberOf<Keys[Key], 'references'>, memberOf<Keys[Key], 'inverse'>, `manyKey:${Name}.${Key}`>
        | relation<Name, memberOf<Keys[Key], 'as'>, `oneKey:${Name}.${Key}`>
    }[keyof Keys & string]
  : never

type memberOf<Type, Name extends string> = Type extends { readonly [N in Name]: infer Value extends string }
  ? Value
  : ''

/** Every relation of a schema. One pass over the tables. */
export type relations<Tables extends AnyTables> = {
  [Name in keyof Tables & string]:
    | overKey<Name, foreignKeys<Tables[Name]>>
    | overLink<Name, Tables[Name]>
    | overOptions<Name, Tables[Name]>
}[keyof Tables & string]

/** The relations by where they leave from and their name, as `users.posts`: two in one place are a mistake. */
export type relationsByPlace<Tables extends AnyTables> = {
  readonly [Relation in relations<Tables> as Relation extends `${infer Place}>${string}` ? Place : never]: Relation
}

/** The relations by the table they leave from. */
type relationsByTable<Tables extends AnyTables> = {
  readonly [Relation in relations<Tables> as Relation extends `${infer Table}.${string}>${string}`
    ? Table
    : never]: Relation
}

/** The relations that leave from one table, each by name. */
export type relationsOf<Tables extends AnyTables, Name extends string> = {
  [Relation in at<relationsByTable<Tables>, Name> & string as Relation extends `${Name}.${infer Own}>${string}`
    ? Own
    : never]: Relation
}

/** The column over which a relation to many rows is; never for other relations. */
export type columnOver<Relation> = Relation extends `${string}>many:${string}.${infer Key}` ? Key : never

/** The table whose rows a relation leads to. */
export type targetOver<
  Tables extends AnyTables,
  Relation,
> = Relation extends `${string}>${infer Kind}:${infer Table}.${infer Key}`
  ? Kind extends 'many' | 'manyKey'
    ? Table
    : Kind extends 'one' | 'link'
      ? targetOf<Tables[Table], Key>
      : never
  : never

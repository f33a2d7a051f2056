/**
 * Whether a schema has to be looked at table by table.
 *
 * PERF: a schema without a mistake is found to be so by comparing sets of strings, which the compiler does by itself
 * without making types. These sets may doubt what is right (a column `author` beside one named `authorId`, whether or
 * not that one points anywhere), and then check.ts decides; they never let pass what is wrong.
 */
import type { Half } from './name-length.ts'
import type { factsIn, linkOrigins, pointing } from './relation.ts'
import type { AnyTable } from './schema.ts'

/** Tables that `t` alone has made, without long names, and without foreign keys in their options. */
export interface Straight {
  readonly [table: string]: AnyTable & { readonly columns: StraightColumns; readonly foreignKeys?: undefined }
}

interface StraightColumns {
  readonly [column: string]: { readonly '~facts': string; readonly '~key': string }
  readonly [long: Half]: never
}

/** Never where all foreign keys point to the `id` of a table and every relation has a name of its own. */
export type doubt<Tables extends Straight> = doubtOf<places<Tables>, ids<Tables>, keys<Tables>, links<Tables>>

/** A condition, so that the sets are compared when they are known: an intersection of unknown ones may be never too early. */
type doubtOf<Columns extends string, Ids, Keys extends string, Links extends string> = [pointed<Keys>] extends [Ids]
  ?
      | (Columns & derivedFrom<Columns | placeOf<Keys | Links>>)
      | (Columns & placeOf<Keys | Links>)
      | (Columns & camel<Columns & `${string}_id`>)
      | twice<Keys | Links, byPlace<Keys | Links>>
  : Keys

/** What foreign keys point to, as `bigint users.id`. */
type pointed<Key> = Key extends `${string}:${string} ${infer Type} ${infer Target} ${string}`
  ? `${Type} ${Target}`
  : never

/** What columns may point to: each column `id` that is a key, as `bigint users.id`. */
type ids<Tables extends Straight> = {
  [Name in keyof Tables & string]: `${idOf<Tables[Name]['columns']>} ${Name}.id`
}[keyof Tables & string]

type idOf<Columns> = Columns extends { readonly id: { readonly '~key': infer Type extends string } } ? Type : never

/** Every column, as `users.email`. */
type places<Tables extends Straight> = {
  [Name in keyof Tables & string]: `${Name}.${keyof Tables[Name]['columns'] & string}`
}[keyof Tables & string]

/** The foreign keys from whose names relations of these names would come. */
type derivedFrom<Places extends string> = `${Places}Id` | `${Places}_id`

/** `posts.authorId` for `posts.author_id`: both would give the relation `author`. */
type camel<Place> = Place extends `${infer Name}_id` ? `${Name}Id` : never

/** The foreign keys, as `posts.authorId:required bigint users.id posts author`. */
type keys<Tables extends Straight> = {
  [Name in keyof Tables & string]: `${Name}.${pointing<factsIn<Tables[Name]['columns']>>}`
}[keyof Tables & string]

type links<Tables extends Straight> = {
  [Name in keyof Tables & string]: linkOrigins<Name, Tables[Name]>
}[keyof Tables & string]

/** Where the names that are written out stand, as `users.posts`. Two equal ones on a key give the place of its column. */
// biome-ignore format: the forms line up
type placeOf<Origin> =
  Origin extends `${string}  `                                                                                                     ? never :
  Origin extends `${string}:${string} ${string} ${infer Target}.${string} ${infer Inverse} `                                        ? `${Target}.${Inverse}` :
  Origin extends `${infer Name}.${infer Key}:${string} ${string} ${infer Target}.${string} ${infer Inverse} ${infer As}` ? both<`${Target}.${Inverse}`, `${Name}.${As}`, `${Name}.${Key}`> :
                                                                                                                                      never

type both<A extends string, B extends string, Column extends string> = A extends B ? Column : A | B

type byPlace<Origins extends string> = { [Origin in Origins as placeOf<Origin>]: Origin }

/** The keys whose relation has the name of another. */
type twice<Origins extends string, ByPlace extends { readonly [place: string]: string }> = {
  [Origin in Origins]: ByPlace[placeOf<Origin>] extends Origin ? never : Origin
}[Origins]

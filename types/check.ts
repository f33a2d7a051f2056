/** Refuses a wrong literal: the wrong key is given a type that nothing has, named by the sentence. Twin: src/schema/build.ts. */
import type { checkedDefault } from './column.ts'
import type { AnyColumn } from './literal.ts'
import type { snakeCase } from './naming.ts'
import type { suggestion } from './nearest.ts'
import type { message, Refusal } from './refusal.ts'
import type { checkedOptions } from './table-check.ts'
import type { at, foreignKeys, keysIn, relationName, relationsByPlace } from './relation.ts'
import type { AnyTable, AnyTables, insertOf, typed } from './schema.ts'

/** The tables as they must be: what is right is `unknown`, what is wrong is a `Refusal`. */
export type checked<Tables extends AnyTables> = Tables extends Straight
  ? [wrong<Tables>] extends [never]
    ? unknown
    : checkedEach<Tables>
  : checkedEach<Tables>

/** Tables that `t` alone has made, without long names, and without foreign keys in their options. */
interface Straight {
  readonly [table: string]: AnyTable & {
    readonly columns: StraightColumns
    readonly foreignKeys?: undefined
    readonly link?: undefined
  }
}

interface StraightColumns {
  readonly [column: string]: { readonly '~pointer': string; readonly '~key': string }
  readonly [long: Half]: never
}

/**
 * The foreign keys with something wrong in them, of tables that are straight.
 * PERF: the same questions as `wrongKeys`, asked of the whole schema at once and without a sentence for an answer; only
 * where there is an answer are tables looked at one by one.
 */
type wrong<Tables extends Straight> = {
  [Name in keyof Tables & string]: wrongIn<Tables, Name, keysIn<Tables[Name]['columns']>>
}[keyof Tables & string]

type wrongIn<
  Tables extends Straight,
  Name extends string,
  ForeignKey,
> = ForeignKey extends `${infer Key}:${infer Type} ${infer Target}.${infer Field} ${infer Inverse} ${infer As}`
  ? Target extends keyof Tables
    ? Field extends keyof Tables[Target]['columns']
      ? Type extends Tables[Target]['columns'][Field]['~key']
        ?
            | wrongPlace<Tables, Target, Inverse, `many:${Name}.${Key}`>
            | wrongPlace<Tables, Name, relationName<Key, Field, As>, `one:${Name}.${Key}`>
        : ForeignKey
      : ForeignKey
    : ForeignKey
  : ForeignKey

/** A relation that is named as a column, or as another relation. */
type wrongPlace<
  Tables extends Straight,
  From extends string,
  Relation extends string,
  Over extends string,
> = Relation extends ''
  ? never
  : Relation extends keyof Tables[From]['columns']
    ? Relation
    : at<relationsByPlace<Tables>, `${From}.${Relation}`> extends `${string}>${Over}`
      ? never
      : Relation

type checkedEach<Tables extends AnyTables> = {
  readonly [Name in keyof Tables]: refusedAt<wrongKeys<Tables, Name & string, foreignKeys<Tables[Name]>>> &
    checkedColumns<Tables[Name]['columns']> &
    checkedOptions<Tables[Name]['columns'], Tables[Name]> &
    checkedKeys<Tables, Tables[Name]>
}

/** Each column of a table by itself: its name, and its default where it is a plain object that has not met the check of `t`. */
type checkedColumns<Columns> = {
  readonly columns: { readonly [Key in keyof Columns]: checkedName<Key & string> & checkedLiteral<Columns[Key]> }
}

type checkedLiteral<Column> = Column extends { readonly '~type': string }
  ? unknown
  : Column extends AnyColumn
    ? checkedDefault<Column['type'], NonNullable<insertOf<Column>>, Column>
    : unknown

/** A wrong column and what is wrong with it. */
interface Wrong<Key extends string, Sentence extends string> {
  readonly key: Key
  readonly sentence: Sentence
}

/** PERF: a table without a mistake costs no more than this condition. */
type refusedAt<Mistake> = [Mistake] extends [never] ? unknown : { readonly columns: refusals<Mistake> }

type refusals<Mistake> = {
  readonly [Each in Mistake & Wrong<string, string> as Each['key']]: Refusal<Each['sentence']>
}

/** The foreign keys with a mistake in them. */
type wrongKeys<
  Tables extends AnyTables,
  Name extends string,
  ForeignKey,
> = ForeignKey extends `${infer Key}:${string} ${infer Target}.${infer Field} ${infer Inverse} ${infer As}`
  ? Target extends keyof Tables
    ? Field extends keyof Tables[Target]['columns']
      ?
          | wrongTarget<
              Tables,
              Name,
              Key,
              Target,
              Field,
              typed<Tables[Name]['columns'][Key]>,
              typed<Tables[Target]['columns'][Field]>
            >
          | wrongRelation<Tables, Target, Inverse, Key, `many:${Name}.${Key}`>
          | wrongRelation<Tables, Name, relationName<Key, Field, As>, Key, `one:${Name}.${Key}`>
      : Wrong<
          Key,
          message<
            'unknownTarget',
            [Name, Key, `${Target}.${Field}`, Target, Field, suggestion<Field, keyof Tables[Target]['columns']>]
          >
        >
    : Wrong<Key, message<'unknownTable', [Name, Key, `${Target}.${Field}`, Target, suggestion<Target, keyof Tables>]>>
  : ForeignKey extends `${infer Key}:${string} ${infer To} ${string} ${string}`
    ? Wrong<Key, message<'malformedReference', [Name, Key, To]>>
    : never

type wrongTarget<
  Tables extends AnyTables,
  Name extends string,
  Key extends string,
  Target extends string,
  Field extends string,
  Own,
  Found,
> = [Own, Found] extends [
  { readonly '~type': infer Type extends string },
  { readonly '~type': infer Other extends string; readonly '~options': infer Options },
]
  ? Type extends Other
    ? isKey<Tables[Target], Field, Options> extends true
      ? never
      : Wrong<Key, message<'targetNotUnique', [Name, Key, `${Target}.${Field}`]>>
    : Wrong<Key, message<'targetType', [Name, Key, Type, `${Target}.${Field}`, Other]>>
  : never

/** A relation has a name of its own, which is no column's, and only this key makes it. */
type wrongRelation<
  Tables extends AnyTables,
  From extends string,
  Relation extends string,
  Key extends string,
  Over extends string,
> = Relation extends ''
  ? never
  : Relation extends keyof Tables[From]['columns']
    ? Wrong<Key, message<'relationIsColumn', [From, Relation]>>
    : at<relationsByPlace<Tables>, `${From}.${Relation}`> extends `${From}.${Relation}>${Over}`
      ? never
      : Wrong<Key, message<'sameRelation', [From, Relation]>>

/** Whether one column alone is a key of its table. Twin: `isKey` in src/schema/foreign-keys.ts. */
// biome-ignore format: columns line up
export type isKey<Table extends AnyTable, Field extends string, Options> =
  'unique' extends Options                                                                              ? true :
  'primaryKey' extends Options                                                                          ? true :
  Table extends { readonly primaryKey: readonly [Field] | { readonly columns: readonly [Field] } }      ? true :
  Table extends { readonly uniques: infer Uniques }                                                     ? hasKey<Uniques[keyof Uniques], Field> :
                                                                                                          false

type hasKey<Keys, Field extends string> = [
  Extract<Keys, readonly [Field] | { readonly columns: readonly [Field] }>,
] extends [never]
  ? false
  : true

/** The foreign keys in a table's options. */
type checkedKeys<Tables extends AnyTables, Table> = Table extends { readonly foreignKeys: infer Keys }
  ? { readonly foreignKeys: { readonly [Key in keyof Keys]: checkedKey<Tables, Key & string, Keys[Key]> } }
  : unknown

type checkedKey<Tables extends AnyTables, Key extends string, Given> = Given extends {
  readonly references: infer Target extends string
}
  ? Target extends keyof Tables
    ? unknown
    : { readonly references: Refusal<message<'unknownKeyTable', [Key, Target, suggestion<Target, keyof Tables>]>> }
  : unknown

/** Eight characters at least, and any: TypeScript takes one for each placeholder, and what is left for the last. */
// biome-ignore lint/suspicious/noExplicitAny: `string` may be empty in a pattern, `any` may not
type Eight = `${any}${any}${any}${any}${any}${any}${any}${any}`
/** More than 63 characters. PERF: one comparison, where counting would take one for each character. */
// biome-ignore lint/suspicious/noExplicitAny: as above
type Long = `${Eight}${Eight}${Eight}${Eight}${Eight}${Eight}${Eight}${Eight}${any}`
/** Long enough for underscores to matter. */
// biome-ignore lint/suspicious/noExplicitAny: as above
type Half = `${Eight}${Eight}${Eight}${Eight}${any}`

export type checkedName<Name extends string> = Name extends Half
  ? snakeCase<Name> extends Long
    ? Refusal<message<'longName', [snakeCase<Name>]>>
    : unknown
  : unknown

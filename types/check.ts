/** Refuses a wrong literal: the wrong key is given a type that nothing has, named by the sentence. Twin: src/schema/build.ts. */
import type { checkedDefault } from './column.ts'
import type { AnyColumn } from './literal.ts'
import type { doubt, Straight } from './doubt.ts'
import type { Half, Long } from './name-length.ts'
import type { snakeCase } from './naming.ts'
import type { suggestion } from './nearest.ts'
import type { message, Refusal } from './refusal.ts'
import type { checkedNames } from './strays.ts'
import type { checkedOptions } from './table-check.ts'
import type { allOrigins, at, foreignKeys, forwardIn, inverseIn, linkOrigins, targetIn } from './relation.ts'
import type { AnyTable, AnyTables, insertOf, typed } from './schema.ts'

/** The tables as they must be: what is right is `unknown`, what is wrong is a `Refusal`. */
export type checked<Tables extends AnyTables> = Tables extends Straight
  ? [doubt<Tables>] extends [never]
    ? unknown
    : checkedEach<Tables>
  : checkedEach<Tables>

type checkedEach<Tables extends AnyTables> = {
  readonly [Name in keyof Tables]: refusedAt<wrongKeys<Tables, Name & string, foreignKeys<Tables[Name]>>> &
    checkedColumns<Tables[Name]['columns']> &
    checkedOptions<Tables[Name]['columns'], Tables[Name]> &
    checkedLink<Tables, Name & string, Tables[Name]> &
    checkedKeys<Tables, Tables[Name]>
}

/** The relations over a join table. */
type checkedLink<Tables extends AnyTables, Name extends string, Table extends AnyTable> = Table extends {
  readonly link: object
}
  ? refusedIn<wrongLinks<Tables, linkOrigins<Name, Table>>>
  : unknown

type refusedIn<Mistake> = [Mistake] extends [never] ? unknown : { readonly link: refusals<Mistake> }

type wrongLinks<
  Tables extends AnyTables,
  Origin,
> = Origin extends `${string}.${infer Far}:link ${string} ${infer Target}.* ${string}`
  ? wrongRelation<Tables, Target, inverseIn<Origin>, Far, `many <- ${Origin}`>
  : never

/** Each column of a table by itself: its name, and its default where it is a plain object that has not met the check of `t`. */
type checkedColumns<Columns> = {
  readonly columns: { readonly [Key in keyof Columns]: checkedName<Key & string> & checkedLiteral<Columns[Key]> }
}

type checkedLiteral<Column> = Column extends { readonly '~type': string }
  ? unknown
  : Column extends AnyColumn
    ? checkedDefault<Column['type'], NonNullable<insertOf<Column>>, Column> &
        checkedNames<Column['type'], Column, keyof AnyColumn>
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
> = ForeignKey extends `${infer Key}:${string} ${string} ${infer Target}.${infer Field} ${string} ${string}`
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
          | wrongRelation<Tables, Target, inverseIn<`${Name}.${ForeignKey}`>, Key, `many <- ${Name}.${ForeignKey}`>
          | wrongRelation<Tables, Name, forwardIn<ForeignKey>, Key, `one <- ${Name}.${ForeignKey}`>
      : Wrong<
          Key,
          message<
            'unknownTarget',
            [Name, Key, `${Target}.${Field}`, Target, Field, suggestion<Field, keyof Tables[Target]['columns']>]
          >
        >
    : Wrong<Key, message<'unknownTable', [Name, Key, `${Target}.${Field}`, Target, suggestion<Target, keyof Tables>]>>
  : ForeignKey extends `${infer Key}:${string} ${string} ${infer To} ${string} ${string}`
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

/** A relation has a name of its own, which is no column's and no other relation's. */
type wrongRelation<
  Tables extends AnyTables,
  From extends string,
  Name extends string,
  Key extends string,
  Relation extends string,
> = Name extends keyof Tables[From]['columns']
  ? Wrong<Key, message<'relationIsColumn', [From, Name]>>
  : at<relationsByPlace<Tables>, `${From}.${Name}`> extends Relation
    ? never
    : Wrong<Key, message<'sameRelation', [From, Name]>>

/** The relations by where they leave from and their name, as `users.posts`: two in one place are a mistake. */
type relationsByPlace<Tables extends AnyTables> = {
  readonly [Relation in `${'one' | 'many'} <- ${allOrigins<Tables>}` as placeOf<Relation>]: Relation
}

type placeOf<Relation> = Relation extends `one <- ${infer Table}.${infer ForeignKey}`
  ? `${Table}.${forwardIn<ForeignKey>}`
  : Relation extends `many <- ${infer Origin}`
    ? `${targetIn<Origin>}.${inverseIn<Origin>}`
    : never

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

export type checkedName<Name extends string> = Name extends Half
  ? snakeCase<Name> extends Long
    ? Refusal<message<'longName', [snakeCase<Name>]>>
    : unknown
  : unknown

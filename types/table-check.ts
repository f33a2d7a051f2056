/** Refuses table options that name a column which the table does not have, and what is no option. Twins: src/schema/constraints.ts, check-parts.ts. */
import type { Fragment } from '../src/base/fragment.ts'
import type {
  AnyTable,
  Exclude as Exclusion,
  ForeignKey,
  Index,
  Key,
  PartitionBy,
  PartitionOf,
  Policy,
  Trigger,
} from './literal.ts'
import type { suggestion } from './nearest.ts'
import type { message, Refusal } from './refusal.ts'
import type { namesIn, refusedEach, refusedOption, refusedStrays, straysIn } from './strays.ts'

/**
 * The options as they must be beside these columns.
 * PERF: one comparison finds that all is right; only options with a mistake are taken apart.
 */
export type checkedOptions<Columns, Options> = [Options] extends [Right<keyof Columns & string>]
  ? [strays<Options>] extends [never]
    ? unknown
    : refusedOptions<Columns, Options>
  : refusedOptions<Columns, Options>

/** The parts with an option that is none, and what is no part. */
type strays<Options> =
  | Exclude<keyof Options, keyof AnyTable>
  | straysIn<Options, 'indexes', keyof Index>
  | straysIn<Options, 'foreignKeys', keyof ForeignKey>
  | straysIn<Options, 'excludes', keyof Exclusion>
  | straysIn<Options, 'uniques', keyof LongKey>
  | (Options extends { readonly primaryKey: infer One }
      ? [namesIn<One>] extends [keyof LongKey]
        ? never
        : 'primaryKey'
      : never)

type LongKey = Exclude<Key, readonly string[]>

/** Options that name no column but these. */
interface Right<Name extends string> {
  readonly primaryKey?: RightKey<Name>
  readonly uniques?: { readonly [key: string]: RightKey<Name> }
  readonly foreignKeys?: { readonly [key: string]: { readonly columns: readonly Name[] } }
  readonly indexes?: {
    readonly [index: string]: { readonly on: readonly RightElement<Name>[]; readonly include?: readonly Name[] }
  }
  readonly excludes?: { readonly [exclude: string]: { readonly elements: readonly { readonly on: Name | Fragment }[] } }
  // Any object with some of its keys would fit a type of optional ones: these are always looked at key by key.
  readonly link?: undefined
  readonly partitionBy?: undefined
  readonly partitionOf?: undefined
  readonly policies?: undefined
  readonly triggers?: undefined
}

type RightKey<Name extends string> = readonly Name[] | { readonly columns: readonly Name[] }
type RightElement<Name extends string> = Name | Fragment | { readonly column?: Name }

// biome-ignore format: columns line up
type refusedOptions<Columns, Options> = {
  readonly [Name in keyof Options]:
    Name extends 'primaryKey'                                ? checkedKey<Columns, 'the primary key', Options[Name]> :
    Name extends 'uniques'                                   ? { readonly [Key in keyof Options[Name]]: checkedKey<Columns, `unique key '${Key & string}'`, Options[Name][Key]> } :
    Name extends 'foreignKeys'                               ? { readonly [Key in keyof Options[Name]]: checkedForeignKey<Columns, `foreign key '${Key & string}'`, Options[Name][Key]> } :
    Name extends 'indexes'                                   ? { readonly [Key in keyof Options[Name]]: checkedIndex<Columns, `index '${Key & string}'`, Options[Name][Key]> } :
    Name extends 'excludes'                                  ? { readonly [Key in keyof Options[Name]]: checkedExclude<Columns, `exclusion '${Key & string}'`, Options[Name][Key]> } :
    Name extends 'link'                                      ? { readonly [Key in keyof Options[Name]]: Key extends keyof Columns ? unknown : Refusal<message<'unknownOptionColumn', ['the link', Key & string, suggestion<Key & string, keyof Columns>]>> } :
    Name extends 'partitionBy'                               ? checkedPartitionBy<Columns, Options[Name]> :
    Name extends 'partitionOf'                               ? refusedStrays<'partitionOf', Options[Name], keyof PartitionOf> :
    Name extends 'policies'                                  ? refusedEach<'policy', Options[Name], keyof Policy> :
    Name extends 'triggers'                                  ? refusedEach<'trigger', Options[Name], keyof Trigger> :
                                                               refusedOption<'the table', Name, keyof AnyTable>
}

type checkedKey<Columns, Subject extends string, Given> = Given extends readonly unknown[]
  ? checkedNames<Columns, Subject, Given>
  : Given extends { readonly columns: infer Names }
    ? {
        readonly [Name in keyof Given]: Name extends 'columns'
          ? checkedNames<Columns, Subject, Names>
          : refusedOption<Subject, Name, keyof LongKey>
      }
    : unknown

type checkedForeignKey<Columns, Subject extends string, Given> = {
  readonly [Name in keyof Given]: Name extends 'columns'
    ? checkedNames<Columns, Subject, Given[Name]>
    : refusedOption<Subject, Name, keyof ForeignKey>
}

type checkedIndex<Columns, Subject extends string, Given> = {
  readonly [Name in keyof Given]: Name extends 'on' | 'include'
    ? checkedNames<Columns, Subject, Given[Name]>
    : refusedOption<Subject, Name, keyof Index>
}

type checkedExclude<Columns, Subject extends string, Given> = {
  readonly [Name in keyof Given]: Name extends 'elements'
    ? checkedElements<Columns, Subject, Given[Name]>
    : refusedOption<Subject, Name, keyof Exclusion>
}

type checkedElements<Columns, Subject extends string, Elements> = {
  readonly [At in keyof Elements]: checkedElement<Columns, Subject, Elements[At]>
}

type checkedElement<Columns, Subject extends string, Given> = {
  readonly [Name in keyof Given]: Name extends 'on' ? checkedColumnName<Columns, Subject, Given[Name]> : unknown
}

/** A partition may be partitioned in its turn. */
// biome-ignore format: columns line up
type checkedPartitionBy<Columns, Given> = {
  readonly [Way in keyof Given]:
    Way extends 'range' | 'list' | 'hash' ? checkedNames<Columns, 'the partition key', Given[Way]> :
    Way extends 'partitions'              ? { readonly [Partition in keyof Given[Way]]: checkedPartition<Columns, Given[Way][Partition]> } :
                                            refusedOption<'the partition key', Way, keyof PartitionBy>
}

type checkedPartition<Columns, Given> = Given extends { readonly partitionBy: infer Inner }
  ? { readonly partitionBy: checkedPartitionBy<Columns, Inner> }
  : unknown

type checkedNames<Columns, Subject extends string, Names> = {
  readonly [At in keyof Names]: checkedColumnName<Columns, Subject, Names[At]>
}

type checkedColumnName<Columns, Subject extends string, Name> = Name extends string
  ? Name extends keyof Columns
    ? unknown
    : Refusal<message<'unknownOptionColumn', [Subject, Name, suggestion<Name, keyof Columns>]>>
  : Name extends { readonly column: infer Inner extends string }
    ? Inner extends keyof Columns
      ? unknown
      : { readonly column: Refusal<message<'unknownOptionColumn', [Subject, Inner, suggestion<Inner, keyof Columns>]>> }
    : unknown

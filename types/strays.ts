/** Refuses options that are none: no compiler looks for those in what is generic over the options. Twin: src/schema/check-parts.ts. */
import type { Fragment } from '../src/base/fragment.ts'
import type { Identity, NotNull } from './literal.ts'
import type { suggestion } from './nearest.ts'
import type { message, Refusal } from './refusal.ts'

/** One option of a part: right, or refused with the name that was probably meant. */
export type refusedOption<Subject extends string, Name, Names> = Name extends Names
  ? unknown
  : Refusal<message<'unknownPartOption', [Subject, Name & string, suggestion<Name & string, Names & string>]>>

/** A part with such options only as are among these names. */
export type refusedStrays<Subject extends string, Given, Names> = [keyof Given] extends [Names]
  ? unknown
  : { readonly [Name in keyof Given]: refusedOption<Subject, Name, Names> }

/** The same for each of several, as `view 'active'`. */
export type refusedEach<Word extends string, Given, Names> = {
  readonly [Name in keyof Given]: refusedStrays<`${Word} '${Name & string}'`, Given[Name], Names>
}

/** The name of an option that holds parts, if one of them has an option that is none. */
export type straysIn<Options, Part extends string, Names> = Part extends keyof Options
  ? [namesIn<Options[Part][keyof Options[Part]]>] extends [Names]
    ? never
    : Part
  : never

/** The options of a part, of which a list has none. */
export type namesIn<One> = One extends readonly unknown[] ? never : keyof One

/** The options of a column as they must be, with those of its type alone among the names. */
export type checkedColumn<Kind extends string, Given, Names> = Judged<refusedColumn<Kind, Given, Names>>[judgement<
  Given,
  Names
>]

/** The same of a column that is written out, where what has options of its own is not looked into. */
export type checkedNames<Kind extends string, Given, Names> = keyof Given extends Names
  ? unknown
  : refusedColumn<Kind, Given, Names>

/**
 * The same where none has options of its own, without a word on what is wrong, which a later overload says.
 * PERF: it is asked of every column that says more than `nullable` and `default`.
 */
export type knownNames<Given, Names> = Unsaid[judgementOfNames<Given, Names>]

/**
 * What follows from a judgement. What a function with type parameters of its own hands on is not known yet, and no condition is decided then;
 * but a member by the name that a condition gives is looked up by what the type parameters extend.
 */
interface Judged<Refused> {
  readonly right: unknown
  readonly wrong: Refused
}

interface Unsaid {
  readonly right: unknown
  readonly wrong: never
}

type judgement<Given, Names> = Given extends Short ? judgementOfNames<Given, Names> : 'wrong'
type judgementOfNames<Given, Names> = Given extends unknown ? (keyof Given extends Names ? 'right' : 'wrong') : never

/** Options without options of their own. */
interface Short {
  readonly unique?: boolean
  readonly check?: Fragment
  readonly identity?: string
  readonly notNull?: string
  /** Without it, options that have nothing to do with these would not be comparable at all. */
  readonly [other: string]: unknown
}

// biome-ignore format: columns line up
type refusedColumn<Kind extends string, Given, Names> = {
  readonly [Name in keyof Given]:
    Name extends 'unique'   ? refusedLong<`the unique key of a column of type '${Kind}'`, Given[Name], 'name' | 'nullsNotDistinct' | 'deferrable'> :
    Name extends 'check'    ? refusedLong<`the check of a column of type '${Kind}'`, Given[Name], 'name' | 'on' | 'noInherit'> :
    Name extends 'identity' ? refusedLong<`the identity of a column of type '${Kind}'`, Given[Name], keyof Exclude<Identity, string>> :
    Name extends 'notNull'  ? refusedLong<`the NOT NULL of a column of type '${Kind}'`, Given[Name], keyof NotNull> :
                              refusedOption<`a column of type '${Kind}'`, Name, Names>
}

/** What may be said in a short form, which has no options. */
type refusedLong<Subject extends string, Given, Names> = Given extends string | boolean | Fragment | undefined
  ? unknown
  : refusedStrays<Subject, Given, Names>

/** What one column is at compile time: the type of its value, and what the rest of the schema may ask of it. */
import type { Fragment } from '../src/base/fragment.ts'
import type { KindName, Kinds, Modes, Multirange, MultirangeInput, Range, RangeInput } from '../src/base/kinds.ts'
import type { message, Refusal } from './refusal.ts'

/** The options that change what the compiler knows of a column. The others matter to the database alone. */
export type Option = 'nullable' | 'default' | 'generated' | 'identity' | 'always' | 'unique' | 'primaryKey' | 'version'

/**
 * A column as `t` gives it. The members with a tilde are phantoms: they carry types and are not there at run time.
 * A column of one kind with the same options is the same type wherever it is written, so that each question about it is
 * answered once for the whole schema.
 */
export interface Column<
  Type extends string,
  Value,
  Options extends Option = never,
  Input = Value,
  Pointer extends string = never,
> {
  readonly type: KindName
  /** The type by its name in SQL; a foreign key and its target have the same one. */
  readonly '~type': Type
  readonly '~select': 'nullable' extends Options ? Value | null : Value
  readonly '~insert': 'nullable' extends Options ? Input | null : Input
  /** The same, and never where the database alone writes it. */
  readonly '~write': insertMode<Options> extends 'forbidden' ? never : 'nullable' extends Options ? Input | null : Input
  readonly '~mode': insertMode<Options>
  readonly '~options': Options
  /** The type, where this column alone is a key of its table, so that others may point to it. */
  readonly '~key': Options & ('unique' | 'primaryKey') extends never ? never : Type
  /**
   * What the rest of the schema asks of the column, as one string: whether an insert must name it and, where it points
   * somewhere, of which type, where to, and what the relations are called. `'required bigint users.id posts author'` is a
   * key to `users.id` with `inverse: 'posts', as: 'author'`; nothing stands where no name was given.
   */
  readonly '~facts': [Pointer] extends [never] ? insertMode<Options> : `${insertMode<Options>} ${Pointer}`
}

/** Whether an insert must, may or must not name a column. Twin: src/schema/insert-mode.ts. */
// biome-ignore format: columns line up
export type insertMode<Options extends Option> =
  'generated' extends Options  ? 'forbidden' :
  'always' extends Options     ? 'forbidden' :
  'identity' extends Options   ? 'optional' :
  'default' extends Options    ? 'optional' :
  'version' extends Options    ? 'optional' :
  'nullable' extends Options   ? 'optional' :
                                 'required'

/** A column from what was written in its options. */
export type columnOf<Type extends string, Value, Given, Input = Value> = Column<
  Type,
  Value,
  optionsOf<Given>,
  Input,
  pointerOf<Type, Given>
>

/** What the options say that the column points to. */
export type pointerOf<Type extends string, Given> = Given extends { readonly references: infer To extends string }
  ? pointerTo<Type, To, Given>
  : never

export type pointerTo<
  Type extends string,
  To extends string,
  Given,
> = `${Type} ${To} ${inverseIn<Given>} ${asIn<Given>}`

/** The options that are on. PERF: where none is written as `false`, the keys themselves are the answer. */
export type optionsOf<Given> = Given extends Straight ? keyof Given & Option : optionsOn<Given>

interface Straight {
  readonly nullable?: true
  readonly unique?: true | object
  readonly primaryKey?: true
  readonly version?: true
  readonly identity?: undefined
  /** Without it, options that have nothing to do with these would not be comparable at all. */
  readonly [other: string]: unknown
}

type optionsOn<Given> =
  | { [Name in keyof Given & Option]: Given[Name] extends false | undefined ? never : Name }[keyof Given & Option]
  | alwaysOf<Given>

type alwaysOf<Given> = Given extends { readonly identity: 'always' | { readonly when: 'always' } } ? 'always' : never

export type asIn<Given> = Given extends { readonly as: infer Name extends string } ? Name : ''
export type inverseIn<Given> = Given extends { readonly inverse: infer Name extends string } ? Name : ''

/** The value of a kind under the mode that was asked for. */
export type valueIn<Kind extends keyof Modes, Given> = Given extends {
  readonly mode: infer Mode extends keyof Modes[Kind]
}
  ? Modes[Kind][Mode]
  : jsOf<Kind>

/** The same as it may be written: the bounds of a range may be left out. */
export type inputIn<Kind extends keyof Modes, Given> = looser<valueIn<Kind, Given>>

type looser<Value> =
  Value extends Range<infer Bound>
    ? RangeInput<Bound>
    : Value extends Multirange<infer Bound>
      ? MultirangeInput<Bound>
      : Value

export type jsOf<Kind extends KindName> = Kinds[Kind]['js'] extends { readonly value?: infer Value }
  ? Exclude<Value, undefined>
  : never

export type inputOf<Kind extends KindName> = Kinds[Kind]['js'] extends { readonly input?: infer Input }
  ? Exclude<Input, undefined>
  : jsOf<Kind>

/** Refuses a default of another type than the column's, in the words that the runtime uses. */
export type checkedDefault<Kind extends string, Input, Given> = Given extends { readonly default: infer Default }
  ? Default extends Input | Fragment | null
    ? unknown
    : { readonly default: Refusal<message<'defaultType', [Kind, wantedName<Input>, typeName<Default>]>> }
  : unknown

/** What a value is called in a sentence. Twin: src/schema/type-name.ts. */
// biome-ignore format: columns line up
export type typeName<Value> =
  Value extends string             ? 'a string' :
  Value extends number             ? 'a number' :
  Value extends bigint             ? 'a bigint' :
  Value extends boolean            ? 'a boolean' :
  Value extends null               ? 'null' :
  Value extends Date               ? 'a Date' :
  Value extends Uint8Array         ? 'a Uint8Array' :
  Value extends readonly unknown[] ? 'an array' :
                                     'an object'

/** What a column wants, in a sentence. */
type wantedName<Input> = [Input] extends [string]
  ? string extends Input
    ? 'a string'
    : `one of ${quotedUnion<Input>}`
  : typeName<Input>

type quotedUnion<Names extends string> = `'${Names}'`

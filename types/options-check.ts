/** Refuses options of a schema that are none, and those of its views, functions and other parts. Twin: src/schema/check-parts.ts. */
import type {
  DomainDefinition,
  FunctionDefinition,
  Index,
  Raw,
  SchemaOptions,
  SequenceDefinition,
  View,
} from './literal.ts'
import type { refusedEach, refusedOption, refusedStrays, straysIn } from './strays.ts'

/**
 * The options as they must be.
 * PERF: a few comparisons find that all is right; only options with a mistake are taken apart.
 */
export type checkedSchemaOptions<Options> = [strays<Options>] extends [never] ? unknown : refusedOptions<Options>

type strays<Options> =
  | Exclude<keyof Options, keyof SchemaOptions>
  | straysIn<Options, 'domains', keyof Domain>
  | straysIn<Options, 'sequences', keyof SequenceDefinition>
  | straysIn<Options, 'views', keyof View>
  | straysIn<Options, 'functions', keyof FunctionDefinition>
  | straysIn<Options, 'raw', keyof Raw>
  | (Options extends { readonly extensions: infer All } ? straysOfExtensions<All> : never)
  | (Options extends { readonly views: infer Views } ? straysOfIndexes<Views[keyof Views]> : never)

type Domain = Omit<DomainDefinition, 'name'>
type Extension = Exclude<NonNullable<SchemaOptions['extensions']>[number], string>

type straysOfExtensions<All> = All extends readonly (infer One)[] ? straysOf<One, keyof Extension> : never
type straysOf<One, Names> = One extends string ? never : Exclude<keyof One, Names>
type straysOfIndexes<View> = View extends { readonly indexes: object } ? straysIn<View, 'indexes', keyof Index> : never

// biome-ignore format: columns line up
type refusedOptions<Options> = {
  readonly [Name in keyof Options]:
    Name extends 'extensions' ? refusedExtensions<Options[Name]> :
    Name extends 'domains'    ? refusedEach<'domain', Options[Name], keyof Domain> :
    Name extends 'sequences'  ? refusedEach<'sequence', Options[Name], keyof SequenceDefinition> :
    Name extends 'views'      ? { readonly [Key in keyof Options[Name]]: refusedView<Key & string, Options[Name][Key]> } :
    Name extends 'functions'  ? refusedEach<'function', Options[Name], keyof FunctionDefinition> :
    Name extends 'raw'        ? refusedEach<'raw', Options[Name], keyof Raw> :
                                refusedOption<'the schema', Name, keyof SchemaOptions>
}

type refusedExtensions<All> = {
  readonly [At in keyof All]: All[At] extends { readonly name: infer Name extends string }
    ? refusedStrays<`extension '${Name}'`, All[At], keyof Extension>
    : unknown
}

type refusedView<Key extends string, Given> = {
  readonly [Name in keyof Given]: Name extends 'indexes'
    ? refusedEach<'index', Given[Name], keyof Index>
    : refusedOption<`view '${Key}'`, Name, keyof View>
}

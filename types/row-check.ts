/** Refuses a wrong row where it is added, in the words that the session uses. Twin: src/session/give.ts. */
import type { suggestion } from './nearest.ts'
import type { message, Refusal } from './refusal.ts'
import type { foreignKeyOf, forwardOf } from './relation.ts'
import type { Insert, keysOf, Loose } from './row.ts'
import type { AnySchema, AnyTable, columnsOf, TableName } from './schema.ts'

/**
 * What a row must be besides itself: a row as `Insert` has it, or, where a key is wrong, missing or one too many, the sentence.
 * PERF: while the compiler looks for `Given` it compares the row with all that this might be. The branch that no row takes
 * makes that `unknown`, which it does not look into: 4,210 -> 3,584 a table, and 4,360 without it (bench/types, TypeScript 7).
 */
export type checkedRow<S extends AnySchema, Name extends TableName<S>, Given> = [Given] extends [never]
  ? unknown
  : rowAsIs<S, Name, Given>

type rowAsIs<S extends AnySchema, Name extends TableName<S>, Given> = [unknownKeys<S, Name, Given>] extends [never]
  ? [forbiddenKeys<S, Name, Given>] extends [never]
    ? [missingKeys<S, Name, Given>] extends [never]
      ? [twiceKeys<S['tables'][Name], Given>] extends [never]
        ? Insert<S, Name>
        : {
            readonly [Key in twiceKeys<S['tables'][Name], Given> & string]: Refusal<
              message<'relatedTwice', [Name, Key, relationOver<S, Name, Key>]>
            >
          }
      : {
          readonly [Key in missingKeys<S, Name, Given> & string]: Refusal<
            missingSentence<Name, Key, relationOver<S, Name, Key>>
          >
        }
    : { readonly [Key in forbiddenKeys<S, Name, Given> & string]: Refusal<message<'forbiddenColumn', [Name, Key]>> }
  : {
      readonly [Key in unknownKeys<S, Name, Given> & string]: Refusal<
        message<'unknownColumn', [Name, Key, suggestion<Key, keyof Loose<S, Name>>]>
      >
    }

type unknownKeys<S extends AnySchema, Name extends TableName<S>, Given> = Exclude<keyof Given, keyof Loose<S, Name>>

/** The columns that the database alone writes and that were given all the same. */
type forbiddenKeys<S extends AnySchema, Name extends TableName<S>, Given> = {
  [Key in keysOf<columnsOf<S, Name>, 'forbidden'> & keyof Given]: undefined extends Given[Key] ? never : Key
}[keysOf<columnsOf<S, Name>, 'forbidden'> & keyof Given]

/** The columns that must be given, less those whose row is given in their place. */
type missingKeys<S extends AnySchema, Name extends TableName<S>, Given> = notCovered<
  S,
  Name,
  Exclude<keysOf<columnsOf<S, Name>, 'required'>, keyof Given>,
  keyof Given
>

/** The foreign keys that were given both as columns and as rows. */
type twiceKeys<Table extends AnyTable, Given> = twice<Table, Given, foreignKeyOf<Table> & keyof Given>

type twice<Table extends AnyTable, Given, Key> = Key extends keyof Given & string
  ? forwardOf<Table, Key> extends infer Relation extends keyof Given
    ? [Relation] extends [never]
      ? never
      : undefined extends Given[Key] | Given[Relation]
        ? never
        : Key
    : never
  : never

type notCovered<S extends AnySchema, Name extends TableName<S>, Keys, Given> = Keys extends string
  ? [relationOver<S, Name, Keys>] extends [never]
    ? Keys
    : relationOver<S, Name, Keys> extends Given
      ? never
      : Keys
  : never

/** The relation over a column, under whose name its row may be given; never where there is none. */
type relationOver<S extends AnySchema, Name extends TableName<S>, Key extends string> =
  Key extends foreignKeyOf<S['tables'][Name]> ? forwardOf<S['tables'][Name], Key> : never

type missingSentence<Name extends string, Key extends string, Relation extends string> = [Relation] extends [never]
  ? message<'missingColumn', [Name, Key]>
  : message<'missingReference', [Name, Key, Relation]>

/** Refuses a wrong row where it is added, in the words that the session uses. Twin: src/session/give.ts. */
import type { suggestion } from './nearest.ts'
import type { message, Refusal } from './refusal.ts'
import type { facts, forwardIn, keyIn, pointing } from './relation.ts'
import type { Loose } from './row.ts'
import type { AnySchema, columnsOf, TableName } from './schema.ts'

/**
 * What a row must be: its values as `Loose` has them and, where a key is wrong, missing or one too many, the sentence.
 * PERF: `Given` is found in the branch that no row takes. With `Given & …` it would be compared twice, and a value of the wrong
 * type would be said to be no `never`.
 */
export type checkedRow<S extends AnySchema, Name extends TableName<S>, Given> = [Given] extends [never]
  ? Given
  : checkedGiven<S, Name, Given>

/** PERF: a condition of its own, which the compiler does not look behind while it looks for `Given`. */
type checkedGiven<S extends AnySchema, Name extends TableName<S>, Given> = [Given] extends [never]
  ? unknown
  : Loose<S, Name> & refusedKeys<S, Name, Given, facts<S['tables'][Name]>>

type refusedKeys<S extends AnySchema, Name extends TableName<S>, Given, Facts> = [
  unknownKeys<S, Name, Exclude<keyof Given, keyof columnsOf<S, Name>>>,
] extends [never]
  ? [forbiddenKeys<Given, keyIn<Facts & `${string}:forbidden`> & keyof Given>] extends [never]
    ? [missing<Facts & `${string}:required${string}`, keyof Given>] extends [never]
      ? [relationsIn<Facts> & keyof Given] extends [never]
        ? unknown
        : refusedTwice<Name, twice<pointing<Facts>, Given>>
      : {
          readonly [Each in missing<Facts & `${string}:required${string}`, keyof Given> &
            string as keyIn<Each>]: Refusal<missingSentence<Name, keyIn<Each>, forwardIn<Each>>>
        }
    : {
        readonly [Key in forbiddenKeys<Given, keyIn<Facts & `${string}:forbidden`> & keyof Given> & string]: Refusal<
          message<'forbiddenColumn', [Name, Key]>
        >
      }
  : {
      readonly [Key in unknownKeys<S, Name, keyof Given> & string]: Refusal<
        message<'unknownColumn', [Name, Key, suggestion<Key, keyof Loose<S, Name>>]>
      >
    }

/** PERF: the keys of relations are asked for only where there are keys that are no columns. */
type unknownKeys<S extends AnySchema, Name extends TableName<S>, Keys> = [Keys] extends [never]
  ? never
  : Exclude<Keys, keyof Loose<S, Name>>

/** The columns that the database alone writes and that were given all the same. */
type forbiddenKeys<Given, Keys> = Keys extends keyof Given ? (undefined extends Given[Keys] ? never : Keys) : never

/** Of the columns that must be given, those that were not, less those whose row was. */
type missing<Facts, Keys> = Facts extends unknown
  ? keyIn<Facts> extends Keys
    ? never
    : [forwardIn<Facts> & Keys] extends [never]
      ? Facts
      : never
  : never

type missingSentence<Name extends string, Key extends string, Relation extends string> = [Relation] extends [never]
  ? message<'missingColumn', [Name, Key]>
  : message<'missingReference', [Name, Key, Relation]>

/** The names of the relations that leave from a table. */
type relationsIn<Facts> = forwardIn<pointing<Facts>>

/** The foreign keys that were given both as columns and as rows. */
type twice<ForeignKey, Given> = ForeignKey extends unknown
  ? twiceIn<ForeignKey, Given, keyIn<ForeignKey>, forwardIn<ForeignKey>>
  : never

type twiceIn<ForeignKey, Given, Key, Relation> = [Key, Relation] extends [keyof Given, keyof Given]
  ? [Relation] extends [never]
    ? never
    : undefined extends Given[Key & keyof Given] | Given[Relation & keyof Given]
      ? never
      : ForeignKey
  : never

type refusedTwice<Name extends string, ForeignKey> = [ForeignKey] extends [never]
  ? unknown
  : {
      readonly [Each in ForeignKey & string as keyIn<Each>]: Refusal<
        message<'relatedTwice', [Name, keyIn<Each>, forwardIn<Each>]>
      >
    }

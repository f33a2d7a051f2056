/** How the things of a schema are known: by the database's names. */
import type { FunctionDefinition } from '../../../types/literal.ts'
import { fragmentText } from '../../ddl/fragment-text.ts'
import type { QualifiedName } from '../../schema/model.ts'

/** A schema and a name in one string; no name holds the byte between. */
export function nameOf({ schema, name }: QualifiedName): string {
  return `${schema}\0${name}`
}

/** What a function is called, with the types of its arguments where they are known. */
export function functionName(given: FunctionDefinition & { readonly name: string }): string {
  return given.signature ?? given.name
}

/** A function's schema and name, as its text says them. */
export function functionQualifiedName(given: FunctionDefinition & { readonly name: string }): QualifiedName {
  const [, schema = 'public', name = given.name] =
    /^(?:"?((?:[^".(]|"")+)"?\.)?"?((?:[^"(]|"")+?)"?(?:\(|$)/.exec(functionName(given)) ?? []
  return { schema, name: name.replaceAll('""', '"') }
}

/** The part of a function that Postgres holds to what it names: its types, and a body that was read when it was made. */
export function boundText(given: FunctionDefinition): string {
  const text = fragmentText(given.sql)
  // Postgres prints each clause on a line of its own, and the body last.
  const [, body = 'AS'] = /\n(AS|BEGIN ATOMIC|RETURN)\b/.exec(text) ?? []
  return body === 'AS' ? functionHeader(given) : text
}

/** What `create or replace` cannot change: the names and types of what goes in and comes out. */
export function functionHeader({ sql }: FunctionDefinition): string {
  return fragmentText(sql).replace(/\n LANGUAGE [\s\S]*$/, '')
}

/** Things by `nameOf`. */
export function byName<Thing extends QualifiedName>(things: readonly Thing[]): ReadonlyMap<string, Thing> {
  return new Map(things.map(thing => [nameOf(thing), thing]))
}

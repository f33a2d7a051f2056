/** What types are made of: what Postgres drops together with one, and what goes after all of them. */
import type { Model } from '../../schema/model.ts'

type Raw = Model['raw'][number]
type FunctionModel = Model['functions'][number]

/** The functions that read and write the values of a type, or make them alike. They are made of it as it is made of them, and go with it. */
export function functionsOfTypes({ functions }: Model, types: Iterable<Raw>): ReadonlySet<FunctionModel> {
  const made = [...types].filter(one => one.kind === 'base type' || one.kind === 'range')
  return new Set(
    functions.filter(one =>
      made.some(type => type.dependsOn?.includes(one.name) === true && one.dependsOn?.includes(type.name) === true),
    ),
  )
}

/** What other types may have in them. */
const kinds: ReadonlySet<string> = new Set(['type', 'base type', 'range', 'collation'])

/** The names of types and collations that are kept as SQL, of the functions that checks of domains call, and of all that they are made of. */
export function beneath({ raw, functions, types }: Model): ReadonlySet<string> {
  const needs = new Map([...raw, ...functions].map(one => [one.name, one.dependsOn ?? []]))
  const found = new Set<string>()
  const add = (name: string): void => {
    const below = needs.get(name)
    if (below === undefined || found.has(name)) return
    found.add(name)
    for (const other of below) add(other)
  }
  for (const { kind, name } of raw) if (kinds.has(kind)) add(name)
  for (const type of types) if (type.kind === 'domain') for (const name of type.dependsOn) add(name)
  return found
}

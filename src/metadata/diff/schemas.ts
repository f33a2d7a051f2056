/** Schemas, be it for what they hold or, with nothing in them that has a typed form, by themselves. */
import { quote } from '../../base/identifier.ts'
import { change } from '../../ddl/change/change.ts'
import { schemaNames } from '../../ddl/create.ts'
import type { Change } from '../../schema/change.ts'
import type { Model } from '../../schema/model.ts'

function schemasOf(model: Model): string[] {
  const alone = model.raw.filter(isSchema).map(({ name }) =>
    name
      .replace(/^schema "?/, '')
      .replace(/"$/, '')
      .replaceAll('""', '"'),
  )
  return [...new Set([...schemaNames(model), ...alone])]
}

export function isSchema({ kind }: Model['raw'][number]): boolean {
  return kind === 'schema'
}

export function newSchemas(from: Model, to: Model): Change[] {
  const stand = new Set(schemasOf(from))
  return schemasOf(to)
    .filter(name => !stand.has(name))
    .map(name =>
      change('create schema', name, `create schema ${quote(name)}`, { inverse: `drop schema ${quote(name)}` }),
    )
}

export function goneSchemas(from: Model, to: Model): Change[] {
  const stay = new Set(schemasOf(to))
  return schemasOf(from)
    .filter(name => !stay.has(name))
    .map(name => change('drop schema', name, `drop schema ${quote(name)}`, { inverse: `create schema ${quote(name)}` }))
}

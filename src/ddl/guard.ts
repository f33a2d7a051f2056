/** What has no `if not exists` of its own gets one. */
import { literal } from '../base/identifier.ts'
import type { QualifiedName } from '../schema/model.ts'

/** An anonymous block that runs the statement unless the query finds a row. Both may hold any text. */
export function guarded(query: string, statement: string): string {
  const body = `\nbegin\n  if not exists (\n    ${query}\n  ) then\n    ${statement};\n  end if;\nend\n`
  const tag = dollarTag(body)
  return `do ${tag}${body}${tag}`
}

/**
 * The schema that a name printed by `quoteQualified` would be created in. `public` is not printed, so Postgres creates
 * in the first schema of the search path; looking into that very one keeps the guard and its statement in step.
 */
export function creationSchema(named: QualifiedName): string {
  return named.schema === 'public' ? 'current_schema()' : literal(named.schema)
}

/** A dollar quote that the text does not hold. */
function dollarTag(text: string): string {
  if (!text.includes('$$')) return '$$'
  let tag = '$cupel$'
  for (let count = 1; text.includes(tag); count++) tag = `$cupel${count}$`
  return tag
}

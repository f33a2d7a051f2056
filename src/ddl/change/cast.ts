/** Between which types Postgres has a cast of its own; between others, values go by way of their text. */

/** Groups in which each type is cast to each other (`pg_cast`, PostgreSQL 15). */
const groups: readonly ReadonlySet<string>[] = [
  new Set(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision']),
  new Set(['integer', 'boolean']),
  new Set(['integer', 'bigint', 'bit', 'bit varying']),
  new Set(['numeric', 'money']),
  new Set(['date', 'timestamp without time zone', 'timestamp with time zone']),
  new Set(['time without time zone', 'time with time zone']),
  new Set(['json', 'jsonb']),
  new Set(['inet', 'cidr']),
  new Set(['macaddr', 'macaddr8']),
]

/** Pairs in one direction. */
const pairs: ReadonlySet<string> = new Set([
  'timestamp without time zone > time without time zone',
  'timestamp with time zone > time without time zone',
  'timestamp with time zone > time with time zone',
  'interval > time without time zone',
  'time without time zone > interval',
])

/** Types that take any value's text, and are read as any value's. */
const texts: ReadonlySet<string> = new Set(['text', 'character varying', 'character', '"char"', 'name', 'citext'])

/** @param from and `to`: types as Postgres writes them */
export function hasCast(from: string, to: string): boolean {
  const [was, is] = [bare(from), bare(to)]
  if (was === is || texts.has(was) || texts.has(is)) return true
  if (was.endsWith('[]') || is.endsWith('[]')) {
    return was.endsWith('[]') && is.endsWith('[]') && hasCast(was.slice(0, -2), is.slice(0, -2))
  }
  return groups.some(group => group.has(was) && group.has(is)) || pairs.has(`${was} > ${is}`)
}

/** The type without what qualifies it. */
function bare(type: string): string {
  return type
    .replace(
      /^(timestamp|time)(?:\(\d+\))?( with(?:out)? time zone)?/,
      (_, name, zone) => `${name}${zone ?? ' without time zone'}`,
    )
    .replace(/^interval.*?(?=\[\]|$)/, 'interval')
    .replace(/\([^)]*\)/, '')
}

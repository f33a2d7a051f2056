/** What counts in a comparison only where the literal says something of it. */
import type { Raw } from '../../types/literal.ts'
import type { AnySchema } from '../../types/schema.ts'
import { modelOf } from '../schema/define.ts'
import { isAccessOf } from './diff/access.ts'

/** What a database has where `public` was made again, as it is in many. */
const ofPublic: ReadonlySet<string> = new Set([
  'comment on schema public',
  'owner of schema public',
  'privilege revoke usage on schema public from public',
])

/** What is the database's own business unless the literal says something of it. */
const unsaid = [
  ['owner', 'privilege', 'default privilege'],
  ['tablespace'],
  ['security label'],
  ['subscription'],
] as const

/** What was found without what the literal leaves to the database. */
export function withoutUnsaid(found: AnySchema, wanted: AnySchema): AnySchema {
  if (found.options.raw === undefined) return found
  const isUnsaid = unsaidIn(wanted)
  return withRaw(
    found,
    Object.entries(found.options.raw).filter(one => !isUnsaid(...one)),
  )
}

/** The owners and privileges that are left to the database: what is made again has them again, though no literal says so. */
export function unsaidAccess(found: AnySchema, wanted: AnySchema): readonly Named[] {
  const isUnsaid = unsaidIn(wanted)
  return Object.entries(found.options.raw ?? {}).filter(([name, raw]) => isUnsaid(name, raw) && !ofPublic.has(name))
}

/** Those of them that are of things which a schema has. */
export function accessIn(schema: AnySchema, access: readonly Named[]): readonly Named[] {
  if (access.length === 0) return []
  const model = modelOf(schema)
  return access.filter(([name, raw]) => isAccessOf(model, { name, ...raw }))
}

/** The schema with those of them that are of things which it has. */
export function withAccess(schema: AnySchema, access: readonly Named[]): AnySchema {
  const own = accessIn(schema, access)
  return own.length === 0 ? schema : withRaw(schema, [...Object.entries(schema.options.raw ?? {}), ...own])
}

type Named = readonly [name: string, raw: Raw]

function unsaidIn(wanted: AnySchema): (name: string, raw: Raw) => boolean {
  const said = new Set(Object.values(wanted.options.raw ?? {}).map(raw => raw.kind))
  const kinds = new Set<string>(unsaid.filter(group => !group.some(kind => said.has(kind))).flat())
  return (name, { kind }) => kinds.has(kind) || (ofPublic.has(name) && wanted.options.raw?.[name] === undefined)
}

function withRaw(schema: AnySchema, raw: readonly Named[]): AnySchema {
  return { ...schema, options: { ...schema.options, raw: Object.fromEntries(raw) } }
}

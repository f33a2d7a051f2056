/** What belongs to all databases of a server: roles, and the tablespaces that keep files. */
import { literal, quote } from '../base/identifier.ts'
import type { EngineCore } from './engine.ts'

interface Named {
  readonly kind: 'role' | 'tablespace'
  readonly name: string
}

const globalObjects = `
  select 'role' as kind, rolname::text as name from pg_roles where rolname !~ '^pg_'
  union all select 'tablespace', spcname::text from pg_tablespace where spcname !~ '^pg_'`

/**
 * Makes those that the other server has and this one has not, by name alone: a role there may not do anything, and a tablespace is a folder of
 * its own. For an embedded database that stands in for another, whose schema may name them.
 */
export async function copyGlobalObjects(from: EngineCore, to: EngineCore): Promise<void> {
  const known = new Set((await named(to)).map(identity))
  const missing = (await named(from)).filter(one => !known.has(identity(one)))
  if (missing.some(({ kind }) => kind === 'tablespace')) await to.execute('set allow_in_place_tablespaces = on')
  for (const { kind, name } of missing)
    await to.execute(`create ${kind} ${quote(name)}${kind === 'tablespace' ? ` location ${literal('')}` : ''}`)
}

async function named(engine: EngineCore): Promise<readonly Named[]> {
  return (await engine.execute<Named>(globalObjects)).rows
}

function identity({ kind, name }: Named): string {
  return `${kind} ${name}`
}

/** A role of its own, for a test that looks at what belongs to a role on a server which other files use too. */
import { onTestFinished } from 'vitest'
import { createEngine, type Engine } from '../src/index.ts'
import { pgDriver } from './drivers.ts'

export interface Limited {
  /** A new database, as the role reaches it. */
  readonly address: string
  readonly role: string
  /** The same database, as its owner reaches it. */
  readonly admin: Engine
}

/** What the role makes, and the role, are gone after the test. */
export async function limitedRole(may: 'createdb' | 'nocreatedb'): Promise<Limited> {
  const address = new URL(await pgDriver.database())
  const role = `cupel_${address.pathname.slice(-12)}`
  const admin = createEngine(address.href)
  await admin.execute(`create role ${role} login password 'cupel' ${may}; grant all on schema public to ${role}`)
  onTestFinished(async () => {
    await admin.execute(`drop owned by ${role} cascade; drop role ${role}`)
    await admin.dispose()
  })
  address.username = role
  address.password = 'cupel'
  return { address: address.href, role, admin }
}

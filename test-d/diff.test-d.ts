import {
  type AnySchema,
  type Change,
  createEngine,
  defineSchema,
  type Hazard,
  type HazardKind,
  type LockMode,
  type Plan,
  t,
  table,
  type TableLock,
} from '../src/index.ts'
import { same } from './equal.ts'

const engine = createEngine(undefined, { schema: defineSchema({ users: table({ id: t.id(), name: t.text() }) }) })

const plan = engine.metadata.diff({ renames: { 'users.name': 'full_name', people: null }, schemas: ['public'] })
same<Awaited<typeof plan>, Plan>(true)
// @ts-expect-error a new name is a text, or null
engine.metadata.diff({ renames: { 'users.name': 1 } })
// @ts-expect-error no such option
engine.metadata.diff({ rename: { 'users.name': 'full_name' } })

const read = async (): Promise<void> => {
  const found = engine.metadata.reflect({
    schemas: ['app'],
    privileges: false,
    tablespaces: false,
    onLeftOut: one => void [one.kind, one.name, one.message],
  })
  same<typeof found, Promise<AnySchema>>(true)
  // @ts-expect-error whether they are read, not which
  await engine.metadata.reflect({ tablespaces: ['fast'] })
  // @ts-expect-error whether they are read, not whose
  await engine.metadata.reflect({ privileges: 'app' })
  // @ts-expect-error schemas are a list
  await engine.metadata.reflect({ schemas: 'app' })
  // @ts-expect-error no such option
  await engine.metadata.reflect({ owners: false })
}
same<typeof read, () => Promise<void>>(true)

const apply = async (): Promise<void> => {
  const done = engine.metadata.apply(await plan, {
    allow: ['drop-column:users.name'],
    lockTimeout: 1000,
    onChange: (change, at) => void [change.sql, at],
  })
  same<typeof done, Promise<void>>(true)
  // @ts-expect-error hazards are allowed by name
  await engine.metadata.apply(await plan, { allow: true })
  // @ts-expect-error a plan is not its statements
  await engine.metadata.apply(['drop table users'])
  const open = await engine.metadata.hazards(await plan, ['drop-column:*'])
  same<typeof open, readonly Hazard[]>(true)
}
same<typeof apply, () => Promise<void>>(true)

same<Change['transaction'], 'shared' | 'own' | 'none'>(true)
same<HazardKind, 'data loss' | 'blocks' | 'may fail' | 'irreversible' | 'access' | 'stale'>(true)
same<TableLock['mode'], LockMode>(true)
export const write = (change: Change): void => {
  // @ts-expect-error a change is read, not written
  change.sql = ''
}

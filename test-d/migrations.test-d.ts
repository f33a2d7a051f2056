import {
  createEngine,
  type Migrations,
  MigrationError,
  type MigrationModule,
  type MigrationProgress,
  type MigrationResult,
  type MigrationStatus,
  migrationText,
  type Proof,
  proveMigration,
  type Squashed,
} from '../src/index.ts'
import type { Plan } from '../src/schema/change.ts'
import { type Equal, same } from './equal.ts'

const engine = createEngine()
const migrations = engine.metadata.migrations('./migrations', { lockTimeout: 1000, schema: 'deploy' })
same<typeof migrations, Migrations>(true)

const up = migrations.up({ to: 'a', allow: ['changed', 'missing', 'out of order'] })
same<Awaited<typeof up>, MigrationResult>(true)
// @ts-expect-error a database that has some of what a migration stands for cannot be let pass
migrations.up({ allow: ['half squashed'] })
// @ts-expect-error down counts migrations
migrations.down({ steps: '1' })
migrations.down({ to: null })
const status = migrations.status()
same<Awaited<typeof status>, MigrationStatus[]>(true)
same<MigrationStatus['state'], 'pending' | 'applied' | 'squashed' | 'running' | 'failed'>(true)
const squashed = migrations.squash({ as: 'steps' })
same<Awaited<typeof squashed>, Squashed>(true)
// @ts-expect-error there are two ways
migrations.squash({ as: 'rows' })
migrations.repair({ accept: ['a'] })

const written = (plan: Plan): void => void migrations.write({ title: 'join teams', ...migrationText(plan) })
same<Parameters<typeof written>, [Plan]>(true)
// @ts-expect-error it needs the way back, too
migrationText({ changes: [] })
engine.metadata.apply({ changes: [] })

const proof = proveMigration({ from: { tables: {}, options: {} }, to: { tables: {}, options: {} }, up: 'select 1' })
same<Awaited<typeof proof>, Proof>(true)
// @ts-expect-error a way up is needed
proveMigration({ from: { tables: {}, options: {} }, to: { tables: {}, options: {} } })

const told = (event: MigrationProgress): string => {
  // @ts-expect-error nobody is named while it waits
  void event.migration
  return event.kind === 'waiting' ? 'waiting' : event.migration
}
migrations.up({ onProgress: told })

export const fill: MigrationModule = {
  up: async tx => {
    const { rows } = await tx.execute<{ id: number }>('select id from users')
    same<typeof rows, { id: number }[]>(true)
  },
}
// @ts-expect-error a way up is needed
export const empty: MigrationModule = { down: async () => {} }

const failed = new MigrationError('migrationEmpty', ['a'])
type Place = Pick<MigrationError, 'migration' | 'step' | 'line' | 'done'>
type Wanted = {
  readonly migration: string | null
  readonly step: number | null
  readonly line: number | null
  readonly done: readonly string[]
}
const isEqual: Equal<Place, Wanted> = true
void [failed, isEqual]

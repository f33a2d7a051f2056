import {
  createEngine,
  type EngineWarning,
  type WarningCode,
  type HolderKind,
  type HolderReport,
  PoolExhausted,
  type PoolOptions,
  type StatementError,
} from '../src/index.ts'
import { same } from './equal.ts'

same<
  keyof PoolOptions,
  | 'max'
  | 'min'
  | 'acquireTimeout'
  | 'connectTimeout'
  | 'idleTimeout'
  | 'maxLifetime'
  | 'checkAfterIdle'
  | 'waitForServer'
>(true)
const engine = createEngine('postgres://localhost/db', { pool: { max: 20, min: 2, acquireTimeout: 5000 } })
same<ReturnType<typeof engine.warmUp>, Promise<void>>(true)
// @ts-expect-error times are numbers
createEngine('postgres://localhost/db', { pool: { idleTimeout: '10s' } })
// @ts-expect-error a name of pg
createEngine('postgres://localhost/db', { pool: { idleTimeoutMillis: 10 } })

declare const error: unknown
if (error instanceof PoolExhausted) {
  same<typeof error.connections, number>(true)
  same<typeof error.waited, number>(true)
  same<typeof error.holders, readonly HolderReport[]>(true)
  const statement: StatementError = error
  same<typeof statement.retryable, boolean>(true)
}
same<HolderReport['kind'], HolderKind>(true)
same<HolderReport['from'], string | null>(true)
same<HolderReport['sql'], string | null>(true)
same<HolderReport['held'], number>(true)
same<HolderReport['idle'], number>(true)
same<HolderKind, 'statement' | 'transaction' | 'session' | 'stream' | 'connection' | 'query' | 'listen'>(true)

same<ReturnType<typeof engine.on>, () => void>(true)
engine.on('warning', event => {
  same<typeof event, EngineWarning>(true)
  same<typeof event.code, WarningCode>(true)
  same<typeof event.from, string | null>(true)
})
same<WarningCode, 'besideTransaction' | 'heldIdle' | 'abandoned'>(true)
// @ts-expect-error a threshold is for slow statements
engine.on('warning', () => {}, { threshold: 10 })
// @ts-expect-error no such event
engine.on('warnings', () => {})
createEngine('postgres://localhost/db', { reportIdleAfter: 60_000 })

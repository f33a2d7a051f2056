/** Connections, and what becomes of a program that waits for them: what docs/pools.md shows, as a program. */
import { createEngine, PoolExhausted } from '../../src/index.ts'

// docs: open
await using engine = createEngine(process.env.DATABASE_URL, {
  pool: { max: 1, acquireTimeout: 200, waitForServer: 30_000 },
})
await engine.warmUp()

// docs: exhausted
const tx = await engine.begin()
await tx.execute('select 1')
try {
  await engine.execute('select 2')
} catch (error) {
  if (!(error instanceof PoolExhausted)) throw error
  for (const { kind, sql } of error.holders) console.log(`a ${kind} has it, and last ran '${sql}'`)
}
await tx.rollback()
// docs: end
console.log((await engine.execute('select 3 as n')).scalar())

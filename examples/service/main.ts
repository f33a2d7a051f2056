/**
 * An HTTP service: `npx tsx examples/service/main.ts` on an embedded database, or on the one that DATABASE_URL names. PORT says where it
 * listens on loopback (any free port unless stated), GRACE how many milliseconds of work in flight SIGTERM waits for.
 */
import { createEngine } from '../../src/index.ts'
import { routes } from './routes.ts'
import { schema } from './schema.ts'
import { Service } from './service.ts'

const { DATABASE_URL, PORT = '0', GRACE = '10000' } = process.env

const engine = createEngine(DATABASE_URL, { schema, pool: { max: 10, acquireTimeout: 2000 } })
await engine.metadata.createAll()
const service = new Service(engine, routes)
console.log(`listening on ${await service.listen(Number(PORT))}`)

// docs: stop
async function stop(): Promise<void> {
  const grace = Number(GRACE)
  // What the grace does not end, as a database that answers nothing, is ended all the same.
  setTimeout(() => process.exit(1), grace + 5000).unref()
  await service.stop(grace)
  await engine.dispose()
  console.log('stopped')
}

// Once: the second signal ends the process as it would have without us.
process.once('SIGTERM', stop)
process.once('SIGINT', stop)

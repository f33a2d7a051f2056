/**
 * Reads from replicas: what docs/replicas.md shows, as a program. It needs the address of a primary as PRIMARY_URL and those of servers
 * that follow it as REPLICA_URLS, with spaces between them; test/replicas.test.ts runs it.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { createEngine, defineSchema, type Result, t, table } from '../../src/index.ts'

const schema = defineSchema({ remarks: table({ id: t.id(), text: t.text() }) })
const { PRIMARY_URL: primary = '', REPLICA_URLS: urls = '' } = process.env
const replicas = urls.split(' ')

// docs: engine
await using engine = createEngine({ primary, replicas }, { schema })
// docs: end
await engine.metadata.dropAll()
await engine.metadata.createAll()
await caughtUp()

// docs: where
const where = ({ server }: Result): string => (server === undefined ? 'the primary' : 'a replica')

console.log(where(await engine.execute('select * from remarks'))) // => a replica
console.log(where(await engine.execute('select * from remarks for update'))) // => the primary
// docs: end
await caughtUp()

// docs: own
await engine.execute('insert into remarks (text) values (:text)', { text: 'first' })
console.log(where(await engine.execute('select * from remarks'))) // => the primary
// docs: end
await caughtUp()

// docs: on
console.log(where(await engine.execute('select * from remarks', [], { on: 'primary' }))) // => the primary
console.log(where(await engine.execute('select pg_backend_pid()', [], { on: 'replica' }))) // => a replica
// docs: end

/** Waits until the replicas have what was written; a program has no need of it, since until then the primary answers. */
async function caughtUp(): Promise<void> {
  while ((await engine.execute('select 1')).server === undefined) await pause(10)
}

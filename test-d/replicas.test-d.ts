import { Pool } from 'pg'
import { createEngine, defineSchema, type Result, type ServerAddress, type Servers, t, table } from '../src/index.ts'
import { same } from './equal.ts'

const schema = defineSchema({ users: table({ id: t.id(), email: t.text() }) })
const url = 'postgres://127.0.0.1/app'

const engine = createEngine({ primary: url, replicas: [url, new Pool()] }, { schema })
same<Awaited<ReturnType<typeof session.get<'users'>>>, Awaited<ReturnType<typeof alone.get<'users'>>>>(true)
const session = engine.session()
const alone = createEngine(url, { schema }).session()

same<keyof Servers, 'primary' | 'replicas'>(true)
same<keyof ServerAddress, 'address' | 'port'>(true)
same<Result['server'], ServerAddress | undefined>(true)

// @ts-expect-error there are replicas
createEngine({ primary: url })
// @ts-expect-error there is a primary
createEngine({ replicas: [url] })
// @ts-expect-error it is a list
createEngine({ primary: url, replicas: url })
// @ts-expect-error no such key
createEngine({ primary: url, replicas: [url], standby: url })

await engine.execute('select 1', [], { on: 'primary' })
for await (const row of engine.stream('select 1', [], { on: 'replica' }))
  same<typeof row, Record<string, unknown>>(true)
for await (const row of engine.copyTo('users', { on: 'replica' })) same<typeof row.email, string>(true)
// @ts-expect-error no such place
await engine.execute('select 1', [], { on: 'standby' })

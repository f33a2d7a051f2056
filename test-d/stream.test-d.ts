import {
  createEngine,
  type ListenOptions,
  type Notification,
  type StatementOptions,
  type StreamOptions,
  sql,
} from '../src/index.ts'
import { same } from './equal.ts'

const engine = createEngine()
const rows = engine.stream<{ id: number }>('select id from users', [], {
  batch: 10,
  signal: new AbortController().signal,
})
for await (const row of rows) same<typeof row, { id: number }>(true)
for await (const row of engine.stream('select 1')) same<typeof row, Record<string, unknown>>(true)
for await (const row of engine.stream(sql`select 1`)) same<typeof row, Record<string, unknown>>(true)
await engine.transaction(async tx => {
  for await (const row of tx.stream<{ n: bigint }>('select :n as n', { n: 1n })) same<typeof row, { n: bigint }>(true)
})

same<keyof StreamOptions, 'batch' | 'signal' | 'on'>(true)
same<keyof StatementOptions, 'signal' | 'timeout' | 'on'>(true)
await engine.execute('select 1', [], { signal: new AbortController().signal, timeout: 1000 })
// @ts-expect-error milliseconds are a number
await engine.execute('select 1', [], { timeout: '1s' })
// @ts-expect-error no such option
await engine.execute('select 1', [], { time: 1 })
// @ts-expect-error rows are asked for in numbers
engine.stream('select 1', [], { batch: true })

same<Awaited<ReturnType<typeof engine.executeMany>>, number>(true)
await engine.executeMany('insert into users (name) values (:name)', [{ name: 'a' }, { name: null }])
// @ts-expect-error each set is an array or an object
await engine.executeMany('insert into users (name) values ($1)', ['a'])

for await (const one of engine.listen('jobs', { onListening: again => same<typeof again, boolean>(true) }))
  same<typeof one, Notification>(true)
same<keyof ListenOptions, 'signal' | 'onListening'>(true)
same<Notification, { readonly channel: string; readonly payload: string }>(true)
await engine.notify('jobs', 'one')
// @ts-expect-error a payload is text
await engine.notify('jobs', 1)

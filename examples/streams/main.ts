/** Rows in their thousands, in and out: what docs/streams.md shows, as a program. */
import { createWriteStream } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type CopyRow, createEngine, defineSchema, t, table } from '../../src/index.ts'

const schema = defineSchema({
  readings: table({ id: t.id(), sensor: t.text(), celsius: t.numeric({ precision: 5, scale: 2, mode: 'number' }) }),
})
await using engine = createEngine(process.env.DATABASE_URL, { schema })
await engine.metadata.dropAll()
await engine.metadata.createAll()

// docs: copyFrom
async function* readings(): AsyncGenerator<CopyRow<typeof schema, 'readings'>> {
  for (let n = 0; n < 10_000; n++) yield { sensor: `s${n % 7}`, celsius: n / 100 }
}
console.log(await engine.copyFrom('readings', readings())) // => 10000

// docs: refused
const rows = [
  { sensor: 's1', celsius: 20 },
  { sensor: 's2', celsius: 12_345 },
]
console.log(await engine.copyFrom('readings', rows).catch(String))

// docs: copyTo
let warmest = 0
for await (const { celsius } of engine.copyTo('readings')) warmest = Math.max(warmest, celsius)
console.log(warmest) // => 99.99

const means = 'select sensor, avg(celsius)::float8 as mean from readings group by sensor order by sensor'
for await (const { sensor, mean } of engine.copyTo<{ sensor: string; mean: number }>(means)) console.log(sensor, mean)

// docs: file
const file = join(tmpdir(), `readings-${process.pid}.csv`)
await pipeline(Readable.from(engine.copyTo('readings', { format: 'csv', header: true })), createWriteStream(file))

// docs: end
const lines = (await readFile(file, 'utf8')).split('\n')
console.log(lines.length, lines.slice(0, 2))
await rm(file)

// docs: stream
const warm = 'select id, celsius from readings where celsius > :least order by id'
for await (const { id, celsius } of engine.stream<{ id: number; celsius: number }>(warm, { least: 50 })) {
  console.log(id, celsius)
  if (celsius > 50.02) break // the server stops, and the connection goes back
}

// docs: listen
const controller = new AbortController()
const { signal } = controller
const onListening = () => void engine.notify('readings', 'one more')
for await (const { payload } of engine.listen('readings', { signal, onListening })) {
  console.log(payload)
  controller.abort()
}

// docs: end
await engine.metadata.dropAll()

/** What the channels of `node:diagnostics_channel` cost: with nobody listening, against the same code without them, and with a listener. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import pg from 'pg'
import { poolChannel, Watch } from '../../src/engine/observe.ts'
import { createEngine } from '../../src/index.ts'
import { startPostgres } from '../../test/postgres-server.ts'
import { median, report, type Taken, turns, type Way } from './turns.ts'
import { type Found, check, fill, makeTable, many, schema, selectMany, selectOne } from './users.ts'

// Many short turns: what is looked for is less than what the machine does to a long one.
const rounds = Number(process.env.ROUNDS ?? 300)
const warmUp = 40
const keys = 256
const times = 2

const root = fileURLToPath(new URL('../..', import.meta.url))
const copy = `${root}.tmp/unwatched`
/** Where a statement asks whether anybody listens. */
const questions: readonly [file: string, asked: RegExp][] = [
  ['executor.ts', /watch\.isOn \? watch\.during\(statement, \(\) => this\.#fetch\(.*?\)\) : (?=this\.#fetch\()/],
  ['engine.ts', /poolChannel\.hasSubscribers \? acquired\(\(\) => driver\.acquire\(.*?\)\) : (?=driver\.acquire\()/],
]

/** This very code with the observation of statements and connections taken out. */
async function unwatched(): Promise<typeof createEngine> {
  rmSync(copy, { recursive: true, force: true })
  for (const folder of ['src', 'types']) cpSync(root + folder, `${copy}/${folder}`, { recursive: true })
  for (const [file, asked] of questions) {
    const path = `${copy}/src/engine/${file}`
    const parts = readFileSync(path, 'utf8').split(asked)
    if (parts.length !== 2) throw new Error(`${file} does not ask ${asked} once: say here what it asks`)
    writeFileSync(path, parts.join(''))
  }
  const made = (await import(pathToFileURL(`${copy}/src/index.ts`).href)) as { createEngine: typeof createEngine }
  return made.createEngine
}

type Reading = Pick<ReturnType<typeof createEngine>, 'execute'>

const byKey = async (engine: Reading): Promise<void> => {
  for (let id = 1; id <= keys; id++) check((await engine.execute<Found>(selectOne, [id])).rows, 1, id)
}
const full = async (engine: Reading): Promise<void> => {
  for (let time = 0; time < times; time++) check((await engine.execute<Found>(selectMany, [many])).rows, many, many)
}

/** The difference to the first way in each round, and of those the median: what the machine does in a round falls on both. */
function differences(taken: readonly Taken[]): string {
  const [base, ...others] = taken
  return others
    .map(({ way, cpu }) => {
      const apart = cpu.map((one, round) => one - base!.cpu[round]!).toSorted((a, b) => a - b)
      const [low, high] = [apart[apart.length >> 2]!, apart[(3 * apart.length) >> 2]!]
      return `${way.name}: ${median(apart).toFixed(3)} µs a row more than without (half of the rounds: ${low.toFixed(3)} to ${high.toFixed(3)})`
    })
    .join('\n')
}

async function measure(title: string, address: string, rows: number, work: (engine: Reading) => Promise<void>) {
  await using without = (await unwatched())(address, { schema, pool: { max: 1 } })
  await using engine = createEngine(address, { schema, pool: { max: 1 } })
  let told = 0
  const listener = (): void => void told++
  const channels = ['cupel:statement', 'cupel:pool']
  const ways: Way[] = [
    { name: 'observation taken out', isBase: true, run: () => work(without) },
    { name: 'nobody listens', isBase: false, run: () => work(engine) },
    {
      name: 'a listener to each channel',
      isBase: false,
      async run() {
        for (const name of channels) subscribe(name, listener)
        await work(engine)
        for (const name of channels) unsubscribe(name, listener)
      },
    },
  ]
  const taken = await turns(ways, { rows, rounds, warmUp, garbage: 'young', between: async () => {} })
  if (told === 0) throw new Error('the listener heard nothing')
  console.log(`\n${title}\n\n${report(taken)}\n\n${differences(taken)}`)
}

/** What a statement asks, by itself, in nanoseconds of CPU: a bound that a busy machine does not blur. */
function askedAlone(): string {
  const watch = new Watch(undefined)
  const times = 20_000_000
  let answers = 0
  const ask = (): void => {
    for (let time = 0; time < times; time++) {
      if (watch.isOn) answers++
      if (poolChannel.hasSubscribers) answers++
    }
  }
  // Until V8 has made the best of it.
  for (let warm = 0; warm < 3; warm++) ask()
  const before = process.cpuUsage()
  ask()
  const { user, system } = process.cpuUsage(before)
  if (answers > 0) throw new Error('somebody listens')
  return (((user + system) * 1000) / times).toFixed(1)
}

const { url: address, stop } = await startPostgres()
try {
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  await client.query(makeTable)
  await client.query(fill)
  await client.end()
  console.log(`Node ${process.version}, ${rounds} rounds; median (least-most); CPU is that of the client`)
  console.log(`\nthe questions of one statement alone: ${askedAlone()} ns`)
  await measure('a row by its key, one after the other', address, keys, byKey)
  await measure(`${many} rows of nine columns`, address, times * many, full)
} finally {
  await stop()
  rmSync(copy, { recursive: true, force: true })
}

/** What it costs to read a schema of many tables, and to find how it differs from the literal. `DATABASE` is the address of another server. */
import pg from 'pg'
import type { AnyTable, SchemaOptions } from '../../types/literal.ts'
import type { AnySchema } from '../../types/schema.ts'
import { startPostgres } from '../../test/postgres-server.ts'
import { createEngine, defineSchema, sql, t, table } from './built.ts'
import { median } from './turns.ts'

const rounds = Number(process.env.ROUNDS ?? 5)
const sizes = (process.env.TABLES ?? '250,1000').split(',').map(Number)
const changed = 50

/**
 * Each table has a key, two foreign keys, a unique key, a check and an index; each tenth has a view of it and of the one before, a trigger, which
 * is off and so kept as SQL, and a comment on its check. Fifty tables may each be another in one of five ways.
 */
function literal(count: number, isChanged: boolean): AnySchema {
  const tables: Record<string, AnyTable> = {}
  const views: Record<string, { as: ReturnType<typeof sql> }> = {}
  const raw: Record<string, NonNullable<SchemaOptions['raw']>[string]> = {}
  const step = Math.floor(count / changed)
  for (let at = 0; at < count; at++) {
    const name = `table_${at}`
    const way = isChanged && at % step === 0 ? (at / step) % 5 : -1
    // The cast: the names are made here, so that no type knows them.
    tables[name] = table(
      {
        id: t.id(),
        parent: t.bigint({ nullable: true }),
        other: t.bigint({ nullable: true }),
        label: t.varchar(way === 0 ? 80 : 40),
        amount: way === 1 ? t.bigint() : t.integer(),
        made: t.timestamptz(),
        ...(way === 2 ? { more: t.text({ nullable: true }) } : {}),
      },
      {
        uniques: { [`${name}_label`]: ['label'] },
        checks: { [`${name}_amount`]: way === 3 ? sql`amount >= 0` : sql`amount > 0` },
        indexes: { [`${name}_made`]: { on: way === 4 ? ['made'] : ['made', 'amount'] } },
        foreignKeys: {
          [`${name}_parent`]: { columns: ['parent'], references: `table_${at >> 1}`, target: ['id'] },
          [`${name}_other`]: { columns: ['other'], references: `table_${(at * 7) % count}`, target: ['id'] },
        },
      },
    ) as unknown as AnyTable
    if (at % 10 !== 7) continue
    const dangerous = (text: string) => sql`${sql.dangerous(text)}`
    views[`view_${at}`] = {
      as: dangerous(
        `select one.id, one.amount, two.label from ${name} one join table_${at - 1} two on two.id = one.parent`,
      ),
    }
    raw[`comment ${at}`] = {
      kind: 'comment',
      sql: dangerous(`comment on constraint ${name}_amount on ${name} is 'more than none'`),
    }
    raw[`trigger ${at}`] = {
      kind: 'trigger',
      sql: dangerous(
        `create or replace trigger ${name}_audit before update on ${name} for each row execute function audit(); alter table ${name} disable trigger ${name}_audit`,
      ),
    }
  }
  const audit = {
    sql: sql`create or replace function audit() returns trigger language plpgsql as 'begin return new; end'`,
  }
  return defineSchema(tables as never, { views, raw, functions: { audit } } as never) as AnySchema
}

interface Taken {
  readonly wall: number
  readonly cpu: number
  readonly found: number
}

async function measured(work: () => Promise<number>): Promise<Taken> {
  const cpu = process.cpuUsage()
  const wall = performance.now()
  const found = await work()
  const { user, system } = process.cpuUsage(cpu)
  return { wall: performance.now() - wall, cpu: (user + system) / 1000, found }
}

async function measure(address: string, count: number): Promise<void> {
  await using engine = createEngine(address, { schema: literal(count, false) })
  await using other = createEngine(address, { schema: literal(count, true) })
  const made = await measured(async () => {
    await engine.metadata.createAll()
    return 0
  })
  const ways: readonly (readonly [string, () => Promise<number>])[] = [
    ['reflect()', async () => Object.keys((await engine.metadata.reflect()).tables).length],
    ['diff(), nothing changed', async () => (await engine.metadata.diff()).changes.length],
    [`diff(), ${changed} tables changed`, async () => (await other.metadata.diff()).changes.length],
  ]
  const taken = ways.map((): Taken[] => [])
  for (let round = -1; round < rounds; round++) {
    for (const [at, [, work]] of ways.entries()) {
      const one = await measured(work)
      if (round >= 0) taken[at]!.push(one)
    }
  }
  const cell = (numbers: readonly number[]): string =>
    `${median(numbers).toFixed(0)} (${Math.min(...numbers).toFixed(0)}-${Math.max(...numbers).toFixed(0)})`
  console.log(`\n${count} tables, made in ${made.wall.toFixed(0)} ms (CPU ${made.cpu.toFixed(0)})\n`)
  console.log('| what | CPU, ms | wall, ms | found |\n|---|---|---|---|')
  for (const [at, [name]] of ways.entries()) {
    const all = taken[at]!
    console.log(`| ${name} | ${cell(all.map(one => one.cpu))} | ${cell(all.map(one => one.wall))} | ${all[0]?.found} |`)
  }
}

/** On a database of its own, which is dropped after it. */
async function onDatabase(server: string, work: (address: string) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  await client.query('drop database if exists cupel_bench_schema')
  await client.query('create database cupel_bench_schema')
  const address = new URL(server)
  address.pathname = '/cupel_bench_schema'
  try {
    await work(address.href)
  } finally {
    await client.query('drop database cupel_bench_schema with (force)')
    await client.end()
  }
}

const { url: server, stop } =
  process.env.DATABASE === undefined ? await startPostgres() : { url: process.env.DATABASE, stop: async () => {} }
try {
  console.log(`Node ${process.version}, ${rounds} rounds; median (least-most); CPU is that of the client`)
  for (const count of sizes) await onDatabase(server, address => measure(address, count))
} finally {
  await stop()
}

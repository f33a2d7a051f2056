import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diff } from '../src/metadata/diff/diff.ts'
import { createEngine, type Engine, type Transaction } from '../src/index.ts'
import { lockModes } from '../src/schema/change.ts'
import { diffCases, emptied } from './diff-cases.ts'
import { pgDriver } from './drivers.ts'

interface Relation {
  readonly oid: number
  readonly name: string
  readonly kind: string
  readonly file: number
}

const relations = `select c.oid::int8 as oid, c.oid::regclass::text as name, c.relkind::text as kind, c.relfilenode::int8 as file
  from pg_class c where c.relnamespace::regnamespace::text !~ '^pg_|^information_schema$' and c.relkind in ('r', 'p', 'v', 'm', 'i', 'I', 'S')`

async function relationsOf(on: Engine | Transaction): Promise<Map<number, Relation>> {
  const { rows } = await on.execute<Relation>(relations)
  return new Map(rows.map(row => [Number(row.oid), { ...row, oid: Number(row.oid) }]))
}

/** The strongest lock that the transaction holds on each relation. */
async function held(tx: Transaction): Promise<Map<number, number>> {
  const { rows } = await tx.execute<{ oid: number; mode: string }>(
    `select relation::int8 as oid, mode from pg_locks where pid = pg_backend_pid() and locktype = 'relation' and granted`,
  )
  const strongest = new Map<number, number>()
  for (const { oid, mode } of rows) {
    const words = mode.replace(/Lock$/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    // The cast: what the server says is any string.
    const rank = (lockModes as readonly string[]).indexOf(words.toUpperCase())
    strongest.set(Number(oid), Math.max(strongest.get(Number(oid)) ?? -1, rank))
  }
  return strongest
}

describe('what a change says of locks and of rows', () => {
  let engine: Engine
  let target: Engine

  beforeAll(async () => {
    engine = createEngine(await pgDriver.database())
    target = createEngine(await pgDriver.database())
  })

  afterAll(async () => {
    await engine.dispose()
    await target.dispose()
  })

  test.each(diffCases)('$name: is what the server does', async ({ both, from, to, rows }) => {
    await engine.execute(emptied)
    await target.execute(emptied)
    await engine.execute(both + from)
    await target.execute(both + to)
    const before = await engine.metadata.reflect()
    const after = await target.metadata.reflect()
    if (rows !== undefined) await engine.execute(rows)
    const version = Number((await engine.execute('show server_version_num')).scalar())
    const stood = await relationsOf(engine)
    const wrong: string[] = []
    for (const change of diff(before, after, version)) {
      // Nobody can look at what such a statement has locked once it is over.
      if (change.transaction === 'none') {
        await engine.execute(change.sql)
        continue
      }
      await engine.transaction(async tx => {
        const old = await relationsOf(tx)
        const said = new Map<number, string>()
        for (const { mode, on } of change.locks) {
          const oid = (await tx.execute('select to_regclass($1)::oid::int8 as oid', [on])).scalar()
          if (oid === null) wrong.push(`${change.sql}: there is no ${on}`)
          said.set(Number(oid), mode)
        }
        await tx.execute(change.sql)
        const locks = await held(tx)
        for (const [oid, mode] of said) {
          const got = lockModes[locks.get(oid) ?? -1] ?? 'no lock'
          if (got !== mode) wrong.push(`${change.sql}: ${old.get(oid)?.name} has ${got}, not ${mode}`)
        }
        for (const [oid, rank] of locks) {
          const kind = stood.get(oid)?.kind ?? ''
          const isStrong = rank >= lockModes.indexOf('SHARE UPDATE EXCLUSIVE')
          if (isStrong && 'rpvm'.includes(kind) && kind !== '' && !said.has(oid))
            wrong.push(`${change.sql}: ${old.get(oid)?.name} has ${lockModes[rank]}, which is not said`)
        }
        const now = await relationsOf(tx)
        const isAnew = [...old.values()].some(
          ({ oid, kind, file }) => kind === 'r' && now.has(oid) && now.get(oid)?.file !== file,
        )
        if (isAnew !== change.rewrites) wrong.push(`${change.sql}: rows are ${isAnew ? '' : 'not '}written anew`)
      })
    }
    expect(wrong).toEqual([])
  })
})

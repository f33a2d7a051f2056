import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { CommitUnknown, ConnectionLost, createEngine, defineSchema, type Engine, t, table } from '../src/index.ts'
import { type CuttingProxy, startProxy } from './proxy.ts'

const schema = defineSchema({ lines: table({ id: t.id(), round: t.integer(), place: t.integer() }) })

/** What a caller heard. */
type Told = 'done' | 'failed' | 'unknown'

let proxy: CuttingProxy
let direct: Engine<typeof schema>
beforeAll(async () => {
  const name = `faults_${process.pid}`
  const admin = createEngine(inject('postgres'))
  await admin.execute(`drop database if exists ${name}`)
  await admin.execute(`create database ${name}`)
  const url = new URL(inject('postgres'))
  url.pathname = name
  direct = createEngine(url.href, { schema })
  await direct.metadata.createAll()
  proxy = await startProxy(url.href)
  afterAll(async () => {
    await proxy.close()
    await direct.dispose()
    await admin.execute(`drop database ${name} with (force)`)
    await admin.dispose()
  })
})

const ways: { readonly [name: string]: (engine: Engine<typeof schema>, round: number) => Promise<void> } = {
  'a transaction': async (engine, round) => {
    await engine.transaction(
      async tx => {
        await tx.execute('insert into lines (round, place) values ($1, 1)', [round])
        await tx.execute('insert into lines (round, place) values ($1, 2)', [round])
      },
      { retries: 3 },
    )
  },
  'a session': async (engine, round) => {
    await using session = engine.session()
    session.addAll('lines', [
      { round, place: 1 },
      { round, place: 2 },
    ])
    await session.commit()
  },
}

async function tell(work: Promise<void>): Promise<Told> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof CommitUnknown) return 'unknown'
    expect(error).toBeInstanceOf(ConnectionLost)
    return 'failed'
  }
}

describe('a connection that is cut', () => {
  for (const [name, work] of Object.entries(ways)) {
    it(`at any message of ${name} loses and doubles nothing of which its caller heard otherwise`, async () => {
      await using engine = createEngine(proxy.url, { schema, pool: { max: 1 } })
      const heard = new Set<Told>()
      let told: Told | null = null
      // Until the cut comes behind the last message.
      for (let at = 0; told !== 'done'; at++) {
        await engine.execute('select 1')
        proxy.cut(at)
        told = await tell(work(engine, at))
        proxy.cut(null)
        heard.add(told)
        const { rows } = await direct.execute('select place from lines where round = $1 order by place', [at])
        const places = rows.map(row => row['place'])
        const whole = [1, 2]
        if (told === 'done') expect(places, `cut at ${at}`).toEqual(whole)
        else if (told === 'failed') expect(places, `cut at ${at}`).toEqual([])
        else expect([[], whole], `cut at ${at}`).toContainEqual(places)
        // The program goes on over a new connection.
        expect((await engine.execute('select 1 as n')).scalar()).toBe(1)
        await direct.execute('delete from lines')
      }
      expect(heard).toEqual(new Set(['failed', 'unknown', 'done']))
    })
  }
})

import { describe, expect, inject, it } from 'vitest'
import { ConnectionLost, createEngine, EngineError, type ListenOptions } from '../src/index.ts'
import { drivers } from './drivers.ts'

/** Begins to hear, and resolves when the database listens. */
async function hearing(engine: ReturnType<typeof createEngine>, channel: string, options: ListenOptions = {}) {
  const heard: string[] = []
  let begun = (): void => {}
  const listening = new Promise<void>(resolve => (begun = resolve))
  const over = (async () => {
    const onListening = (again: boolean): void => {
      options.onListening?.(again)
      begun()
    }
    for await (const { channel: from, payload } of engine.listen(channel, { ...options, onListening })) {
      expect(from).toBe(channel)
      if (payload === 'stop') break
      heard.push(payload)
    }
  })()
  await Promise.race([listening, over])
  return { heard, over }
}

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  for (let round = 0; !(await condition()); round++) {
    if (round > 500) throw new Error('it did not happen')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

for (const driver of drivers) {
  describe(`listening on ${driver.name}`, () => {
    it('hears what is notified, in order, and of its channel alone', async () => {
      await using engine = createEngine(await driver.database())
      const { heard, over } = await hearing(engine, 'a "b" C')
      await engine.notify('a "b" C', 'one')
      await engine.notify('a "b" c', 'other')
      await engine.notify('a "b" C')
      await engine.execute(`select pg_notify('a "b" C', 'x' || n) from generate_series(1, 3) n`)
      await engine.notify('a "b" C', 'stop')
      await over
      expect(heard).toEqual(['one', '', 'x1', 'x2', 'x3'])
    })

    it('hears of a transaction when it commits, and nothing of one that does not', async () => {
      await using engine = createEngine(await driver.database())
      const { heard, over } = await hearing(engine, 'jobs')
      await engine.transaction(async tx => tx.notify('jobs', 'kept'))
      await engine
        .transaction(async tx => {
          await tx.notify('jobs', 'undone')
          throw new Error('no')
        })
        .catch(() => {})
      await engine.notify('jobs', 'stop')
      await over
      expect(heard).toEqual(['kept'])
    })

    it('ends with its signal, and with the engine', async () => {
      const engine = createEngine(await driver.database())
      const controller = new AbortController()
      const first = await hearing(engine, 'jobs', { signal: controller.signal })
      const second = await hearing(engine, 'jobs')
      await engine.notify('jobs', 'to both')
      await until(() => first.heard.length + second.heard.length === 2)
      controller.abort()
      await first.over
      await engine.notify('jobs', 'to one')
      await until(() => second.heard.length === 2)
      await engine.dispose()
      await second.over
      expect([first.heard, second.heard]).toEqual([['to both'], ['to both', 'to one']])
    })

    it('is not begun when its signal was aborted before', async () => {
      await using engine = createEngine(await driver.database())
      const { heard, over } = await hearing(engine, 'jobs', { signal: AbortSignal.abort() })
      await over
      expect(heard).toEqual([])
    })

    it('listens no more when its loop was left', async () => {
      await using engine = createEngine(await driver.database(), driver.name === 'pg' ? { pool: { max: 2 } } : {})
      for (let round = 0; round < 3; round++) {
        const { over } = await hearing(engine, 'jobs')
        await engine.notify('jobs', 'stop')
        await over
      }
      expect((await engine.execute('select pg_listening_channels()')).rows).toEqual([])
    })

    it('takes channels and payloads that Postgres takes', async () => {
      await using engine = createEngine(await driver.database())
      for (const channel of ['', 'ü'.repeat(32), 'a\0', 1 as unknown as string]) {
        await expect(engine.listen(channel).next()).rejects.toThrow(EngineError)
        await expect(engine.notify(channel)).rejects.toThrow(
          /^the name of a channel is a string of 1 to 63 bytes; not /,
        )
      }
      await expect(engine.notify('jobs', 'ü'.repeat(4000))).rejects.toThrow(
        'the payload of a notification is a string of at most 7999 bytes; not one of 8000',
      )
      const { heard, over } = await hearing(engine, 'jobs')
      await engine.notify('jobs', 'x'.repeat(7999))
      await engine.notify('jobs', 'stop')
      await over
      expect(heard.map(one => one.length)).toEqual([7999])
    })
  })
}

describe('listening on a server', () => {
  it('goes on when its connection is lost, and says so', async () => {
    await using engine = createEngine(inject('postgres'))
    const told: boolean[] = []
    const channel = `lost_${process.pid}`
    const { heard, over } = await hearing(engine, channel, { onListening: again => void told.push(again) })
    for (let round = 1; round <= 3; round++) {
      await engine.notify(channel, `before ${round}`)
      await until(() => heard.length === 2 * round - 1)
      await engine.execute(`select pg_terminate_backend(pid) from pg_stat_activity where query = $1`, [
        `listen "${channel}"`,
      ])
      await until(() => told.length === round + 1)
      await engine.notify(channel, `after ${round}`)
      await until(() => heard.length === 2 * round)
    }
    await engine.notify(channel, 'stop')
    await over
    expect(told).toEqual([false, true, true, true])
    expect(heard).toEqual([1, 2, 3].flatMap(round => [`before ${round}`, `after ${round}`]))
  })

  it('fails at once when there is none', async () => {
    await using engine = createEngine('postgres://nobody@127.0.0.1:1/none')
    await expect(engine.listen('jobs').next()).rejects.toThrow(ConnectionLost)
  })
})

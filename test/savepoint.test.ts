import { describe, expect, it } from 'vitest'
import { createEngine, EngineError, defineSchema, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema({ notes: table({ id: t.id(), text: t.text() }) })

for (const driver of drivers) {
  describe(`a transaction inside a transaction on ${driver.name}`, () => {
    it('has the isolation and the access mode of the one around it, and refuses another', async () => {
      await using engine = createEngine(await driver.database(), { schema })
      await engine.transaction(async tx => {
        for (const inner of [
          tx.query.transaction().setIsolationLevel('serializable'),
          tx.query.transaction().setAccessMode('read only'),
        ]) {
          await expect(inner.execute(async () => {})).rejects.toThrow(EngineError)
        }
        await expect(
          tx.query
            .transaction()
            .setIsolationLevel('serializable')
            .execute(async () => {}),
        ).rejects.toThrow(
          `'serializable' is of a whole transaction; this one would be a savepoint, which has that of the transaction around it`,
        )
        expect((await tx.execute('select 1 as n')).scalar()).toBe(1)
      })
    })

    it('does not wait for ever behind one that waits for it', async () => {
      await using engine = createEngine(await driver.database(), { schema })
      await engine.metadata.createAll()
      await using lease = await engine.connect()
      const tx = await lease.begin({}, () => {}, 0.2)
      const outer = tx.query.transaction().execute(async inner => {
        await inner.insertInto('notes').values({ text: 'inside' }).execute()
        // The mistake: the transaction around is used, and waits for this to end.
        await tx.transaction(other => other.execute('select 1'))
      })
      await expect(outer).rejects.toThrow(/^another savepoint of this transaction has done nothing for \d+ seconds/)
      expect((await tx.execute('select * from notes')).rows).toEqual([])
      await tx.commit()
    })

    it('waits its turn behind one that is at work, however long that takes', async () => {
      await using engine = createEngine(await driver.database(), { schema })
      await engine.metadata.createAll()
      await using lease = await engine.connect()
      const tx = await lease.begin({}, () => {}, 0.3)
      const done: string[] = []
      await Promise.all(
        ['a', 'b', 'c'].map(text =>
          tx.transaction(async inner => {
            for (let round = 0; round < 4; round++) {
              await inner.execute('select pg_sleep(0.1)')
              await inner.execute('insert into notes (text) values ($1)', [text])
            }
            done.push(text)
          }),
        ),
      )
      expect(done).toEqual(['a', 'b', 'c'])
      await tx.commit()
      lease.release()
      const { rows } = await engine.execute('select text, count(*)::int as n from notes group by text order by text')
      expect(rows).toEqual(['a', 'b', 'c'].map(text => ({ text, n: 4 })))
    })
  })
}

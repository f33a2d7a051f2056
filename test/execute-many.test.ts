import { beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type Engine, EngineError, StatementError, UniqueViolation, ValueError } from '../src/index.ts'
import { drivers } from './drivers.ts'

for (const driver of drivers) {
  describe(`one statement with many sets of parameters on ${driver.name}`, () => {
    let engine: Engine
    beforeAll(async () => {
      engine = createEngine(await driver.database())
      await engine.execute('create table things (id int primary key, name text)')
      return () => engine.dispose()
    })
    const insert = 'insert into things (id, name) values ($1, $2)'
    const count = async () => Number((await engine.execute('select count(*) from things')).scalar())

    it('runs with each of them, in order', async () => {
      const sets = Array.from({ length: 1203 }, (_, at) => [at, `name ${at}`])
      expect(await engine.executeMany(insert, sets)).toBe(1203)
      expect(await count()).toBe(1203)
      expect(
        await engine.executeMany('update things set name = :name where id < :below', [
          { name: 'x', below: 3 },
          { name: 'y', below: 2 },
        ]),
      ).toBe(5)
      const { rows } = await engine.execute('select name from things where id < 3 order by id')
      expect(rows).toEqual([{ name: 'y' }, { name: 'y' }, { name: 'x' }])
      expect(await engine.executeMany('delete from things where id = $1', [])).toBe(0)
      await engine.execute('truncate things')
    })

    it('keeps none when one is refused, and says which', async () => {
      const sets = Array.from({ length: 700 }, (_, at) => [at === 650 ? 3 : at, 'x'])
      const error = await engine.executeMany(insert, sets).catch((one: unknown) => one)
      expect(error).toBeInstanceOf(UniqueViolation)
      expect(error).toMatchObject({ statementIndex: 650, constraint: 'things_pkey', sql: insert })
      expect((error as Error).message).toMatch(/; this is set 651 of 700 sets of parameters$/)
      expect((error as Error).stack).toContain('execute-many.test.ts')
      expect(await count()).toBe(0)
    })

    it('in a transaction undoes itself alone', async () => {
      await engine.transaction(async tx => {
        await tx.execute(insert, [1, 'before'])
        await expect(
          tx.executeMany(insert, [
            [2, 'a'],
            [1, 'again'],
          ]),
        ).rejects.toThrow(StatementError)
        expect(await tx.executeMany(insert, [[3, 'after']])).toBe(1)
      })
      const { rows } = await engine.execute('select id from things order by id')
      expect(rows).toEqual([{ id: 1 }, { id: 3 }])
      await engine.execute('truncate things')
    })

    it('refuses what cannot be sent before anything is', async () => {
      await expect(
        engine.executeMany(insert, [
          [1, 'a'],
          [2, undefined],
        ]),
      ).rejects.toThrow(ValueError)
      await expect(engine.executeMany('commit', [[], []])).rejects.toThrow(EngineError)
      expect(await count()).toBe(0)
    })
  })
}

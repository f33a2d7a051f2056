import { describe, expect, test } from 'vitest'
import { reflect } from '../src/metadata/reflect.ts'
import { fingerprint } from './fingerprint.ts'
import { fixture, fixtures, places } from './places.ts'

for (const place of places) {
  describe(`reflect on ${place.name}`, () => {
    test.each(fixtures)('%s: createAll makes of what was read the same database', async name => {
      const source = await place.engine()
      await source.execute(fixture(name))
      const schema = await source.metadata.reflect()
      const copy = await place.engine(schema)
      await copy.metadata.createAll()
      const made = await fingerprint(copy)
      expect(made).toEqual(await fingerprint(source))
      await copy.metadata.createAll()
      expect(await fingerprint(copy)).toEqual(made)
      expect(await copy.metadata.reflect()).toEqual(schema)
    })

    test('the NOT NULL of a partition has its name again', async () => {
      const source = await place.engine()
      await source.execute(`create table p (id integer not null, n integer constraint n_is_set not null) partition by range (id);
        create table p1 partition of p for values from (0) to (10);
        create table p2 (id integer not null, n integer not null); alter table p attach partition p2 for values from (10) to (20)`)
      const names = `select conrelid::regclass::text || ' ' || conname from pg_constraint where contype = 'n' order by 1`
      const copy = await place.engine(await source.metadata.reflect())
      await copy.metadata.createAll()
      expect((await copy.execute(names)).scalars()).toEqual((await source.execute(names)).scalars())
    })

    test('only the schemas that are asked for are read', async () => {
      const engine = await place.engine()
      await engine.execute(`create schema one; create table one.a (id integer); create table b (id integer)`)
      const { tables } = await engine.metadata.reflect({ schemas: ['one'] })
      expect(tables).toEqual({ a: { columns: { id: { type: 'integer', nullable: true } }, schema: 'one' } })
    })

    test('as many statements are sent for many tables as for none', async () => {
      const engine = await place.engine()
      const statements = async (): Promise<number> => {
        let count = 0
        await engine.transaction(async tx => {
          const rows = async (sql: string): Promise<never> => {
            count++
            // The cast: a reader gives what the query says.
            return (await tx.execute(sql)).rows as never
          }
          await reflect({ rows })
        })
        return count
      }
      const before = await statements()
      for (let at = 0; at < 20; at++) await engine.execute(`create table t${at} (id serial primary key, n integer)`)
      expect(await statements()).toBe(before)
    })
  })
}

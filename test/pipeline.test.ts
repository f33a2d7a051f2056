/** Several statements in one round trip. */
import { beforeAll, beforeEach, afterAll, describe, expect, test } from 'vitest'
import { EngineError } from '../src/base/errors.ts'
import { EngineCore } from '../src/engine/engine.ts'
import { StatementError, UniqueViolation } from '../src/engine/statement-error.ts'
import { sql } from '../src/sql/tag.ts'
import { drivers } from './drivers.ts'

describe.each(drivers)('$name', driver => {
  let engine: EngineCore
  beforeAll(async () => {
    engine = new EngineCore(await driver.database())
    await engine.execute('create table things (id int primary key, label text)')
    await engine.execute('create table parents (id int primary key)')
    await engine.execute('create table children (parent int references parents deferrable initially deferred)')
  })
  beforeEach(async () => {
    await engine.execute('truncate things, parents, children')
  })
  afterAll(async () => {
    await engine.dispose()
  })
  const count = async (): Promise<unknown> => (await engine.execute('select count(*)::int from things')).scalar()

  test('gives the results in order: of texts, of texts with parameters and of the sql tag', async () => {
    const [inserted, all, tagged, named] = await engine.pipeline([
      ['insert into things values ($1, $2), (2, $2) returning id', [1, 'a']],
      'select * from things order by id',
      sql`select label from things where id = ${2}`,
      ['select :n::int8 as n', { n: 5 }],
    ])
    expect(inserted.rowCount).toBe(2)
    expect(inserted.rows).toEqual([{ id: 1 }, { id: 2 }])
    expect(all.rows).toEqual([
      { id: 1, label: 'a' },
      { id: 2, label: 'a' },
    ])
    expect(tagged.scalar()).toBe('a')
    expect(named.rows).toEqual([{ n: 5n }])
  })

  test('takes the same statement several times, and none', async () => {
    for (let run = 0; run < 3; run++) {
      const results = await engine.pipeline([1, 2, 3].map(n => ['select $1::int as n', [n]] as const))
      expect(results.map(result => result.scalar())).toEqual([1, 2, 3])
    }
    expect(await engine.pipeline([])).toEqual([])
  })

  test('a table made by one statement is there for the next', async () => {
    const [, , found] = await engine.pipeline([
      'create temporary table made (n int)',
      'insert into made values (1)',
      'select n from made',
    ])
    expect(found.rows).toEqual([{ n: 1 }])
    await engine.execute('drop table if exists made')
  })

  test('one that fails undoes all, and the error says which', async () => {
    const failure = await engine
      .pipeline([
        ['insert into things values ($1, $2)', [1, 'a']],
        ['insert into things values ($1, $2)', [1, 'secret']],
        ['insert into things values ($1, $2)', [3, 'c']],
      ])
      .catch(error => error)
    expect(failure).toBeInstanceOf(UniqueViolation)
    expect(failure.message).toMatch(/unique constraint "things_pkey"; this is statement 2 of 3 in a pipeline$/)
    expect(failure.stack).toContain(failure.message)
    expect(failure.statementIndex).toBe(1)
    expect(failure.sql).toBe('insert into things values ($1, $2)')
    expect(JSON.stringify(failure)).not.toContain('secret')
    expect(await count()).toBe(0)
  })

  test('one that cannot be parsed undoes all', async () => {
    const failure = await engine.pipeline([`insert into things values (1, 'a')`, 'selekt 1']).catch(error => error)
    expect(failure.statementIndex).toBe(1)
    expect(await count()).toBe(0)
    await engine.pipeline([`insert into things values (1, 'a')`])
    expect(await count()).toBe(1)
  })

  test('what fails at the common end names no statement', async () => {
    const failure = await engine
      .pipeline(['insert into children values (7)', `insert into things values (1, 'a')`])
      .catch(error => error)
    expect(failure).toBeInstanceOf(StatementError)
    expect(failure.statementIndex).toBeUndefined()
    expect(failure.message).toMatch(/foreign key constraint "children_parent_fkey"$/)
    expect(await count()).toBe(0)
  })

  test('in a transaction it is part of it', async () => {
    await engine
      .inTransaction(async tx => {
        await tx.pipeline([`insert into things values (1, 'a')`, `insert into things values (2, 'b')`])
        expect((await tx.execute('select count(*)::int from things')).scalar()).toBe(2)
        throw new Error('enough')
      })
      .catch(() => {})
    expect(await count()).toBe(0)
    const failure = await engine
      .inTransaction(async tx => {
        await tx.execute(`insert into things values (1, 'a')`)
        await tx.transaction(inner => inner.pipeline(['select 1', 'select 1 / 0'])).catch(() => {})
        await tx.pipeline([`insert into things values (2, 'b')`])
      })
      .catch(error => error)
    expect(failure).toBeUndefined()
    expect(await count()).toBe(2)
  })

  test.each(['begin', 'COMMIT', '/* now */ rollback', 'savepoint a', 'copy things from stdin'])(
    '%s is refused before anything is sent',
    async text => {
      const failure = await engine.pipeline([`insert into things values (1, 'a')`, text]).catch(error => error)
      expect(failure).toBeInstanceOf(EngineError)
      expect(failure.code).toBe('pipelineStatement')
      expect(failure.message).toMatch(/^statement 2 of a pipeline is '/)
      expect(await count()).toBe(0)
    },
  )

  test('a statement of several is refused by the database', async () => {
    await expect(engine.pipeline(['select 1; select 2'])).rejects.toThrow('multiple commands')
  })
})

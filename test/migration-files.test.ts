import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MigrationError } from '../src/base/errors.ts'
import { sqlTokens } from '../src/base/sql-tokens.ts'
import { checksum } from '../src/metadata/migrate/checksum.ts'
import { readIndexChange } from '../src/metadata/migrate/index-change.ts'
import { migrationName } from '../src/metadata/migrate/migration-name.ts'
import { outsideTransaction } from '../src/metadata/migrate/outside-transaction.ts'
import { migrationFiles } from '../src/metadata/migrate/read-folder.ts'
import { readSteps } from '../src/metadata/migrate/read-steps.ts'
import { createEngine } from '../src/index.ts'
import { drivers } from './drivers.ts'
import { folder } from './migration-folder.ts'

const steps = (text: string): (readonly [string, readonly string[]])[] =>
  readSteps('x.up.sql', text).steps.map(one => [one.transaction, one.statements.map(statement => statement.text)])

function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof MigrationError) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('the files of a folder', () => {
  test('are migrations by their names, in order', () => {
    const names = [
      '20260102000000_b.up.sql',
      '20260101000000_a.down.sql',
      '20260101000000_a.up.sql',
      '20260103000000_c.ts',
      '20260104000000_d.mjs',
      '20260104000000_d.d.mts',
      '20260104000000_d.mjs.map',
      'README.md',
      'names.ts',
      '.hidden.sql',
    ]
    expect([...migrationFiles(names)]).toEqual([
      ['20260101000000_a', { up: '20260101000000_a.up.sql', down: '20260101000000_a.down.sql' }],
      ['20260102000000_b', { up: '20260102000000_b.up.sql', down: null }],
      ['20260103000000_c', { up: '20260103000000_c.ts', down: null }],
      ['20260104000000_d', { up: '20260104000000_d.mjs', down: null }],
    ])
  })

  test.each([
    [['20260101000000_a.sql'], "'20260101000000_a.sql' is among the migrations, and is not named like one"],
    [['add_users.up.sql'], "'add_users.up.sql' is among"],
    [['20260101_a.ts'], "'20260101_a.ts' is among"],
    [['20260101000000_a b.up.sql'], "'20260101000000_a b.up.sql' is among"],
    [
      ['20260101000000_a.down.sql'],
      "'20260101000000_a.down.sql' undoes a migration that is not there; '20260101000000_a.up.sql' is missing",
    ],
    [
      ['20260101000000_a.down.sql', '20260101000000_a.ts'],
      "'20260101000000_a.down.sql' undoes a migration that is not there",
    ],
    [
      ['20260101000000_a.up.sql', '20260101000000_b.ts'],
      "'20260101000000_a.up.sql' and '20260101000000_b.ts' have the same moment",
    ],
  ])('%j are refused', (names, message) => {
    expect(refusal(() => migrationFiles(names))).toContain(message)
  })

  test('a new one is named after its moment in UTC', () => {
    expect(migrationName(' add  users', new Date('2026-11-25T21:30:00.123Z'))).toBe('20261125213000_add_users')
    expect(refusal(() => migrationName('../x', new Date()))).toContain("not '../x'")
  })

  test('have a checksum that does not heed line endings', () => {
    expect(checksum('a\r\nb\rc\n')).toBe(checksum('\uFEFFa\nb\nc\n'))
    expect(checksum('a\n')).not.toBe(checksum('a'))
    expect(checksum('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('the steps of a file', () => {
  test('begin with a line that says so, and are transactions', () => {
    expect(steps('select 1; select 2;\n-- step\nselect 3\n  --  STEP \n\n-- step\nselect 4')).toEqual([
      ['own', ['select 1', 'select 2']],
      ['own', ['select 3']],
      ['own', ['select 4']],
    ])
  })

  test('comments that only begin alike, and lines in strings, are none', () => {
    expect(steps('-- steps\n-- step one\nselect $$\n-- step\n$$;\n/*\n-- step\n*/ select 2; -- step')).toEqual([
      ['own', ['select $$\n-- step\n$$', 'select 2']],
    ])
  })

  test('run outside of transactions where Postgres wants it or the line says so, after their settings', () => {
    expect(
      steps('set statement_timeout = 0; create index concurrently a on b (c);\n-- step: no transaction\ncall p()'),
    ).toEqual([
      ['none', ['set statement_timeout = 0', 'create index concurrently a on b (c)']],
      ['none', ['call p()']],
    ])
  })

  test.each([
    ['begin; select 1; commit', "'x.up.sql', line 1: 'begin' is not for a migration"],
    ['select 1;\n\nCOMMIT;', "line 3: 'commit' is not"],
    ['start transaction', "'start transaction' is not"],
    ['rollback', "'rollback' is not"],
    ["prepare transaction 'a'", "'prepare transaction' is not"],
    ['select 1;\n/* select 2;\n-- step\nselect 3;', "line 2: a comment begins with '/*' and has no end"],
    ['select 1;\ncopy t from stdin', "line 2: 'copy' carries no rows here"],
    [
      'select 1;\n-- step\ncreate table t ();\ncreate index concurrently i on t (a)',
      "line 3: step 2 has 'create index concurrently', which runs outside of transactions, so it must be a step's only statement; put a line '-- step' before it and after it",
    ],
    ['vacuum; vacuum', "step 1 has 'vacuum'"],
    ['-- step: no transaction\nselect 1; select 2', "step 1 has 'no transaction'"],
    ['select 1;\n-- step: alone\nselect 2', "line 2: '-- step: alone' says nothing known"],
    ['create index concurrently on t (a)', 'line 1: an index that is built concurrently needs a name'],
  ])('%j is refused', (text, message) => {
    expect(refusal(() => readSteps('x.up.sql', text))).toContain(message)
  })

  test('savepoints are for a migration', () => {
    expect(steps('savepoint a; rollback to savepoint a; rollback work to a; release a')).toHaveLength(1)
  })

  test('lines say what a file stands for, and what it does not undo', () => {
    const file = readSteps(
      'x.sql',
      '-- replaces: 20260101000000_a\n-- Replaces: b\n-- irreversible: drop column users.name\nselect 1',
    )
    expect(file).toMatchObject({ replaces: ['20260101000000_a', 'b'], irreversible: ['drop column users.name'] })
  })
})

test.each([
  ['create index concurrently a on b (c)', { kind: 'create', index: 'a', table: '"b"' }],
  [
    'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "A" ON ONLY s."B" (c)',
    { kind: 'create', index: 'A', table: '"s"."B"' },
  ],
  ['drop index concurrently if exists s.a cascade', { kind: 'drop', index: '"s"."a"' }],
  ['drop index concurrently a', { kind: 'drop', index: '"a"' }],
  ['create index a on b (c)', null],
  ['drop index a', null],
  ['create unique index concurrently on b (c)', 'unnamed'],
])('%s changes an index', (sql, change) => {
  expect(readIndexChange(sqlTokens(sql))).toEqual(change)
})

/** Statements that Postgres says something else of than 25001 inside a transaction, or nothing, and statements that it refuses. */
const taken = [
  'create index a on t (n)',
  'drop index if exists a',
  'reindex table t',
  'reindex (concurrently false) table t',
  'cluster t using t_pkey',
  'discard temp',
  'alter table t set (fillfactor = 90)',
  'alter database no_such set work_mem = 100',
  'create table database (system int)',
  'drop table if exists tablespace',
  'refresh materialized view concurrently no_such',
]
const refused = [
  'create index concurrently a on t (n)',
  'create unique index concurrently if not exists a on t (n)',
  'drop index concurrently if exists a',
  'reindex table concurrently t',
  'reindex (verbose, concurrently) index t_pkey',
  'reindex schema public',
  'vacuum',
  'vacuum (analyze) t',
  'vacuum full t',
  'cluster',
  'create database other',
  'drop database if exists other',
  "create tablespace other location '/nowhere'",
  'drop tablespace if exists other',
  'alter system set work_mem = 100',
  'alter table p detach partition p1 concurrently',
  'discard all',
  "create subscription s connection 'host=127.0.0.1 port=1' publication p",
]

for (const driver of drivers) {
  test(`a step runs outside of transactions where Postgres refuses the statement in one, on ${driver.name}`, async () => {
    await using engine = createEngine(await driver.database())
    await engine.execute(`create table t (n int primary key); create table p (n int) partition by list (n);
      create table p1 partition of p for values in (1)`)
    const wrong: string[] = []
    for (const sql of [...taken, ...refused]) {
      const tx = await engine.begin()
      const state = await tx.run({ text: sql, values: [] }).then(
        () => '',
        error => error.sqlState,
      )
      await tx.rollback()
      if ((outsideTransaction(sqlTokens(sql)) !== null) !== (state === '25001')) wrong.push(`${sql}: ${state}`)
    }
    expect(wrong).toEqual([])
  })
}

test('a file where the folder should be is no folder', async () => {
  const path = join(folder({ 'a.txt': '' }), 'a.txt')
  await using engine = createEngine()
  await expect(engine.metadata.migrations(path).status()).rejects.toThrow(`there is no folder '${path}'`)
})

test('of two files both are written or none is', async () => {
  const path = folder({})
  const at = new Date('2026-01-01T00:00:00Z')
  mkdirSync(join(path, '20260101000000_add.down.sql'))
  await using engine = createEngine()
  const written = engine.metadata.migrations(path).write({ title: 'add', at, up: 'select 1;', down: 'select 2;' })
  await expect(written).rejects.toThrow(`there is a migration '20260101000000_add' already`)
  expect(readdirSync(path)).toEqual(['20260101000000_add.down.sql'])
})

import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineSchema } from '../src/schema/define.ts'
import { table } from '../src/schema/table.ts'
import { t } from '../src/schema/columns.ts'
import { EngineCore } from '../src/engine/engine.ts'
import {
  CheckViolation,
  ConnectionLost,
  ExclusionViolation,
  ForeignKeyViolation,
  LoginRefused,
  NotNullViolation,
  StatementError,
  StatementTimeout,
  UniqueViolation,
} from '../src/engine/statement-error.ts'
import { failureOf } from '../src/engine/failure.ts'
import { redacted } from '../src/engine/redact.ts'
import { sql } from '../src/sql/tag.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema(
  {
    people: table({
      id: t.id(),
      fullName: t.text(),
      email: t.text({ unique: true }),
      age: t.integer({ check: sql`age > 0` }),
    }),
    letters: table(
      { id: t.id(), writerId: t.ref('people.id'), room: t.integer(), during: t.int4range() },
      {
        uniques: { one_room_per_writer: ['writerId', 'room'] },
        excludes: { no_overlap: { using: 'gist', elements: [{ on: 'during', with: '&&' }] } },
      },
    ),
  },
  { naming: 'snake_case' },
)

const tables = `
  create table people (
    id bigint generated always as identity primary key, full_name text not null, email text not null unique,
    age integer not null constraint people_age_check check (age > 0));
  create table letters (
    id bigint generated always as identity primary key, writer_id bigint not null constraint letters_writer_id_fkey references people(id),
    room integer not null, during int4range not null,
    constraint one_room_per_writer unique (writer_id, room), constraint no_overlap exclude using gist (during with &&));
  create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no room for %', new.full_name; end $$`

describe.each(drivers)('$name', driver => {
  let engine: EngineCore
  beforeAll(async () => {
    engine = new EngineCore(await driver.database(), { schema })
    await engine.execute(tables)
    await engine.execute(`insert into people (full_name, email, age) values ('Ada', 'ada@example.org', 36)`)
    await engine.execute(`insert into letters (writer_id, room, during) values (1, 1, '[1,3)')`)
  })
  afterAll(async () => {
    await engine.dispose()
  })

  async function failure(text: string, values: readonly unknown[]): Promise<StatementError> {
    const error = await engine.execute(text, values).catch(caught => caught)
    expect(error).toBeInstanceOf(StatementError)
    return error
  }

  const cases = [
    {
      text: 'insert into people (full_name, email, age) values ($1, $2, $3)',
      values: ['Zelda Quartz', 'ada@example.org', 20],
      type: UniqueViolation,
      is: { sqlState: '23505', constraint: 'people_email_key', table: 'people', columns: ['email'] },
    },
    {
      text: 'insert into letters (writer_id, room, during) values ($1, 1, $2)',
      values: [1, '[7,8)'],
      type: UniqueViolation,
      is: { constraint: 'one_room_per_writer', table: 'letters', columns: ['writerId', 'room'] },
    },
    {
      text: 'insert into letters (writer_id, room, during) values ($1, 7, $2)',
      values: [424242, '[7,8)'],
      type: ForeignKeyViolation,
      is: { sqlState: '23503', constraint: 'letters_writer_id_fkey', table: 'letters', columns: ['writerId'] },
    },
    {
      text: 'insert into people (full_name, email, age) values ($1, $2, $3)',
      values: [null, 'zelda@quartz.example', 20],
      type: NotNullViolation,
      is: { sqlState: '23502', constraint: null, table: 'people', columns: ['fullName'] },
    },
    {
      text: 'insert into people (full_name, email, age) values ($1, $2, $3)',
      values: ['Zelda Quartz', 'zelda@quartz.example', -70707],
      type: CheckViolation,
      is: { sqlState: '23514', constraint: 'people_age_check', table: 'people' },
    },
    {
      text: 'insert into letters (writer_id, room, during) values ($1, 9, $2)',
      values: [1, '[2,77777)'],
      type: ExclusionViolation,
      is: { sqlState: '23P01', constraint: 'no_overlap', columns: ['during'] },
    },
    { text: 'select $1::int', values: ['seventy-seven'], type: StatementError, is: { sqlState: '22P02', table: null } },
    { text: 'select $1::regclass', values: ['no_such_secret'], type: StatementError, is: { sqlState: '42P01' } },
    { text: 'select x from people where id = $1', values: [70707], type: StatementError, is: { sqlState: '42703' } },
  ]

  test.each(cases)('$is.sqlState $is.constraint: $text', async ({ text, values, type, is }) => {
    const error = await failure(text, values)
    expect(error.constructor).toBe(type)
    expect(error).toMatchObject({ ...is, sql: text, retryable: false, name: type.name })
    expect(error.cause).toBeInstanceOf(Error)
  })

  test.each(cases)('values are in no message and no log: $text $is.sqlState', async ({ text, values }) => {
    const error = await failure(text, values)
    const shown = [error.message, String(error), error.stack, JSON.stringify(error), inspect(error, { depth: 9 })].join(
      '\n',
    )
    for (const value of values) {
      if (value !== null && String(value).length > 2) expect(shown).not.toContain(String(value))
    }
  })

  test('what a function raises is told without the values of the statement', async () => {
    await engine.execute('create trigger refuse before insert on people for each row execute function refuse()')
    const error = await failure('insert into people (full_name, email, age) values ($1, $2, $3)', [
      'Zelda Quartz',
      'z@z.z',
      3,
    ])
    expect(error.message).toBe('no room for …')
    expect(inspect(error)).not.toContain('Zelda')
    await engine.execute('drop trigger refuse on people')
  })

  test('the stack ends in the line that called', async () => {
    async function callsTheEngine(): Promise<void> {
      await engine.execute('select no_such_column')
    }
    const error = await callsTheEngine().catch(caught => caught)
    expect(error.stack.split('\n').find((line: string) => /^\s+at /.test(line))).toMatch(
      /callsTheEngine.*failure\.test\.ts/,
    )
  })

  test('in a transaction too, and through Kysely', async () => {
    async function inATransaction(): Promise<void> {
      await engine.inTransaction(async function work(tx) {
        await tx.execute('select no_such_column')
      })
    }
    async function throughKysely(): Promise<void> {
      await engine.query.selectFrom('people').select('noSuchColumn').execute()
    }
    const first = (error: Error): string | undefined => error.stack?.split('\n').find(line => /^\s+at /.test(line))
    expect(first(await inATransaction().catch(caught => caught))).toMatch(/work.*failure\.test\.ts/)
    expect(first(await throughKysely().catch(caught => caught))).toMatch(/throughKysely.*failure\.test\.ts/)
  })

  test('a statement that takes too long', async () => {
    if (driver.name === 'pglite') return
    await engine.inTransaction(async tx => {
      await tx.execute(`set local statement_timeout = '20ms'`)
      await expect(tx.transaction(inner => inner.execute('select pg_sleep(5)'))).rejects.toBeInstanceOf(
        StatementTimeout,
      )
    })
  })

  test('a connection that the server ends is lost, and the next statement has another', async () => {
    if (driver.name === 'pglite') return
    const lost = engine.inTransaction(async tx => {
      const pid = (await tx.execute('select pg_backend_pid() as pid')).scalar()
      await engine.execute('select pg_terminate_backend($1)', [pid])
      await tx.execute('select 1')
    })
    await expect(lost).rejects.toBeInstanceOf(ConnectionLost)
    expect((await engine.execute('select 1 as one')).one()).toEqual({ one: 1 })
  })
})

test('a server that is not there is a lost connection, and the password is not told', async () => {
  const engine = new EngineCore('postgres://ada:secret-word@127.0.0.1:1/db')
  const error = await engine.execute('select 1').catch(caught => caught)
  expect(error).toBeInstanceOf(ConnectionLost)
  expect(inspect(error, { depth: 9 })).not.toContain('secret-word')
})

test('an address that is no URL is not told either', async () => {
  const engine = new EngineCore('postgres://ada:secret-word@host:not-a-port/db')
  const error = await engine.execute('select 1').catch(caught => caught)
  expect(error).toMatchObject({ name: 'EngineError', code: 'malformedAddress' })
  expect(inspect(error, { depth: 9 })).not.toContain('secret-word')
})

test.each([
  [
    'invalid input syntax for type integer: "a"b"',
    '22P02',
    'select $1::int',
    ['a"b'],
    'invalid input syntax for type integer: "…"',
  ],
  [
    'invalid input syntax for type integer: "x"',
    '22P02',
    'select $1::int[]',
    ['{x,y}'],
    'invalid input syntax for type integer: "…"',
  ],
  [
    'invalid input syntax for type integer: "x"',
    '22P02',
    `select 'x'::int`,
    [],
    'invalid input syntax for type integer: "x"',
  ],
  [
    'relation "users" does not exist',
    '42P01',
    'select * from users where a = $1',
    ['users'],
    'relation "users" does not exist',
  ],
  ['taken: ada, 7', 'P0001', 'select f($1)', ['[{"name":"ada","n":7}]'], 'taken: …, …'],
])('%s (%s) is told as %5$s', (message, sqlState, text, values, told) => {
  expect(redacted(message, sqlState, { text, values })).toBe(told)
})

test('a password that the server wants and nobody gave is said, in words of ours', () => {
  const given = new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string')
  const error = failureOf(given, { text: 'select 1', values: [] }, null)
  expect(error).toBeInstanceOf(LoginRefused)
  expect(error.message).toBe('the server wants a password, and there is none in the address or in PGPASSWORD')
})

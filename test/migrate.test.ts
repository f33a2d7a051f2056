import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createEngine, type Engine } from '../src/index.ts'
import type { MigrationProgress } from '../src/metadata/migrate/progress.ts'
import { drivers, pgDriver } from './drivers.ts'
import { machineBinaries, machineServer } from './machine-server.ts'
import { folder, open, refusal, write } from './migration-folder.ts'

const columns = async (engine: Engine, table: string): Promise<unknown[]> =>
  (
    await engine.execute(
      'select attname from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum',
      [table],
    )
  ).scalars()

const users = {
  '20260101000000_users.up.sql': 'create table users (id int primary key, name text);',
  '20260101000000_users.down.sql': 'drop table users;',
}
const email = {
  '20260102000000_email.up.sql':
    'alter table users add email text;\n-- step\ncreate index concurrently by_email on users (email);',
  '20260102000000_email.down.sql': 'drop index concurrently by_email;\n-- step\nalter table users drop email;',
}
const fill = {
  '20260103000000_fill.mjs': `
    export async function up(tx) { await tx.execute('insert into users (id, name) select n, $1 from generate_series(1, 3) n', ['x']) }
    export async function down(tx) { await tx.execute('delete from users') }`,
}
const all = ['20260101000000_users', '20260102000000_email', '20260103000000_fill'] as const

for (const driver of drivers) {
  describe(`migrations on ${driver.name}`, () => {
    test('up runs what is pending, in order, and nothing the second time', async () => {
      const engine = await open(driver)
      const migrations = engine.metadata.migrations(folder({ ...users, ...email, ...fill }))
      const { migrations: run } = await migrations.up()
      expect(run.map(one => one.name)).toEqual(all)
      expect(run[1]?.steps).toEqual([
        { transaction: 'own', statements: ['alter table users add email text'] },
        { transaction: 'none', statements: ['create index concurrently by_email on users (email)'] },
      ])
      expect(run[2]?.steps).toEqual([{ transaction: 'own', statements: null }])
      expect(await columns(engine, 'users')).toEqual(['id', 'name', 'email'])
      expect((await engine.execute('select count(*)::int from users')).scalar()).toBe(3)
      expect(await migrations.up()).toEqual({ migrations: [], recorded: [] })
      const status = await migrations.status()
      expect(
        status.map(({ name, state, problem, stepsDone, steps }) => ({ name, state, problem, stepsDone, steps })),
      ).toEqual(
        all.map((name, at) => ({
          name,
          state: 'applied',
          problem: null,
          stepsDone: at === 1 ? 2 : 1,
          steps: at === 1 ? 2 : 1,
        })),
      )
      expect(status[0]?.appliedAt).toBeInstanceOf(Date)
    })

    test('up stops at a name, and down leads back to one, or by a count', async () => {
      const engine = await open(driver)
      const migrations = engine.metadata.migrations(folder({ ...users, ...email, ...fill }))
      const names = async (run: ReturnType<typeof migrations.up>): Promise<string[]> =>
        (await run).migrations.map(one => one.name)
      expect(await names(migrations.up({ to: all[1] }))).toEqual(all.slice(0, 2))
      expect(await names(migrations.down())).toEqual([all[1]])
      expect(await columns(engine, 'users')).toEqual(['id', 'name'])
      expect(await names(migrations.up())).toEqual(all.slice(1))
      expect(await names(migrations.down({ to: all[0] }))).toEqual([all[2], all[1]])
      expect(await names(migrations.up())).toEqual(all.slice(1))
      expect(await names(migrations.down({ to: null }))).toEqual(all.toReversed())
      expect(await columns(engine, 'users')).toEqual([])
      expect((await migrations.status()).map(one => one.state)).toEqual(['pending', 'pending', 'pending'])
      expect(await names(migrations.down())).toEqual([])
      expect((await refusal(migrations.up({ to: 'email' }))).message).toBe(
        `there is no migration 'email'; did you mean '${all[1]}'?`,
      )
      expect((await refusal(migrations.down({ to: all[1] }))).code).toBe('migrationNotApplied')
      expect((await refusal(migrations.down({ steps: 0 }))).code).toBe('migrationCount')
    })

    test('a dry run says what would be run, and leaves no trace', async () => {
      const engine = await open(driver)
      const migrations = engine.metadata.migrations(folder({ ...users, ...email }))
      const dry = await migrations.up({ dryRun: true })
      expect(dry.migrations.map(one => [one.name, one.steps.length, one.duration])).toEqual([
        [all[0], 1, null],
        [all[1], 2, null],
      ])
      expect((await engine.execute('select to_regclass($1)::text', ['cupel_migrations'])).scalar()).toBeNull()
      await migrations.up()
      expect((await migrations.down({ dryRun: true })).migrations).toEqual([
        {
          name: all[1],
          duration: null,
          steps: [
            { transaction: 'none', statements: ['drop index concurrently by_email'] },
            { transaction: 'own', statements: ['alter table users drop email'] },
          ],
        },
      ])
      expect(await columns(engine, 'users')).toEqual(['id', 'name', 'email'])
    })

    test('a step that fails in its transaction leaves nothing, and is taken up when its file is mended', async () => {
      const engine = await open(driver)
      const file = '20260102000000_bad.up.sql'
      const path = folder({
        ...users,
        [file]:
          "insert into users values (1, 'a');\n-- step\ninsert into users values (2, 'b');\ninsert into users values (2, 'secret');",
      })
      const migrations = engine.metadata.migrations(path)
      const error = await refusal(migrations.up())
      expect(error).toMatchObject({
        code: 'migrationFailed',
        migration: '20260102000000_bad',
        step: 2,
        line: 4,
        done: [all[0]],
        cause: { sqlState: '23505' },
      })
      expect(error.message).toMatch(/^migration '20260102000000_bad' failed in step 2 of 2, line 4: duplicate key/)
      expect((await engine.execute('select id from users')).scalars()).toEqual([1])
      const [, failed] = await migrations.status()
      expect(failed).toMatchObject({ state: 'failed', stepsDone: 1, steps: 2, appliedAt: null, problem: null })
      expect(failed?.error).toContain('duplicate key')
      expect(failed?.error).not.toContain('secret')
      expect((await refusal(migrations.down())).code).toBe('migrationHalfUp')

      write(path, { [file]: "insert into users values (3, 'a');\n-- step\ninsert into users values (2, 'b');" })
      expect((await refusal(migrations.up())).message).toContain('step 1 of migration')
      write(path, { [file]: "insert into users values (1, 'a');\n-- step\ninsert into users values (2, 'b');" })
      const { migrations: run } = await migrations.up()
      expect(run[0]?.steps).toHaveLength(1)
      expect((await engine.execute('select id from users')).scalars()).toEqual([1, 2])
      expect((await migrations.status())[1]).toMatchObject({ state: 'applied', error: null })
    })

    test('what is left of a migration may be taken out of its file', async () => {
      const engine = await open(driver)
      const file = '20260101000000_a.up.sql'
      const path = folder({ [file]: 'create table a ();\n-- step\nselect 1 / 0' })
      const migrations = engine.metadata.migrations(path)
      await refusal(migrations.up())
      write(path, { [file]: 'create table a ();' })
      await migrations.up()
      expect(await migrations.status()).toMatchObject([{ state: 'applied', stepsDone: 1, steps: 1, problem: null }])
    })

    test('a concurrent build that fails is dropped and built again when what stood against it is gone', async () => {
      const engine = await open(driver)
      const migrations = engine.metadata.migrations(
        folder({
          ...users,
          '20260102000000_unique.up.sql':
            "insert into users values (1, 'a'), (2, 'a');\n-- step\ncreate unique index concurrently if not exists names on users (name);\n-- step\nalter table users add email text;",
        }),
      )
      expect(await refusal(migrations.up())).toMatchObject({ step: 2, line: 3, cause: { sqlState: '23505' } })
      const valid = `select indisvalid from pg_index where indexrelid = to_regclass('names')`
      expect((await engine.execute(valid)).scalar()).toBe(false)
      expect((await migrations.status())[1]).toMatchObject({ state: 'failed', stepsDone: 1, steps: 3 })
      await engine.execute('delete from users where id = 2')
      const { migrations: run } = await migrations.up()
      expect(run[0]?.steps).toHaveLength(2)
      expect((await engine.execute(valid)).scalar()).toBe(true)
      expect(await columns(engine, 'users')).toEqual(['id', 'name', 'email'])
    })

    test('a step outside of transactions that was done by a process that died is not done again', async () => {
      const engine = await open(driver)
      const migrations = engine.metadata.migrations(folder({ ...users, ...email }))
      await migrations.up()
      const died = (done: number): Promise<unknown> =>
        engine.execute(
          `update cupel_migrations set state = 'running', applied_at = null, steps_done = $1, steps_started = $1 + 1,
            step_checksums = step_checksums[1:$1] where name = $2`,
          [done, all[1]],
        )
      await died(1)
      expect((await migrations.status())[1]).toMatchObject({ state: 'running', stepsDone: 1 })
      await migrations.up()
      expect((await migrations.status())[1]).toMatchObject({ state: 'applied', stepsDone: 2 })
      // Without the word of an earlier start, the index is in the way.
      await engine.execute(
        `update cupel_migrations set state = 'failed', steps_done = 1, steps_started = 1, step_checksums = step_checksums[1:1] where name = $1`,
        [all[1]],
      )
      expect(await refusal(migrations.up())).toMatchObject({ step: 2, cause: { sqlState: '42P07' } })
    })

    test('a way down that fails in the middle is taken up, and holds up the way up meanwhile', async () => {
      const engine = await open(driver)
      const path = folder({ ...users, ...email })
      const migrations = engine.metadata.migrations(path)
      await migrations.up()
      const down = '20260102000000_email.down.sql'
      write(path, { [down]: 'select 1 / 0' })
      await refusal(migrations.down())
      expect((await migrations.status())[1]).toMatchObject({
        state: 'applied',
        direction: 'up',
        error: 'division by zero',
      })
      write(path, { [down]: 'drop index concurrently by_email;\n-- step\nselect 1 / 0' })
      expect(await refusal(migrations.down())).toMatchObject({ step: 2 })
      expect((await migrations.status())[1]).toMatchObject({ state: 'failed', direction: 'down', stepsDone: 1 })
      expect((await refusal(migrations.up())).code).toBe('migrationHalfDown')
      write(path, { [down]: email[down] })
      await migrations.down()
      expect(await columns(engine, 'users')).toEqual(['id', 'name'])
      expect((await migrations.status())[1]).toMatchObject({ state: 'pending' })
      await migrations.up()
    })

    test('down undoes nothing when one of many has no way down', async () => {
      const engine = await open(driver)
      const path = folder({
        '20260101000000_a.up.sql': 'create table a ()',
        ...email,
        ...fill,
        '20260101000001_users.up.sql': users['20260101000000_users.up.sql'],
      })
      const migrations = engine.metadata.migrations(path)
      await migrations.up()
      expect((await refusal(migrations.down({ to: null }))).message).toBe(
        "migration '20260101000001_users' cannot be undone: it has no file '20260101000001_users.down.sql'",
      )
      write(path, { '20260101000001_users.down.sql': '-- irreversible: drop table users\nselect 1' })
      expect((await refusal(migrations.down({ steps: 3 }))).message).toContain(
        "cannot be undone: drop table users; write what undoes it in place of the line '-- irreversible'",
      )
      write(path, { '20260101000001_users.down.sql': '-- nothing' })
      expect((await refusal(migrations.down({ steps: 3 }))).message).toContain('has no statement')
      write(path, { '20260103000000_fill.mjs': 'export const up = () => {}' })
      expect((await refusal(migrations.down())).message).toContain("it exports no function 'down'")
      write(path, { '20260103000000_fill.mjs': null })
      expect((await refusal(migrations.down())).message).toContain('its file is gone')
      expect(await columns(engine, 'users')).toEqual(['id', 'name', 'email'])
    })

    test('a file that was changed after it was applied is seen, refused, allowed and accepted', async () => {
      const engine = await open(driver)
      const path = folder({ ...users, ...email })
      const migrations = engine.metadata.migrations(path)
      await migrations.up({ to: all[0] })
      write(path, { '20260101000000_users.up.sql': `-- more\r\n${users['20260101000000_users.up.sql']}` })
      expect((await migrations.status())[0]).toMatchObject({ state: 'applied', problem: 'changed' })
      expect((await refusal(migrations.up())).code).toBe('migrationChanged')
      await migrations.up({ allow: ['changed'] })
      expect((await migrations.repair({ accept: [all[0]] })).map(one => one.problem)).toEqual([null, null])
      await migrations.up()
    })

    test('a pending one that is older than an applied one is seen, refused and allowed', async () => {
      const engine = await open(driver)
      const path = folder({ ...users, '20260103000000_late.up.sql': 'create table late ()' })
      const migrations = engine.metadata.migrations(path)
      await migrations.up()
      write(path, email)
      expect((await migrations.status())[1]).toMatchObject({ state: 'pending', problem: 'out of order' })
      expect((await refusal(migrations.up())).message).toContain(`'${all[1]}' is older than '20260103000000_late'`)
      await migrations.up({ allow: ['out of order'] })
      expect((await migrations.status()).map(one => one.problem)).toEqual([null, null, null])
    })

    test('a file that is gone is seen, and stands against those that are pending alone', async () => {
      const engine = await open(driver)
      const path = folder({ ...users, '20260102000000_gone.up.sql': 'create table gone ()' })
      const migrations = engine.metadata.migrations(path)
      await migrations.up()
      write(path, { '20260102000000_gone.up.sql': null })
      expect((await migrations.status())[1]).toMatchObject({ state: 'applied', problem: 'missing' })
      await migrations.up()
      write(path, { '20260103000000_new.up.sql': 'create table new ()' })
      expect((await refusal(migrations.up())).code).toBe('migrationMissing')
      await migrations.up({ allow: ['missing'] })
      expect((await migrations.repair({ forget: ['20260102000000_gone'] })).map(one => one.name)).toEqual([
        all[0],
        '20260103000000_new',
      ])
    })

    test('repair marks what was done by hand, and refuses names that it does not fit before it changes anything', async () => {
      const engine = await open(driver)
      const migrations = engine.metadata.migrations(folder({ ...users, ...email }))
      expect((await migrations.repair({ applied: [all[0]] })).map(one => one.state)).toEqual(['applied', 'pending'])
      expect((await refusal(migrations.repair({ forget: [all[0], all[1]] }))).code).toBe('migrationNotApplied')
      expect((await refusal(migrations.repair({ applied: [all[1], 'x'] }))).code).toBe('unknownMigration')
      expect((await migrations.repair({ forget: [all[0]] })).map(one => one.state)).toEqual(['pending', 'pending'])
    })

    test('settings of a step end with it, whether it fails or not', async () => {
      const engine = createEngine(await driver.database(), { pool: { max: 1 } })
      onTestFinished(() => engine.dispose())
      const show = `select current_setting('work_mem') || current_setting('lock_timeout') || current_setting('role')`
      const before = (await engine.execute(show)).scalar()
      const path = folder({
        '20260101000000_a.up.sql': `set work_mem = '9MB'; set role pg_monitor; select set_config('search_path', '', false);
          reset role;
          -- step
          create table here (work_mem text default current_setting('work_mem')); insert into here default values;`,
        '20260102000000_b.up.sql': `set work_mem = '9MB'; create table there ()\n-- step\nset work_mem = '8MB'; vacuum here;\n-- step\nselect 1 / 0`,
      })
      await refusal(engine.metadata.migrations(path).up())
      expect((await engine.execute(show)).scalar()).toBe(before)
      expect((await engine.execute('select work_mem from public.here')).scalar()).toBe('4MB')
    })

    test('each step has the lock and statement timeouts that were asked for', async () => {
      const engine = await open(driver)
      const record = `insert into seen select current_setting('lock_timeout'), current_setting('statement_timeout')`
      const path = folder({
        '20260101000000_a.up.sql': `create table seen (locks text, statements text);\n-- step\n${record};\n-- step: no transaction\n${record}`,
        '20260101000001_b.mjs': `export const transaction = false\nexport const up = async on => void await on.execute(\`${record}\`)`,
      })
      await engine.metadata
        .migrations(path, { statementTimeout: 60_000 })
        .up({ lockTimeout: 2000, statementTimeout: 50_000 })
      expect((await engine.execute('select distinct locks, statements from seen')).rows).toEqual([
        { locks: '2s', statements: '50s' },
      ])
      expect((await refusal(engine.metadata.migrations(path).up({ lockTimeout: -1 }))).code).toBe('migrationOption')
    })

    test('the history has the name and the schema that are asked for', async () => {
      const engine = await open(driver)
      const options = { table: 'My "history"', schema: 'deploy' }
      const migrations = engine.metadata.migrations(folder(users), options)
      await migrations.up()
      const found = await engine.execute('select name, state, steps_done from deploy."My ""history"""')
      expect(found.rows).toEqual([{ name: all[0], state: 'applied', steps_done: 1 }])
      await migrations.down()
      expect((await engine.execute('select to_regclass($1)::text', ['cupel_migrations'])).scalar()).toBeNull()
    })

    test('progress tells what happens', async () => {
      const engine = await open(driver)
      const told: MigrationProgress[] = []
      await engine.metadata
        .migrations(folder(email), { onProgress: event => told.push(event) })
        .up()
        .catch(() => {})
      await engine.metadata
        .migrations(folder(users))
        .up({ onProgress: event => told.push(event), allow: ['out of order'] })
      const [name] = all
      expect(told).toEqual([
        { kind: 'started', migration: all[1], direction: 'up', from: 1, steps: 2 },
        { kind: 'started', migration: name, direction: 'up', from: 1, steps: 1 },
        { kind: 'step', migration: name, step: 1, duration: expect.any(Number) },
        { kind: 'done', migration: name, direction: 'up', duration: expect.any(Number) },
      ])
    })

    test('an error says what to write where a line between steps would help', async () => {
      const engine = await open(driver)
      const path = folder({
        '20260101000000_a.up.sql': "create type mood as enum ('a'); create table moods (mood mood);",
        '20260102000000_b.up.sql': "alter type mood add value 'b'; insert into moods values ('b');",
      })
      const migrations = engine.metadata.migrations(path)
      expect((await refusal(migrations.up())).message).toContain(
        "(a line '-- step' before it commits what comes before it)",
      )
      write(path, {
        '20260102000000_b.up.sql': "alter type mood add value 'b';\n-- step\ninsert into moods values ('b');",
      })
      await migrations.up()
      const own = 'create procedure p() language plpgsql as $$ begin commit; end $$;\n-- step'
      write(path, { '20260103000000_c.up.sql': `${own}\ncall p()` })
      expect((await refusal(migrations.up())).message).toContain("a line '-- step: no transaction' before it")
      write(path, { '20260103000000_c.up.sql': `${own}: no transaction\ncall p()`.replace('-- step\n', '-- step') })
      await migrations.up()
    })

    test('ten runners at once apply each migration once', async () => {
      const database = await driver.database()
      const path = folder({
        ...users,
        ...email,
        '20260104000000_once.up.sql': "insert into users values (1, 'once'); select pg_sleep(0.1)",
      })
      const engines = Array.from({ length: 10 }, () => createEngine(database, { pool: { max: 2 } }))
      onTestFinished(async () => {
        for (const engine of engines) await engine.dispose()
      })
      const results = await Promise.all(engines.map(engine => engine.metadata.migrations(path).up()))
      expect(results.map(one => one.migrations.length).toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 3])
      expect((await engines[0]?.execute('select count(*)::int from users'))?.scalar()).toBe(1)
    })

    test('a program that cannot be loaded, and one without up, are refused before anything is run', async () => {
      const engine = await open(driver)
      const path = folder({ ...users, '20260102000000_x.mjs': 'export const down = 1' })
      const migrations = engine.metadata.migrations(path)
      expect((await refusal(migrations.up())).code).toBe('migrationExports')
      write(path, { '20260102000000_x.mjs': "import 'no-such-package'" })
      expect(await refusal(migrations.up())).toMatchObject({ code: 'migrationLoad', migration: '20260102000000_x' })
      expect(await columns(engine, 'users')).toEqual([])
      expect((await refusal(engine.metadata.migrations(join(path, 'none')).up())).code).toBe('migrationFolder')
    })
  })
}

describe('migrations and the locks of others', () => {
  test('a step that cannot have its lock is tried again, and gives up after its tries', async () => {
    const engine = await open(pgDriver)
    await engine.execute('create table users (id int)')
    const path = folder({ '20260101000000_a.up.sql': 'create table a ();\nalter table users add name text' })
    const blocker = await engine.begin()
    await blocker.execute('lock table users')
    const told: MigrationProgress[] = []
    const migrations = engine.metadata.migrations(path, { lockTimeout: 50 })
    const error = await refusal(migrations.up({ lockRetries: 1, onProgress: event => told.push(event) }))
    expect(error).toMatchObject({ step: 1, line: 2, cause: { sqlState: '55P03' } })
    expect(told.filter(one => one.kind === 'retrying')).toMatchObject([
      { step: 1, attempt: 1, error: { sqlState: '55P03' } },
    ])
    expect(await columns(engine, 'a')).toEqual([])
    const up = migrations.up({
      onProgress: event => {
        if (event.kind === 'retrying' && event.attempt === 2) void blocker.rollback()
      },
    })
    await up
    expect(await columns(engine, 'users')).toEqual(['id', 'name'])
  })

  test('a statement that takes longer than it may is ended', async () => {
    const engine = await open(pgDriver)
    const path = folder({ '20260101000000_a.up.sql': 'create table a ();\nselect pg_sleep(20)' })
    const error = await refusal(engine.metadata.migrations(path).up({ statementTimeout: 50 }))
    expect(error).toMatchObject({ line: 2, cause: { sqlState: '57014' } })
    expect((await engine.execute('show statement_timeout')).scalar()).toBe('0')
  })

  test('a concurrent build waits for a long transaction, whatever the lock timeout', async () => {
    const engine = await open(pgDriver)
    await engine.execute('create table users (id int)')
    const path = folder({ '20260101000000_a.up.sql': 'create index concurrently i on users (id)' })
    const long = await engine.begin()
    await long.execute('insert into users values (1)')
    const told: string[] = []
    const up = engine.metadata.migrations(path, { lockTimeout: 50, onProgress: event => told.push(event.kind) }).up()
    await new Promise(resolve => setTimeout(resolve, 500))
    await long.commit()
    await up
    expect(told).toEqual(['started', 'step', 'done'])
  })

  test('an index that somebody else is building is left alone', async () => {
    const engine = await open(pgDriver)
    await engine.execute('create table users (id int)')
    const long = await engine.begin()
    await long.execute('insert into users values (1)')
    const build = engine.execute('create index concurrently i on users (id)')
    const building =
      'select count(*)::int from pg_stat_progress_create_index where datname = current_database() and index_relid <> 0'
    while ((await engine.execute(building)).scalar() === 0) await new Promise(resolve => setTimeout(resolve, 20))
    const path = folder({ '20260101000000_a.up.sql': 'create index concurrently i on users (id)' })
    const error = await refusal(engine.metadata.migrations(path).up())
    expect(error.cause).toMatchObject({ code: 'indexBeingBuilt' })
    await long.rollback()
    await build
  })

  test('a runner whose connection is ended leaves what it had done, and the next goes on', async () => {
    const engine = await open(pgDriver)
    const path = folder({
      ...users,
      '20260102000000_long.up.sql':
        "insert into users values (1, 'a');\n-- step\nselect pg_sleep(case when exists (select from users where id = 2) then 0 else 60 end)",
    })
    const migrations = engine.metadata.migrations(path)
    const run = refusal(migrations.up())
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep(case%' and datname = current_database()`
    while ((await engine.execute(end)).rowCount === 0) await new Promise(resolve => setTimeout(resolve, 20))
    expect(await run).toMatchObject({ step: 2 })
    expect((await migrations.status())[1]).toMatchObject({ state: 'running', stepsDone: 1 })
    await engine.execute("insert into users values (2, 'b')")
    await migrations.up()
    expect((await migrations.status())[1]).toMatchObject({ state: 'applied', stepsDone: 2 })
  })
})

test('a process that is killed while an index is built leaves it to be finished, and it is not built again', async () => {
  const address = await pgDriver.database()
  await using engine = createEngine(address)
  await engine.execute('create table users (id int)')
  const path = folder({ '20260101000000_a.up.sql': 'create index concurrently i on users (id)' })
  const long = await engine.begin()
  await long.execute('insert into users values (1)')
  const main = `const { createEngine } = await import('./src/index.ts')
    await createEngine(process.argv[1]).metadata.migrations(process.argv[2]).up()`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', main, address, path], {
    cwd: new URL('..', import.meta.url),
    stdio: 'inherit',
  })
  const ended = new Promise(resolve => child.on('exit', (_, signal) => resolve(signal)))
  const building =
    'select index_relid from pg_stat_progress_create_index where datname = current_database() and index_relid <> 0'
  while ((await engine.execute(building)).rowCount === 0) await new Promise(resolve => setTimeout(resolve, 50))
  const built = (await engine.execute(building)).scalar()
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
  const told: string[] = []
  const up = engine.metadata.migrations(path).up({
    onProgress: event => {
      told.push(event.kind)
      // The server builds on for the process that is gone, and keeps its lock.
      if (event.kind === 'waiting') void long.commit()
    },
  })
  await up
  expect(told).toEqual(['waiting', 'started', 'step', 'done'])
  const index = await engine.execute('select indexrelid, indisvalid from pg_index where indrelid = $1::regclass', [
    'users',
  ])
  expect(index.rows).toEqual([{ indexrelid: built, indisvalid: true }])
  expect(await engine.metadata.migrations(path).status()).toMatchObject([{ state: 'applied', stepsDone: 1 }])
})

const machine = machineBinaries()

test.skipIf(machine === null)(
  'a server of an older version is led up and down alike, past a build that fails',
  async () => {
    const server = await machineServer(machine ?? '')
    try {
      await using engine = createEngine(server.url)
      const path = folder({
        ...users,
        ...email,
        '20260102000001_names.up.sql':
          "insert into users values (1, 'a'), (2, 'a');\n-- step\ncreate unique index concurrently names on users (name)",
        '20260102000001_names.down.sql': 'drop index concurrently names',
      })
      const migrations = engine.metadata.migrations(path)
      expect(await refusal(migrations.up())).toMatchObject({ step: 2, line: 3, cause: { sqlState: '23505' } })
      await engine.execute('delete from users where id = 2')
      await migrations.up()
      const valid = `select indisvalid from pg_index where indexrelid = to_regclass('names')`
      expect((await engine.execute(valid)).scalar()).toBe(true)
      await migrations.down({ to: null })
      expect(await columns(engine, 'users')).toEqual([])
    } finally {
      await server.stop()
    }
  },
)

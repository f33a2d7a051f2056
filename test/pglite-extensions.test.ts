/** Extensions that come with PGlite, at hand where a schema, a folder or migrations name them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createEngine, defineSchema, MigrationError, sql, t, table } from '../src/index.ts'
import { pgliteExtensions } from '../src/engine/pglite-extensions.ts'
import { project } from './projects.ts'
import { limitedRole } from './role.ts'

const schema = defineSchema(
  {
    users: table(
      { id: t.uuid({ default: sql`uuid_generate_v4()` }), email: t.custom('citext'), name: t.text() },
      { indexes: { users_by_name: { on: [{ column: 'name', opclass: 'gin_trgm_ops' }], using: 'gin' } } },
    ),
  },
  { extensions: ['citext', 'uuid-ossp', 'pg_trgm', { name: 'cube', schema: 'apart' }, 'earthdistance'] },
)

describe('an embedded database', () => {
  test('has what its schema names, and in a folder what it has', async () => {
    const url = project({}).embedded()
    const engine = createEngine(url, { schema })
    await engine.metadata.createAll()
    await engine.execute(`insert into users (email, name) values ('Ada@Example.org', 'Ada')`)
    expect((await engine.metadata.diff()).changes).toEqual([])
    await engine.dispose()

    await using again = createEngine(url)
    const { rows } = await again.execute(`select email, length(id::text) from users where email = 'ada@example.org'`)
    expect(rows).toEqual([{ email: 'Ada@Example.org', length: 36 }])
    const { extensions } = (await again.metadata.reflect()).options
    expect(extensions).toEqual(schema.options.extensions)
  })

  test('says what it has not', async () => {
    await using engine = createEngine('pglite:', { schema: defineSchema({}, { extensions: ['../citext'] }) })
    await expect(engine.metadata.createAll()).rejects.toThrow('invalid extension name: "../citext"')
    expect(Object.keys(await pgliteExtensions(['citext', 'none', 'plpgsql', 'uuid-ossp', '../citext']))).toEqual([
      'citext',
      'uuid-ossp',
    ])
  })
})

/** Engines whose schema has a column of citext, and some extensions. */
const emailsOn =
  (address: string) =>
  (...extensions: string[]) =>
    createEngine(address, {
      schema: defineSchema({ users: table({ email: t.custom('citext') }) }, { extensions }),
    })

test('an embedded database in place of one on the server has what comes with PGlite', async () => {
  const { address, role, admin } = await limitedRole('nocreatedb')
  const having = emailsOn(address)
  const database = (await admin.execute('select quote_ident(current_database())')).scalar()
  await admin.execute(`create extension citext; grant create on database ${database} to ${role}`)
  await using limited = having('citext')
  expect((await limited.metadata.diff()).changes.map(({ kind }) => kind)).toEqual(['create table'])
  await limited.metadata.createAll()
  expect((await limited.metadata.diff()).changes).toEqual([])
  await using other = having('citext', 'none')
  const failure = await other.metadata.diff().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(MigrationError)
  expect(failure).toMatchObject({ code: 'embeddedRefused', message: expect.stringContaining('"none"') })
})

test('an embedded database takes the place of one on the server where the role may not make the extensions', async () => {
  const { address, role, admin } = await limitedRole('createdb')
  const having = emailsOn(address)
  await admin.execute('create extension pg_stat_statements; create extension dblink; create extension citext')
  await using known = having('citext', 'pg_stat_statements', 'dblink')
  const failure = await known.metadata.diff().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(MigrationError)
  expect(failure).toMatchObject({
    code: 'embeddedRefused',
    message:
      `the role may not create extension 'dblink' or 'pg_stat_statements' in a database beside this one, and an embedded database in its place ` +
      `refuses the schema: extension "dblink" is not available; use a role that may`,
  })
  await admin.execute('drop extension dblink')
  await using other = having('citext', 'pg_stat_statements')
  expect((await other.metadata.diff()).changes.map(({ kind }) => kind)).toEqual(['create table'])
  await other.metadata.createAll()
  expect((await other.metadata.diff()).changes).toEqual([])
  // So does one where it may not make something else that the schema has.
  await admin.execute(`drop extension pg_stat_statements; create table own ()`)
  await other.execute('create table one (); create table more ()')
  const found = await other.metadata.reflect()
  expect(Object.keys(found.options.raw ?? {})).toContain('owner of table public.own')
  await using owned = createEngine(address, { schema: found })
  expect((await owned.metadata.diff()).changes).toEqual([])
  const left = 'select count(*)::int from pg_database where pg_get_userbyid(datdba) = $1'
  expect((await admin.execute(left, [role])).scalar()).toBe(0)
})

test('migrations that make extensions are written, run and squashed', { timeout: 120_000 }, async () => {
  const { folder, inside, embedded } = project({
    'one.js': `import { defineSchema, t, table } from 'cupel'
      export default defineSchema({ users: table({ email: t.custom('citext') }) }, { extensions: ['citext'] })`,
    'migrations/20260101000000_first.up.sql': 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp";\n',
    'migrations/20260101000000_first.down.sql': 'drop extension "uuid-ossp";\n',
  })
  const done = { status: 0, stderr: '' }
  const url = embedded()
  const rest = ['--schema', 'one.js', '--allow', '*']
  expect(await inside({}, 'migrate', 'new', 'users', ...rest)).toMatchObject(done)
  const files = readdirSync(join(folder, 'migrations')).toSorted()
  const written = readFileSync(join(folder, 'migrations', files.at(-1) ?? ''), 'utf8')
  expect(written).toMatch(/create extension if not exists "citext"[^]*drop extension "uuid-ossp"/)
  expect(await inside({}, 'migrate', 'up', '--url', url)).toMatchObject(done)
  expect(await inside({}, 'diff', '--schema', 'one.js', '--url', url)).toMatchObject(done)
  expect(await inside({}, 'migrate', 'down', '--url', url)).toMatchObject(done)
  expect(await inside({}, 'migrate', 'squash')).toMatchObject(done)
})

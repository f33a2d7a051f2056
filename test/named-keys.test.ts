/** Foreign keys with names of their own: on their columns, in the database, read, written, compared. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createEngine, defineSchema, SchemaError, t, table } from '../src/index.ts'
import { pull } from '../src/metadata/pull.ts'
import { drivers } from './drivers.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const script = `
  create table users (id bigint generated always as identity primary key, email varchar(50) unique, facts jsonb unique);
  create table posts (
    user_id bigint not null constraint fk_rails_1 references users on delete cascade,
    editor_id bigint constraint fk_rails_2 references users,
    email varchar(50) constraint "To email" references users (email) deferrable initially deferred,
    usual bigint references users,
    first_id bigint references users, constraint a_first foreign key (first_id) references users on delete set null,
    facts jsonb references users (facts)
  );
  alter table posts add constraint late foreign key (usual) references users not valid`

const pulled = `import { defineSchema, t, table } from 'cupel'

export const schema = defineSchema(
  {
    posts: table(
      {
        userId: t.ref('users.id', { foreignKey: 'fk_rails_1', onDelete: 'cascade', inverse: 'postsByUser' }),
        editorId: t.ref('users.id', { nullable: true, foreignKey: 'fk_rails_2', inverse: 'postsByEditor' }),
        email: t.varchar({
          length: 50,
          nullable: true,
          references: 'users.email',
          foreignKey: 'To email',
          deferrable: 'initially deferred',
          inverse: 'postsByEmail',
        }),
        usual: t.ref('users.id', { nullable: true, inverse: 'postsByUsual' }),
        firstId: t.ref('users.id', { nullable: true, inverse: 'postsByFirst' }),
        facts: t.jsonb({ nullable: true }),
      },
      {
        foreignKeys: {
          a_first: {
            columns: ['firstId'],
            references: 'users',
            onDelete: 'set null',
            as: 'firstByUsers',
            inverse: 'postsByFirstByUsers',
          },
          late: { columns: ['usual'], references: 'users', notValid: true },
          posts_facts_fkey: { columns: ['facts'], references: 'users', target: ['facts'], inverse: 'postsByFacts' },
        },
      },
    ),
    users: table({
      id: t.id(),
      email: t.varchar({ length: 50, nullable: true, unique: true }),
      facts: t.jsonb({ nullable: true, unique: true }),
    }),
  },
  { naming: 'snake_case' },
)
`

for (const driver of drivers) {
  test(`are read and stand on their columns where a column can have them: ${driver.name}`, async () => {
    await using source = createEngine(await driver.database())
    await source.execute(script)
    const schema = await source.metadata.reflect()
    const text = pull(schema).get('schema.ts') ?? ''
    expect(text).toBe(pulled)
    expect(compiles(text)).toBe('')
    await using copy = createEngine(await driver.database(), { schema })
    await copy.metadata.createAll()
    expect((await copy.metadata.diff()).changes).toEqual([])
    expect(await copy.metadata.reflect()).toEqual(schema)
  })
}

test('have the names of relations that a person gave where the table had them', () => {
  const found = defineSchema({
    users: table({ id: t.id() }),
    posts: table({
      user: t.text(),
      user_id: t.ref('users.id', { foreignKey: 'fk_1', as: 'theUser' }),
      editor_id: t.ref('users.id', { foreignKey: 'fk_2' }),
    }),
  })
  const edited = `import { defineSchema, t, table } from 'cupel'

export const schema = defineSchema(
  {
    users: table({ id: t.id() }),
    posts: table(
      { user: t.text(), userId: t.bigint({ mode: 'number' }), editorId: t.bigint({ mode: 'number' }) },
      {
        foreignKeys: {
          fk_1: { columns: ['userId'], references: 'users', inverse: 'works' },
          fk_2: { columns: ['editorId'], references: 'users', as: 'reader', inverse: 'read', cascade: ['merge'] },
        },
      },
    ),
  },
  { naming: 'snake_case' },
)
`
  const merged = pull(found, { merge: new Map([['schema.ts', edited]]) }).get('schema.ts') ?? ''
  expect(merged).toContain(`userId: t.ref('users.id', { foreignKey: 'fk_1', as: 'userByUsers', inverse: 'works' })`)
  expect(merged).toMatch(
    /editorId: t\.ref\('users\.id', \{\s+foreignKey: 'fk_2',\s+as: 'reader',\s+inverse: 'read',\s+cascade: \['merge'\],?\s+\}\)/,
  )
  expect(compiles(merged)).toBe('')
})

test('belong to a key', () => {
  const keyless = { posts: table({ title: t.text({ foreignKey: 'fk' }) }) }
  expect(() => defineSchema(keyless)).toThrow(
    new SchemaError('missingPartOption', `the foreign key of column 'posts.title'`, 'references', 'a string'),
  )
})

/** What the compiler says of a schema. */
function compiles(text: string): string {
  const path = `${root}.tmp/named-keys-${process.pid}`
  mkdirSync(path, { recursive: true })
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  writeFileSync(`${path}/schema.ts`, text.replace(`'cupel'`, `'../../src/index.ts'`))
  const settings = { extends: '../../tsconfig.json', include: [], files: ['schema.ts'] }
  writeFileSync(`${path}/tsconfig.json`, JSON.stringify(settings))
  const argv = ['node_modules/typescript/bin/tsc', '-p', path, '--noEmit', '--pretty', 'false']
  const { status, stdout } = spawnSync(process.execPath, argv, { cwd: root, encoding: 'utf8' })
  return status === 0 ? '' : stdout
}

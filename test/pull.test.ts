import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { defineSchema, sql, t, table, type AnySchema } from '../src/index.ts'
import { pull as pulled, type PullOptions } from '../src/metadata/pull.ts'
import { fingerprint } from './fingerprint.ts'
import { fixture, fixtures, places } from './places.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The text of `schema.ts`. */
function pull(schema: AnySchema, options: PullOptions = {}): string {
  return pulled(schema, options).get('schema.ts') ?? ''
}

/** What a program prints, which is nothing when it is content. */
function complaints(program: string, ...parameters: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...parameters], {
    cwd: root,
    encoding: 'utf8',
  })
  return status === 0 ? '' : stdout + stderr
}

/** A folder in the repository, so that the compiler finds what it needs. */
function folder(name: string): string {
  const path = `${root}.tmp/${name}-${process.pid}`
  mkdirSync(path, { recursive: true })
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const columnName = (at: number): string => `c${at}x`

/** Columns, and what stands for their defaults. */
const defaultsOf = {
  'boolean default true': 'true',
  'smallint default 0': '0',
  'integer default -5': '-5',
  "integer default '7'": '7',
  'integer default 1 + 1': 'sql`(1 + 1)`',
  'bigint default 0': '0n',
  'bigint default -1': '-1n',
  'bigint default 9007199254740993': '9007199254740993n',
  'bigint default -2147483648': '-2147483648n',
  'bigint default -2147483649': '-2147483649n',
  'real default 0.5': '0.5',
  'real default 0.50': 'sql`0.50`',
  'double precision default -0.25': '-0.25',
  'double precision default 10': '10',
  "double precision default 'NaN'": "sql`'NaN'::double precision`",
  'double precision default 1e30': "sql`'1000000000000000000000000000000'::numeric`",
  'numeric(10, 2) default 0.00': "'0.00'",
  'numeric default -12345678901234567890.5': "'-12345678901234567890.5'",
  'numeric default 99999999999999999999': "'99999999999999999999'",
  "text default $$it's$$": '"it\'s"',
  "varchar default ''": "''",
  "varchar(5) default 'a'": "'a'",
  "uuid default '00000000-0000-0000-0000-000000000000'": "'00000000-0000-0000-0000-000000000000'",
  "level default 'low'": "'low'",
  "text[] default '{}'": '[]',
  "varchar[] default '{}'": '[]',
  "varchar(5)[] default '{}'": "sql`'{}'::character varying[]`",
  "integer[] default '{}'": '[]',
  "integer[] default '{1}'": "sql`'{1}'::integer[]`",
  "level[] default '{}'": "sql`'{}'::public.level[]`",
  "jsonb default '{}'": '{}',
  "jsonb default '[]'": '[]',
  'jsonb default \'{"a": 1.0}\'': `sql\`'{"a": 1.0}'::jsonb\``,
  "json default '{}'": "sql`'{}'::json`",
  'timestamptz default now()': 'sql`now()`',
}

for (const place of places) {
  describe(`pull on ${place.name}`, () => {
    test.each(fixtures)('%s: the file is formatted, compiles, and makes the same database', async name => {
      const source = await place.engine()
      await source.execute(fixture(name))
      const text = pull(await source.metadata.reflect(), { from: '../../src/index.ts' })
      expect(pull(await source.metadata.reflect(), { from: '../../src/index.ts' })).toBe(text)

      const path = folder(`pull-${place.name}-${name}`)
      writeFileSync(`${path}/schema.ts`, text)
      writeFileSync(`${path}/tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.json', include: ['schema.ts'] }))
      expect(complaints('node_modules/typescript/bin/tsc', '-p', path)).toBe('')
      expect(
        complaints(
          'node_modules/@biomejs/biome/bin/biome',
          'check',
          '--error-on-warnings',
          '--vcs-enabled=false',
          `${path}/schema.ts`,
        ),
      ).toBe('')

      const { schema } = (await import(/* @vite-ignore */ `${path}/schema.ts`)) as { schema: AnySchema }
      const copy = await place.engine(schema)
      await copy.metadata.createAll()
      expect(await fingerprint(copy)).toEqual(await fingerprint(source))
    })

    test('defaults are values where Postgres prints those alike', async () => {
      const source = await place.engine()
      const defaults = Object.entries(defaultsOf)
      const columns = defaults.map(([sql], at) => `${columnName(at)} ${sql}`)
      await source.execute(`create type level as enum ('low', 'high'); create table d (${columns.join(', ')})`)
      const text = pull(await source.metadata.reflect(), { from: '../../src/index.ts' })
      const found = defaults.map(([sql], at) => {
        const [, options = ''] = new RegExp(`^ +${columnName(at)}: .*default: (.*) }\\),$`, 'm').exec(text) ?? []
        return [sql, options]
      })
      expect(Object.fromEntries(found)).toEqual(defaultsOf)

      const path = folder(`pull-defaults-${place.name}`)
      writeFileSync(`${path}/schema.ts`, text)
      writeFileSync(`${path}/tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.json', include: ['schema.ts'] }))
      expect(complaints('node_modules/typescript/bin/tsc', '-p', path)).toBe('')
      const { schema } = (await import(/* @vite-ignore */ `${path}/schema.ts`)) as { schema: AnySchema }
      const copy = await place.engine(schema)
      await copy.metadata.createAll()
      expect(await fingerprint(copy)).toEqual(await fingerprint(source))
    })
  })
}

describe('pull', () => {
  test('keys are in camel case where that leads back to the names', () => {
    const text = pull(
      defineSchema({
        blog_posts: table({ id: t.integer({ primaryKey: true }), created_at: t.date() }),
      }),
    )
    expect(text).toBe(`import { defineSchema, t, table } from 'cupel'

export const schema = defineSchema(
  {
    blogPosts: table({
      id: t.integer({ primaryKey: true }),
      createdAt: t.date(),
    }),
  },
  { naming: 'snake_case' },
)
`)
  })

  test('what excludes, is indexed or is a key has the keys of its columns', () => {
    const text = pull(
      defineSchema({
        stays: table(
          { room_id: t.integer(), guest_id: t.integer() },
          {
            primaryKey: ['room_id', 'guest_id'],
            indexes: { by_guest: { on: ['guest_id', sql`(room_id + 1)`] } },
            excludes: {
              apart: {
                elements: [
                  { on: 'room_id', with: '=' },
                  { on: sql`(guest_id + 1)`, with: '=' },
                ],
              },
            },
          },
        ),
      }),
    )
    expect(text).toContain(`        primaryKey: ['roomId', 'guestId'],
        indexes: { by_guest: { on: ['guestId', sql\`(room_id + 1)\`] } },
        excludes: {
          apart: {
            elements: [
              { on: 'roomId', with: '=' },
              { on: sql\`(guest_id + 1)\`, with: '=' },
            ],
          },
        },`)
  })

  test('two columns that would have one key have two', () => {
    const text = pull(
      defineSchema({ a_b: table({ created_at: t.date(), createdAt: t.date(), updated_at: t.date(), x__y: t.date() }) }),
    )
    expect(text).toContain(`      createdAt: t.date(),
      createdAt2: t.date({ name: 'createdAt' }),
      updatedAt: t.date(),
      x__y: t.date(),`)
  })

  test('a key of identity is t.id, and what points to it t.ref, with relations both ways', () => {
    const text = pull(
      defineSchema({
        users: table({ id: t.bigint({ identity: 'always', primaryKey: true }) }),
        posts: table({ id: t.id(), author_id: t.bigint({ references: 'users.id', onDelete: 'cascade' }) }),
      }),
    )
    expect(text).toContain(`id: t.id(),`)
    expect(text).toContain(`authorId: t.ref('users.id', { onDelete: 'cascade', inverse: 'posts' }),`)
  })

  test('text of SQL stands as it is, whatever it holds', () => {
    const hole = ['$', '{x}'].join('')
    const checks = { odd: sql.dangerous(`name ~ '\\d\`${hole}' and name <> '\r'`) }
    const text = pull(defineSchema({ a: table({ name: t.text() }, { checks }) }))
    expect(text).toContain(`sql\`name ~ '\\\\d\\\`\\${hole}' and name <> '\\r'\``)
  })

  test('what a person added stays where the files are merged', () => {
    const found = defineSchema({
      users: table({ id: t.id(), profile: t.jsonb() }),
      posts: table({ id: t.id(), author_id: t.bigint({ references: 'users.id' }), meta: t.jsonb() }),
    })
    const first = pull(found)
    const edited = first
      .replace('\n\n', `\nimport type { Meta } from './meta.ts'\n\ninterface Profile {\n  bio: string\n}\n\n`)
      .replace('profile: t.jsonb()', 'profile: t.jsonb<Profile>()')
      .replace('meta: t.jsonb()', 'meta: t.jsonb<Meta | { draft: boolean }>()')
      .replace(`inverse: 'posts'`, `as: 'writer', inverse: 'written'`)
    expect(pull(found, { merge: new Map([['schema.ts', edited]]) })).toBe(edited)
  })

  test('what no database holds stays: keys, modes, versions, cascades, links, codecs, columns of views, code', () => {
    const found = defineSchema(
      {
        usr: table({
          id: t.id(),
          nm: t.text(),
          seen_at: t.timestamptz(),
          rev: t.integer({ default: sql`1` }),
          spot: t.custom('vector(3)'),
        }),
        posts: table(
          {
            id: t.bigint({ identity: 'always', primaryKey: true }),
            author_id: t.bigint({ references: 'usr.id' }),
            amounts: t.array(t.numeric()),
            at: t.composite('place', { x: t.numeric(), meta: t.jsonb() }),
          },
          { foreignKeys: { posts_usr: { columns: ['author_id'], references: 'usr', target: ['id'] } } },
        ),
        posts_tags: table({
          post_id: t.bigint({ references: 'posts.id' }),
          tag_id: t.bigint({ references: 'usr.id' }),
        }),
      },
      {
        extensions: ['postgis'],
        composites: { place: { x: t.numeric(), meta: t.jsonb() } },
        views: { busy: { as: sql`select 1 as n` } },
      },
    )
    const edited = `import { defineSchema, type Row, sql, t, table } from 'cupel'
import { vector } from './vector.ts'

// How many of them there are.
const dozen = 12

/** It is told of elsewhere. */
export interface Meta {
  by: string
}

function half(text: string): number {
  const all = Number(text)
  return all / 2 + dozen
}

const place = { x: t.numeric({ mode: 'number' }), meta: t.jsonb<Meta>() } as const

export const schema = defineSchema(
  {
    users: table(
      {
        id: t.id(),
        name: t.text({ name: 'nm', renamedFrom: 'title' }),
        seenAt: t.timestamptz({ mode: 'string' }),
        rev: t.integer({ version: true }),
        spot: t.custom<number[]>('vector(3)', { ...vector, decode: text => [half(text)] }),
      },
      { name: 'usr', renamedFrom: 'people' },
    ),
    posts: table(
      {
        id: t.bigint({ identity: 'always', primaryKey: true }),
        authorId: t.ref('users.id', { as: 'writer', inverse: 'posts', cascade: ['save-update', 'delete'] }),
        amounts: t.array(t.numeric({ mode: 'number' })),
        at: t.composite('place', place),
      },
      { foreignKeys: { posts_usr: { columns: ['authorId'], references: 'users', as: 'owner', cascade: ['merge'] } } },
    ),
    postsTags: table(
      {
        postId: t.bigint({ references: 'posts.id' }),
        tagId: t.ref('users.id'),
      },
      { link: { postId: 'posts', tagId: 'tags' } },
    ),
  },
  {
    naming: 'snake_case',
    extensions: [{ name: 'postgis', version: '3.4' }],
    composites: { place },
    views: { busy: { as: sql\`select 1 as n\`, columns: { n: t.integer() } } },
  },
)

export type User = Row<typeof schema, 'users'>
export const tables = Object.keys(schema.tables)
`
    const merged = pull(found, { merge: new Map([['schema.ts', edited]]) })
    // Types stand above, wherever they stood.
    const type = `export type User = Row<typeof schema, 'users'>\n`
    expect(merged).toBe(edited.replace(`\n${type}`, '\n').replace('\nconst place', `\n${type}\nconst place`))
    expect(pull(found, { merge: new Map([['schema.ts', merged]]) })).toBe(merged)

    // What is of another type now, or gone, says nothing any more.
    const later = pull(
      defineSchema({
        usr: table({ id: t.id(), nm: t.jsonb(), name: t.text(), rev: t.text(), seen_at: t.date(), spot: t.text() }),
      }),
      { merge: new Map([['schema.ts', edited]]) },
    )
    expect(later).toContain(`      {
        id: t.id(),
        name: t.jsonb({ name: 'nm', renamedFrom: 'title' }),
        name2: t.text({ name: 'name' }),
        rev: t.text(),
        seenAt: t.date(),
        spot: t.text(),
      },`)
    expect(later).not.toContain('vector')
    expect(later).not.toContain('const place')
  })

  test('the names of constants, what is exported beside them and the comments outside of the schema stay', () => {
    const found = defineSchema(
      { users: table({ id: t.id(), role: t.enum('user_role', ['member']) }) },
      { enums: { user_role: ['member'] } },
    )
    const edited = `// To whom it belongs.

import { defineSchema, t, table } from 'cupel'
// What it brings along.
import './effect.ts'
import type { Other } from './other.ts'

/* A remark
   of two lines. */

enum Colour {
  Red,
}

const { a, b } = { a: 1, b: Colour.Red }

export { a as first, b }

export * from './more.ts'

export const levels = ['low', 'high'] as const

/** Who may do what. */
export const roles = ['member'] as const

/** The schema. */
const db = defineSchema(
  {
    users: table({
      id: t.id(),
      role: t.enum('user_role', roles),
    }),
  },
  { enums: { user_role: roles } },
)

export default db

// The end.
`
    const merge = (text: string): string | undefined => pull(found, { merge: new Map([['schema.ts', text]]) })
    // What nothing names any more is not imported.
    const merged = edited.replace(`import type { Other } from './other.ts'\n`, '')
    expect(merge(edited)).toBe(merged)
    expect(merge(merged)).toBe(merged)
    const bare = merged
      .replace('const db = defineSchema', 'export default defineSchema')
      .replace('\nexport default db\n', '')
    expect(merge(bare)).toBe(bare)
    const grown = defineSchema(
      { users: table({ id: t.id(), role: t.enum('user_role', ['member', 'admin']) }) },
      { enums: { user_role: ['member', 'admin'] } },
    )
    expect(pull(grown, { merge: new Map([['schema.ts', merged]]) })).toBe(
      merged.replace(`roles = ['member']`, `roles = ['member', 'admin']`),
    )
  })

  test('tables stay in the order in which they stand, new ones after them', () => {
    const names = (text: string): string[] => [...text.matchAll(/^ +(\w+): table/gm)].map(([, name = '']) => name)
    const users = { users: table({ id: t.id() }) }
    const tags = { tags: table({ id: t.id() }) }
    const files = new Map([['schema.ts', pull(defineSchema({ ...users, ...tags }))]])
    const found = defineSchema({ more: table({ id: t.id() }), ...tags, ...users })
    expect(names(pull(found))).toEqual(['more', 'tags', 'users'])
    expect(names(pull(found, { merge: files }))).toEqual(['users', 'tags', 'more'])
  })

  test('columns that functions make or that are spread in stay while the database has them so', () => {
    const text = `import { defineSchema, t, table } from 'cupel'
import { moments } from './moments.ts'

function money() {
  return t.numeric({ mode: 'number', nullable: true })
}

export const schema = defineSchema({
  users: table({
    id: t.id(),
    ...moments,
    price: money(),
  }),
})
`
    const moments = { made: t.timestamptz({ mode: 'string', default: sql`now()` }), seen: t.timestamptz() }
    const was = defineSchema({
      users: table({ id: t.id(), ...moments, price: t.numeric({ mode: 'number', nullable: true }) }),
    })
    const merged = (found: AnySchema): string | undefined => pull(found, { merge: new Map([['schema.ts', text]]), was })
    const column = { made: t.timestamptz({ default: sql`now()` }), seen: t.timestamptz() }
    expect(
      merged(defineSchema({ users: table({ id: t.id(), ...column, price: t.numeric({ nullable: true }) }) })),
    ).toBe(text)
    const other = merged(defineSchema({ users: table({ id: t.id(), made: t.timestamptz(), price: t.numeric() }) }))
    expect(other).toContain(`made: t.timestamptz({ mode: 'string' }),\n    price: t.numeric({ mode: 'number' }),`)
    expect(other).toContain('function money()')
    expect(other).not.toContain('moments')
  })

  test('a file for each table compiles, and keeps what was added to it', () => {
    const comment = ['who writes, as $', '{author}'].join('')
    const long = 'applicationUserConsentOrganizationResourceScopes'
    const found = defineSchema(
      {
        users: table({ id: t.id(), role: t.enum('user_role', ['member', 'admin']), profile: t.jsonb() }),
        posts: table({ id: t.id(), author_id: t.bigint({ references: 'users.id' }) }, { comment }),
        [long]: table({ id: t.id() }),
      },
      { enums: { user_role: ['member', 'admin'] } },
    )
    const options = { files: 'tables', from: '../../src/index.ts' } as const
    const files = new Map(pulled(found, options))
    const longFile = 'application-user-consent-organization-resource-scopes.ts'
    expect([...files.keys()]).toEqual(['users.ts', 'posts.ts', longFile, 'types.ts', 'schema.ts'])
    const users = `${files.get('users.ts')?.replace('t.jsonb()', 't.jsonb<Profile>()')}\nexport type Profile = { bio: string }\n`
    files.set('users.ts', users)
    const merged = pulled(found, { ...options, merge: files })
    expect(merged.get('users.ts')).toContain('profile: t.jsonb<Profile>()')
    const renamed = new Map([...merged].map(([name, text]) => [name, text.replaceAll(/\busers\b(?!')/g, 'people')]))
    renamed.set('schema.ts', renamed.get('schema.ts')?.replace('    people,', '    users: people,') ?? '')
    const again = pulled(found, { ...options, merge: renamed })
    expect(again.get('users.ts')).toContain('export const people = table(')
    expect(again.get('schema.ts')).toContain('    users: people,')
    expect(merged.get('posts.ts')).toContain(`comment: 'who writes, as $\\x7bauthor}'`)
    expect(pulled(found, { ...options, merge: merged })).toEqual(merged)

    const path = folder('pull-files')
    for (const [name, text] of merged) writeFileSync(`${path}/${name}`, text)
    writeFileSync(`${path}/tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'] }))
    expect(complaints('node_modules/typescript/bin/tsc', '-p', path)).toBe('')
    expect(
      complaints(
        'node_modules/@biomejs/biome/bin/biome',
        'check',
        '--error-on-warnings',
        '--vcs-enabled=false',
        ...[...merged.keys()].map(name => `${path}/${name}`),
      ),
    ).toBe('')
  })
})

/** The command `cupel`, as a process of its own. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commands } from '../src/cli/commands.ts'
import { commandHelp, overview } from '../src/cli/help.ts'
import { createEngine } from '../src/index.ts'
import { project } from './projects.ts'

const schema = `import { defineSchema, sql, t, table } from 'cupel'

export const schema = defineSchema({
  users: table({ id: t.id(), email: t.text({ unique: true }), createdAt: t.timestamptz({ default: sql\`now()\` }) }),
  posts: table({ id: t.id(), authorId: t.ref('users.id', { inverse: 'posts' }), title: t.text() }),
}, { naming: 'snake_case' })
`
// That 'defineConfig' gives it, too, is what 'init' writes.
const settings = `export default { schema: './schema.ts', url: 'pglite:./data' }
`

describe('help', () => {
  const pages = [
    ['cupel', overview(commands, null)],
    ...commands.map(command => [command.name, commandHelp(command)] as const),
  ] as const

  test.each(pages)('of %s fits a screen of 80 columns and 24 lines', (_, page) => {
    const lines = page.split('\n')
    expect(lines.filter(line => line.length > 80)).toEqual([])
    // One line is left for the prompt.
    expect(lines.length).toBeLessThanOrEqual(24)
  })

  test('is what cupel alone, --help and help print, on the standard output', async () => {
    const page = overview(commands, null)
    const printed = { status: 0, stdout: page, stderr: '' }
    for (const argv of [['--help'], ['-h'], ['help']]) expect(await project().inside({}, ...argv)).toEqual(printed)
    expect(await project().cupel()).toEqual(printed)
  })

  test('of a command is what it prints with --help, and after help', async () => {
    const { stdout } = await project().inside({}, 'pull', '--help')
    expect(stdout).toMatch(/^cupel pull \[options\]: /)
    expect((await project().inside({}, 'help', 'pull')).stdout).toBe(stdout)
  })

  test('has the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(await project().cupel('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describe('settings and a schema in TypeScript', () => {
  test.each(['module', 'commonjs'])('of a project of type %s, with what Node cannot take away', async type => {
    const { cupel, write } = project({
      'cupel.config.ts': `import { type Path, Name } from './names.js'\nconst path: Path = Name.File\nexport default { schema: path }\n`,
      'names.ts': `export type Path = string\nexport enum Name { File = './schema.ts' }\n`,
      'schema.ts': schema,
    })
    write('package.json', JSON.stringify({ name: 'project', type }))
    const { status, stdout, stderr } = await cupel('diagram', '--format', 'mermaid')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('users ||--o{ posts')
  })
})

describe('a wrong command line exits with 2 and says what was meant', () => {
  test.each([
    [['pul'], `there is no command 'pul'; did you mean 'pull'?`],
    [['frobnicate'], `there is no command 'frobnicate'; 'cupel --help' lists them all`],
    [['up'], `there is no command 'up'; did you mean 'migrate up'?; 'cupel --help' lists them all`],
    [['squsah'], `there is no command 'squsah'; did you mean 'migrate squash'?; 'cupel --help' lists them all`],
    [['pull', '--megre'], `'cupel pull' has no option '--megre'; did you mean '--merge'?`],
    [['init', '--merge'], `'cupel init' has no option '--merge'`],
    [['diagram', '--out'], `the option '--out' takes <file>`],
    [['diagram', '--out', '--format'], `the option '--out' takes <file>`],
    [['pull', '--merge=yes'], `the option '--merge' takes no value`],
    [['pull', '--url', 'pglite:', '--url', 'pglite:'], `the option '--url' is given twice`],
    [['init', 'here'], `'cupel init' takes no words; 'here' is given`],
    [['pull'], 'this needs a database: give --url'],
    [['pull', '--url', 'postgress://u:secret@h/d'], `not with 'postgress:'; did you mean 'postgres'?`],
    [['diagram'], 'this needs a schema: give --schema'],
    [['diagram', '--schema', 'gone.ts'], `there is no file 'gone.ts'`],
    [['diagram', '--config', 'gone.ts'], `there is no file 'gone.ts'`],
    [['diagram', '--format', 'png'], `a diagram is 'svg' or 'mermaid'; not 'png'`],
    [['diagram', '--out', 'd.png'], `'d.png' ends neither in '.svg' nor in`],
    [['diagram', '--schema', '.'], `'.' is a folder, where a file is wanted`],
    [['migrate', 'new'], `'cupel migrate new' takes <name>; nothing is given`],
  ])('%j', async (argv, sentence) => {
    const { status, stdout, stderr } = await project().inside({}, ...argv)
    expect(stderr).toContain(`error: ${sentence.startsWith('not with') ? '' : sentence}`)
    expect(stderr).toContain(sentence)
    expect(stderr).not.toMatch(/secret|^\s+at /m)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })

  test('a database that is not there is said without its password', async () => {
    const { status, stderr } = await project().inside({}, 'pull', '--url', 'postgres://u:secret@127.0.0.1:1/d')
    expect(status).toBe(2)
    expect(stderr).toContain('ECONNREFUSED')
    expect(stderr).not.toContain('secret')
  })
})

test('a file that cannot be written is named, with the reason, and nothing of it is left', async () => {
  const { folder, inside, write } = project({ 'schema.js': schema })
  const diagram = (out: string) => inside({}, 'diagram', '--schema', 'schema.js', '--out', out)
  write('taken.svg/inside', '')
  expect(await diagram('taken.svg')).toEqual({
    status: 2,
    stdout: '',
    stderr: `error: 'taken.svg' could not be written: there is a folder in its place\n`,
  })
  const below = await diagram(join('schema.js', 'd.svg'))
  expect(below.status).toBe(2)
  expect(below.stderr).toMatch(/^error: 'schema\.js.d\.svg' could not be written: its folder could not be made, /)
  expect(readdirSync(folder).filter(name => name.includes('.svg.') || name.startsWith('.'))).toEqual([])
})

describe('settings that are wrong', () => {
  test.each([
    [
      '{ schema: 5 }',
      `the setting 'schema' of 'cupel.config.ts' is the path of a file, or what 'defineSchema' gave; not a number`,
    ],
    [
      `{ schema: './s.ts', migration: 'm' }`,
      `'cupel.config.ts' has the setting 'migration', which is none of cupel's; did you mean 'migrations'?`,
    ],
    [`{ schema: './plain.ts' }`, `'plain.ts' exports no schema as 'schema' or as its default; it exports 'a', 'b'`],
    [
      `{ schema: './throws.ts' }`,
      `'throws.ts' could not be loaded: SchemaError: column 'posts.authorId' references 'user.id', but there is no table 'user'`,
    ],
    [`{ schema: './lacks.ts' }`, `'lacks.ts' could not be loaded: Error: Cannot find`],
    [`{ schema: './broken.ts' }`, `could not be loaded: Unexpected "}", in 'broken.ts', line 3`],
    [`{ schema: './breaks.ts' }`, `'breaks.ts' could not be loaded: Unexpected "}", in 'broken.ts', line 3`],
    [`{ schema: './fails.ts' }`, `'fails.ts' could not be loaded: Error: not today, in 'fails.ts', line 3`],
    [
      `{ schema: './s.ts', history: { tabel: 'h' } }`,
      `is an object with the keys table and schema, both names, and no other key; not an object`,
    ],
  ])('%s', async (config, sentence) => {
    const { cupel } = project({
      'cupel.config.ts': `export default ${config}`,
      'plain.ts': 'export const a = 1, b = 2',
      'throws.ts': schema.replace('users.id', 'user.id'),
      'lacks.ts': `import './gone.ts'`,
      'broken.ts': `export const a: number = 1\nexport const schema = {\n  a: }\n`,
      'breaks.ts': `import { schema } from './broken.ts'\nexport default schema\n`,
      'fails.ts': `function fail(): never {\n\n  throw new Error('not today')\n}\nfail()\n`,
    })
    const { status, stderr } = await cupel('diagram')
    expect(stderr).toContain(sentence)
    expect(status).toBe(2)
  })

  test('without a default export are refused', async () => {
    const { cupel } = project({ 'cupel.config.ts': 'export const config = {}' })
    expect((await cupel('diagram')).stderr).toContain(`'cupel.config.ts' has no settings as its default export`)
  })
})

describe('--json', () => {
  test('prints one document for an error too', async () => {
    const { status, stdout } = await project().cupel('pul', '--json')
    expect(JSON.parse(stdout)).toEqual({
      error: { name: 'CommandError', code: 'unknownCommand', message: expect.stringContaining(`'pul'`) },
      status: 2,
    })
    expect(status).toBe(2)
  })

  test('prints one document for what was done, and nothing else', async () => {
    const { cupel } = project({ 'schema.js': schema })
    const { stdout, stderr } = await cupel('diagram', '--schema', 'schema.js', '--out', 'd.svg', '--json')
    expect(JSON.parse(stdout)).toEqual({ format: 'svg', tables: 2, keys: 1, wrote: 'd.svg' })
    expect(stderr).toBe('')
  })
})

describe('a project', () => {
  test('begins with init, which writes nothing twice', async () => {
    const { folder, cupel } = project()
    expect(await cupel('init')).toMatchObject({ status: 0, stdout: 'wrote cupel.config.ts\nwrote src/schema.ts\n' })
    const drawn = await cupel('diagram', '--format', 'mermaid')
    expect(drawn).toMatchObject({ status: 0, stderr: '' })
    expect(drawn.stdout).toContain('users ||--o{ posts : "author_id"')
    const before = readFileSync(join(folder, 'src/schema.ts'), 'utf8')
    expect((await cupel('init')).status).toBe(2)
    expect(readFileSync(join(folder, 'src/schema.ts'), 'utf8')).toBe(before)
    expect(await cupel('init', '--schema', 'other.ts')).toMatchObject({
      stdout: 'wrote other.ts\nleft cupel.config.ts as it is\n',
    })
  })

  test('pulls its database into a file: the same again, and over nothing that a person wrote', {
    timeout: 180_000,
  }, async () => {
    const { folder, embedded, cupel, write } = project({ 'cupel.config.ts': settings })
    const address = embedded()
    await run(address, 'create table users (id bigint generated always as identity primary key, profile jsonb)')
    const file = join(folder, 'schema.ts')
    expect(await cupel('pull')).toEqual({ status: 0, stdout: '1 table\nwrote schema.ts\n', stderr: '' })
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('users: table(')
    expect((await cupel('pull')).stdout).toBe('1 table\n1 file is as before\n')
    expect((await cupel('diagram', '--format', 'mermaid')).stdout).toContain('jsonb profile "null"')

    write('schema.ts', text.replace('t.jsonb(', 't.jsonb<{ bio: string }>('))
    await run(address, 'create table posts (id bigint generated always as identity primary key)')
    const refused = await cupel('pull')
    expect(refused).toMatchObject({ status: 2, stdout: '' })
    expect(refused.stderr).toContain('give --merge to keep what you added')
    expect((await cupel('pull', '--merge')).stdout).toBe('2 tables\nwrote schema.ts\n')
    expect(readFileSync(file, 'utf8')).toMatch(
      /t\.jsonb<\{ bio: string \}>\([^]*posts: table\(|posts: table\([^]*t\.jsonb<\{ bio: string \}>/,
    )
    expect((await cupel('pull', '--force')).stdout).toBe('2 tables\nwrote schema.ts\n')
    expect(readFileSync(file, 'utf8')).not.toContain('bio')
    // Nothing half-written is left.
    expect(readdirSync(folder).filter(name => name.startsWith('.'))).toEqual([])
  })

  test('pulls into a folder, and to the standard output', async () => {
    const { folder, embedded, inside } = project()
    const address = embedded()
    await run(address, 'create table users (id int primary key); create table posts (id int primary key)')
    const printed = await inside({}, 'pull', '--url', address, '--stdout')
    expect(printed.stdout).toMatch(/^import \{ defineSchema, t, table \} from 'cupel'\n/)
    expect(existsSync(join(folder, 'schema.ts'))).toBe(false)
    expect((await inside({}, 'pull', '--url', address, '--out', 'db')).status).toBe(0)
    expect(readdirSync(join(folder, 'db')).toSorted()).toEqual(['posts.ts', 'schema.ts', 'users.ts'])
  })

  test('has its database from DATABASE_URL, unless the settings or --url say otherwise', async () => {
    const { embedded, inside, write } = project()
    const address = embedded()
    write('with.js', `export default { schema: './s.js', url: ${JSON.stringify(address)} }`)
    await run(address, 'create table here (id int)')
    const env = { DATABASE_URL: 'postgres://127.0.0.1:1/d' }
    expect((await inside(env, 'pull', '--stdout')).stderr).toContain('ECONNREFUSED')
    expect((await inside(env, 'pull', '--stdout', '--config', 'with.js')).stdout).toContain('here: table(')
    expect((await inside(env, 'pull', '--stdout', '--url', address)).stdout).toContain('here: table(')
    expect((await inside({}, 'pull', '--stdout', '--config', 'with.js', '--url', 'pglite:')).stdout).not.toContain(
      'here',
    )
  })
})

describe('a process', () => {
  test('has no colours where its output is no terminal', async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what begins a colour
    expect((await project().cupel('pul')).stderr).not.toMatch(/\u001B/)
  })

  test('ends quietly when nobody reads on', async () => {
    const tables = Array.from({ length: 400 }, (_, at) => `t${at}: table({ id: t.id(), a: t.text(), b: t.text() })`)
    const { start } = project({
      'schema.ts': `import { defineSchema, t, table } from 'cupel'\nexport default defineSchema({ ${tables.join(', ')} })`,
    })
    const child = start({}, ['diagram', '--schema', 'schema.ts'])
    let stderr = ''
    child.stderr?.on('data', text => (stderr += text))
    child.stdout?.once('data', () => child.stdout?.destroy())
    const status = await new Promise(resolve => child.on('close', resolve))
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test.skipIf(process.platform === 'win32')('ends when it is asked to, and leaves nothing half-written', async () => {
    const { folder, start } = project({
      'schema.ts': `console.error('loading'); await new Promise(() => setTimeout(() => {}, 60_000))`,
    })
    const child = start({}, ['diagram', '--schema', 'schema.ts', '--out', 'd.svg'])
    child.stderr?.once('data', () => child.kill('SIGINT'))
    const status = await new Promise(resolve => child.on('close', resolve))
    expect(status).toBe(130)
    expect(readdirSync(folder).toSorted()).toEqual(['node_modules', 'package.json', 'schema.ts'])
  })
})

async function run(address: string, sql: string): Promise<void> {
  await using engine = createEngine(address)
  await engine.execute(sql)
}

/** The package as a stranger gets it: packed, installed into an empty project, compiled and run there. */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'cupel-package-'))
const windows = process.platform === 'win32'
const compilers = { 'TypeScript 7': 'typescript', 'TypeScript 6': 'typescript6' }
const resolutions = { node16: { module: 'node16' }, bundler: { module: 'esnext' } }

/** Where the types of a driver did not come with the package, every type that names them would be `any` and take this. */
const refused = `import { createEngine, defineSchema, t, table } from 'cupel'
// @ts-expect-error a number is no address
export const engine = () => createEngine(42, { schema: defineSchema({ users: table({ id: t.id() }) }) })
`

interface Locked {
  readonly version?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { DATABASE_URL: _, ...env } = process.env
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8', shell: windows })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error })
  return stdout
}

/**
 * The same versions that the tests ran with, in a lock file: what `npm ci` fetched here is then found in npm's cache, and
 * nothing is resolved anew.
 */
function lockFor(tarball: string): object {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    'version' | 'dependencies' | 'bin',
    unknown
  >
  const kept = Object.entries(lock.packages).filter(([path, one]) => path !== '' && !one.dev && !one.devOptional)
  return {
    name: 'stranger',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'stranger', dependencies: { cupel: tarball } },
      'node_modules/cupel': {
        version: own.version,
        resolved: tarball,
        dependencies: own.dependencies,
        // Npm links the commands that the lock names.
        bin: own.bin,
      },
      ...Object.fromEntries(kept),
    },
  }
}

beforeAll(() => {
  // `prepack` builds.
  run('npm', ['pack', '--silent', '--pack-destination', project], root)
  const name = readdirSync(project).find(file => file.endsWith('.tgz'))
  const tarball = `file:${name}`
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'stranger', type: 'module', dependencies: { cupel: tarball } }),
  )
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify(lockFor(tarball)))
  run('npm', ['ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], project)
  // The compilers and the types of Node are the stranger's own affair; these are ours, by link.
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true })
  for (const types of ['@types/node', 'undici-types']) {
    const there = join(project, 'node_modules', types)
    if (!existsSync(there)) symlinkSync(join(root, 'node_modules', types), there, 'junction')
  }
  const quickstart = readFileSync(join(root, 'examples/quickstart/main.ts'), 'utf8')
  writeFileSync(join(project, 'main.ts'), quickstart.replaceAll('../../src/index.ts', 'cupel'))
  writeFileSync(join(project, 'refused.ts'), refused)
}, 300_000)

afterAll(() => rmSync(project, { recursive: true, force: true }))

test('the quickstart imports nothing but cupel', () => {
  const text = readFileSync(join(project, 'main.ts'), 'utf8')
  const imported = [...text.matchAll(/\bfrom '([^']+)'/g)].map(found => found[1])
  expect(new Set(imported)).toEqual(new Set(['cupel']))
})

for (const [resolution, settings] of Object.entries(resolutions)) {
  describe(`moduleResolution ${resolution}`, () => {
    for (const [compiler, folder] of Object.entries(compilers)) {
      test(`${compiler} compiles the quickstart, and it prints what is kept beside it`, { timeout: 180_000 }, () => {
        const out = `${folder}-${resolution}`
        const compilerOptions = {
          ...settings,
          moduleResolution: resolution,
          target: 'es2023',
          lib: ['es2023', 'esnext.disposable'],
          types: ['node'],
          strict: true,
          skipLibCheck: true,
          rootDir: '.',
          outDir: out,
        }
        const config = join(project, `${out}.json`)
        writeFileSync(config, JSON.stringify({ compilerOptions, files: ['main.ts', 'refused.ts'] }))
        run(process.execPath, [join(root, 'node_modules', folder, 'bin/tsc'), '-p', config], project)
        const printed = run(process.execPath, [`${out}/main.js`], project)
        expect(printed).toBe(readFileSync(join(root, 'examples/quickstart/output.txt'), 'utf8'))
      })
    }
  })
}

test.each(Object.entries(compilers))(
  '%s finds nothing wrong in the declarations under its strictest settings',
  (_, folder) => {
    const config = join(project, `${folder}-strictest.json`)
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      lib: ['es2023', 'esnext.disposable', 'dom'],
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    }
    writeFileSync(config, JSON.stringify({ compilerOptions, files: ['main.ts'] }))
    const tsc = join(root, 'node_modules', folder, 'bin/tsc')
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', config, '--pretty', 'false'], {
      cwd: project,
      encoding: 'utf8',
    })
    // PGlite's own have errors of theirs.
    expect(stdout.split('\n').filter(line => /\/cupel\//.test(line.split('(')[0] ?? ''))).toEqual([])
  },
)

test('the declarations name no file that the package does not hold', () => {
  const dist = join(project, 'node_modules/cupel/dist')
  const broken: string[] = []
  for (const name of readdirSync(dist, { recursive: true }) as string[]) {
    if (!/\.(d\.ts|js)$/.test(name)) continue
    const text = readFileSync(join(dist, name), 'utf8')
    for (const found of text.matchAll(/(?:\bfrom|\bimport\()\s*['"](\.[^'"]+)['"]/g)) {
      const target = join(dist, name, '..', found[1] ?? '')
      if (!existsSync(target)) broken.push(`${name}: ${found[1]}`)
    }
  }
  expect(broken).toEqual([])
})

describe('the command that came with the package', () => {
  const cupel = (...argv: readonly string[]) => {
    const { DATABASE_URL: _, ...env } = process.env
    const command = join(project, 'node_modules/cupel/dist/src/cli/main.js')
    return spawnSync(process.execPath, [command, ...argv], { cwd: project, env, encoding: 'utf8' })
  }

  test('reads settings and a schema in TypeScript: by itself where Node can, or by the tsx of the project', () => {
    expect(existsSync(join(project, 'node_modules/.bin', windows ? 'cupel.cmd' : 'cupel'))).toBe(true)
    expect(cupel('init', '--schema', 'cli/schema.ts')).toMatchObject({ status: 0, stderr: '' })
    const draw = () => cupel('diagram', '--format', 'mermaid')
    // The types are those of Node 20, which has no such feature.
    if (!(process.features as { readonly typescript?: unknown }).typescript) {
      const { status, stderr } = draw()
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("install 'tsx' in the project") })
      symlinkSync(join(root, 'node_modules/tsx'), join(project, 'node_modules/tsx'), 'junction')
    }
    const { status, stdout } = draw()
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining('users ||--o{ posts : "author_id"'),
    })
  })
})

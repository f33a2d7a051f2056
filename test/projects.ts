/** Projects of users for the tests of the command line: folders with a package `cupel` in them that is this one. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inject, onTestFinished } from 'vitest'
import { commands } from '../src/cli/commands.ts'
import { Output } from '../src/cli/output.ts'
import { run } from '../src/cli/run.ts'
import { embeddedFolder } from './embedded.ts'

const tsx = fileURLToPath(new URL('../node_modules/tsx', import.meta.url))

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Project {
  readonly folder: string
  /** The address of an empty embedded database in the project's folder `data`. */
  embedded(): string
  write(name: string, text: string): void
  /** Runs `cupel` in the project, as a person would, and waits for its end. */
  cupel(...argv: readonly string[]): Promise<Ended>
  /** As `cupel`, with variables in its environment. */
  cupelWith(env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Ended>
  /** As `cupelWith`, in this process: it cannot load TypeScript of the project. */
  inside(env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Ended>
  /** As `cupelWith`, on a terminal that `script` makes, where somebody types. */
  terminal(
    env: Readonly<Record<string, string>>,
    typed: string,
    ...argv: readonly string[]
  ): { readonly status: number | null; readonly output: string }
  /** Runs `cupel` and leaves it to the caller. */
  start(env: Readonly<Record<string, string>>, argv: readonly string[]): ChildProcess
}

/** An empty project, which is gone after the test. */
export function project(files: Readonly<Record<string, string>> = {}): Project {
  // macOS gives a link as its temporary folder.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cupel-cli-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  write('package.json', JSON.stringify({ name: 'project', type: 'module' }))
  write('node_modules/cupel/package.json', JSON.stringify({ name: 'cupel', type: 'module', exports: './index.js' }))
  const compiled = inject('compiled')
  const main = join(compiled, 'src/cli/main.js')
  const index = pathToFileURL(join(compiled, 'src/index.js')).href
  write('node_modules/cupel/index.js', `export * from ${JSON.stringify(index)}`)
  // What reads TypeScript where Node does not.
  symlinkSync(tsx, join(folder, 'node_modules/tsx'), 'junction')
  for (const [name, text] of Object.entries(files)) write(name, text)
  const start = (env: Readonly<Record<string, string>>, argv: readonly string[]): ChildProcess => {
    const { DATABASE_URL: _, NO_COLOR: __, FORCE_COLOR: ___, ...own } = process.env
    return spawn(process.execPath, [main, ...argv], { cwd: folder, env: { ...own, ...env } })
  }
  const cupelWith = (env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const child = start(env, argv)
      let stdout = ''
      let stderr = ''
      child.stdin?.end()
      child.stdout?.setEncoding('utf8').on('data', text => (stdout += text))
      child.stderr?.setEncoding('utf8').on('data', text => (stderr += text))
      child.on('error', reject).on('close', status => resolve({ status, stdout, stderr }))
    })
  const inside = async (env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Ended> => {
    const written = { stdout: '', stderr: '' }
    const sink = (name: 'stdout' | 'stderr') => ({
      write: (text: string) => {
        written[name] += text
      },
    })
    const output = new Output({ out: sink('stdout'), err: sink('stderr'), env, json: argv.includes('--json') })
    const { signal } = new AbortController()
    return { status: await run(argv, commands, { folder, env, output, ask: null, signal }), ...written }
  }
  const terminal: Project['terminal'] = (env, typed, ...argv) => {
    const words = [process.execPath, main, ...argv].map(word => `'${word}'`).join(' ')
    const { DATABASE_URL: _, NO_COLOR: __, ...own } = process.env
    const { status, stdout } = spawnSync('script', ['-qec', words, '/dev/null'], {
      cwd: folder,
      env: { ...own, TERM: 'xterm', ...env },
      input: typed,
      encoding: 'utf8',
    })
    return { status, output: stdout }
  }
  const embedded = (): string => {
    embeddedFolder(inject('template'), join(folder, 'data'))
    return `pglite:${join(folder, 'data')}`
  }
  return { folder, embedded, inside, terminal, write, start, cupelWith, cupel: (...argv) => cupelWith({}, ...argv) }
}

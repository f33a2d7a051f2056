/**
 * The sources and the examples as JavaScript, for tests that start programs: one that need not read TypeScript begins in a
 * third of the time.
 */
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface Compiled {
  /** The folder, laid out as the repository is, and inside it: packages are found from there. */
  readonly folder: string
  remove(): void
}

/** Types are another check's. */
export async function compile(): Promise<Compiled> {
  const folder = join(root, '.tmp', `run-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'))
  const config = join(folder, 'tsconfig.json')
  const compilerOptions = { noEmit: false, noCheck: true, rootDir: '../..', outDir: '.' }
  const include = ['src', 'types', 'examples'].map(name => `../../${name}`)
  writeFileSync(config, JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include }))
  const child = spawn(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config])
  let said = ''
  child.stdout.on('data', chunk => (said += chunk))
  child.stderr.on('data', chunk => (said += chunk))
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (status !== 0) throw new Error(`the sources could not be compiled\n${said}`)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) }
}

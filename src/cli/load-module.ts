/** Loads a module of the user's project, in TypeScript too. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CommandError } from './command-error.ts'
import { loadFailure } from './load-failure.ts'

export type Module = Readonly<Record<string, unknown>>

/** What of an import fails where Node leaves to a loader what it cannot do: types, enums, `./x.js` for `./x.ts`. */
const leftToLoader = new Set([
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND',
])

/**
 * The exports of a file. TypeScript is read by Node where it can (22.18 and later), or else by the `tsx` of the user's project.
 * @throws CommandError that says what went wrong in the file, or what is missing to read it
 */
export async function loadModule(file: string, shown: string): Promise<Module> {
  if (statSync(file).isDirectory()) throw new CommandError('folderForFile', [shown])
  let first: unknown = null
  if (!isTakenForCommonJs(file)) {
    try {
      return exportsOf(await import(pathToFileURL(file).href))
    } catch (error) {
      if (!/\.[mc]?tsx?$/.test(file) || !leftToLoader.has(codeOf(error))) throw failed(file, shown, error)
      first = error
    }
  }
  return await loadWithTsx(file, shown, first)
}

/** Whether an `import` in a file would be a mistake to Node, and `tsx` is there to read it. */
function isTakenForCommonJs(file: string): boolean {
  try {
    return /\.tsx?$/.test(file) && packageType(file) === 'commonjs' && tsxOf(file) !== ''
  } catch {
    return false
  }
}

interface Tsx {
  /** From then on, and until it is called off, every import reads TypeScript. */
  register(): () => Promise<void>
  /** One import, with a copy of its own of all that it imports, also of this package: a second longer. */
  tsImport(specifier: string, parent: string): Promise<Module>
}

async function loadWithTsx(file: string, shown: string, first: unknown): Promise<Module> {
  let api: string
  try {
    api = tsxOf(file)
  } catch {
    const isUnread = codeOf(first) === 'ERR_UNKNOWN_FILE_EXTENSION'
    throw isUnread
      ? new CommandError('noTypeScript', [process.version, shown], { cause: first })
      : failed(file, shown, first)
  }
  const { register, tsImport } = (await import(pathToFileURL(api).href)) as Tsx
  const url = pathToFileURL(file).href
  // It writes a file's code on one line; this tells an error's place in the file itself.
  process.setSourceMapsEnabled(true)
  try {
    if (!isReadAlone(first, file)) return exportsOf(await tsImport(url, url))
    const unregister = register()
    try {
      // Node remembers that the file by its own name failed.
      return exportsOf(await import(`${url}?tsx`))
    } finally {
      await unregister()
    }
  } catch (error) {
    throw failed(file, shown, error)
  }
}

/** Whether Node gave up at the file itself, before anything that it imports, and the file is an ES module. */
function isReadAlone(error: unknown, file: string): boolean {
  if (codeOf(error) !== 'ERR_UNKNOWN_FILE_EXTENSION' || !String(error).includes(file)) return false
  return file.endsWith('.ts') ? packageType(file) === 'module' : file.endsWith('.mts')
}

/** What the package that a file is in says that its files are. */
function packageType(file: string): unknown {
  for (let folder = dirname(file), above = ''; folder !== above; above = folder, folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type
  }
  return undefined
}

/** The module of tsx that imports TypeScript. `require` would give the one for CommonJS, which cannot. */
function tsxOf(file: string): string {
  const manifest = createRequire(file).resolve('tsx/package.json')
  let entry = JSON.parse(readFileSync(manifest, 'utf8')).exports['./esm/api']
  while (typeof entry === 'object') entry = entry.import ?? entry.default
  return join(dirname(manifest), entry)
}

/** In a project that is not of type 'module', a file of TypeScript becomes one of CommonJS, and its exports its default. */
function exportsOf(module: Module): Module {
  const { default: inner } = module
  return typeof inner === 'object' && inner !== null && '__esModule' in inner ? { ...inner } : module
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function failed(file: string, shown: string, error: unknown): CommandError {
  return new CommandError('moduleFailed', [shown, loadFailure(error, file)], { cause: error })
}

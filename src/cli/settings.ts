/** What a command is to work on: the settings of the project, and the flags that say otherwise. */
import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { AnySchema } from '../../types/schema.ts'
import { suggestion } from '../base/nearest.ts'
import { heldBy } from '../engine/folder-lock.ts'
import { addressOf } from '../engine/url.ts'
import { createEngine, type Engine } from '../index.ts'
import { typeName } from '../schema/type-name.ts'
import type { Config } from '../metadata/config.ts'
import { cancellable } from './cancel.ts'
import type { Call } from './command.ts'
import { CommandError } from './command-error.ts'
import { loadModule } from './load-module.ts'

const fileNames = ['cupel.config.ts', 'cupel.config.mts', 'cupel.config.js', 'cupel.config.mjs']

/** What each setting may be. */
const kinds: { readonly [Name in keyof Required<Config>]: (value: unknown) => string | null } = {
  schema: value =>
    typeof value === 'string' || isSchema(value) ? null : "the path of a file, or what 'defineSchema' gave",
  url: text('the address of a database'),
  migrations: text('the path of a folder'),
  out: text('the path of a file or of a folder'),
  history: value =>
    value === undefined || (isPlain(value) && Object.entries(value).every(isHistoryOption))
      ? null
      : 'an object with the keys table and schema, both names, and no other key',
  schemas: value =>
    value === undefined || (Array.isArray(value) && value.every(name => typeof name === 'string'))
      ? null
      : 'an array of names',
}

export interface Settings {
  readonly config: Partial<Config>
  /** The folder that the paths of the settings start from. */
  readonly folder: string
}

/**
 * The settings that a call goes by; without a file, none.
 * @throws CommandError when the file that a flag names is not there, or when what it says is wrong
 */
export async function settingsOf({ folder, given }: Call): Promise<Settings> {
  const named = given.text('config')
  const file =
    named === undefined
      ? fileNames.map(name => join(folder, name)).find(path => existsSync(path))
      : resolve(folder, named)
  if (file === undefined) return { config: {}, folder }
  const shown = shownPath(folder, file)
  if (!existsSync(file)) throw new CommandError('fileMissing', [shown])
  const exported = (await loadModule(file, shown))['default']
  if (typeof exported !== 'object' || exported === null || Array.isArray(exported))
    throw new CommandError('noConfigExport', [shown])
  for (const [name, value] of Object.entries(exported)) {
    if (!Object.hasOwn(kinds, name)) {
      throw new CommandError('unknownSetting', [shown, name, suggestion(name, Object.keys(kinds))])
    }
    // The key was looked up a line above.
    const wanted = kinds[name as keyof Config](value)
    if (wanted !== null) throw new CommandError('wrongSetting', [shown, name, wanted, typeName(value)])
  }
  // Each key was looked at.
  return { config: exported as Partial<Config>, folder: dirname(file) }
}

/** The file of the schema, as the flag or the settings name it; null where the settings have the schema itself, or nothing. */
export function schemaFile({ folder, given }: Call, settings: Settings): string | null {
  const named = given.text('schema')
  if (named !== undefined) return resolve(folder, named)
  const { schema } = settings.config
  return typeof schema === 'string' ? resolve(settings.folder, schema) : null
}

/**
 * The schema of the project.
 * @throws CommandError when nothing says where it is, or nothing is there
 */
export async function schemaOf(call: Call, settings: Settings): Promise<AnySchema> {
  const file = schemaFile(call, settings)
  if (file === null) {
    if (isSchema(settings.config.schema)) return settings.config.schema
    throw new CommandError('noSchemaFile', [])
  }
  const shown = shownPath(call.folder, file)
  if (!existsSync(file)) throw new CommandError('fileMissing', [shown])
  const module = await loadModule(file, shown)
  const found = schemaIn(module)
  if (found !== undefined) return found
  const names = Object.keys(module)
  throw new CommandError('noSchemaExport', [
    shown,
    names.length === 0 ? 'nothing' : names.map(name => `'${name}'`).join(', '),
  ])
}

/** The schema that a module exports. */
export function schemaIn(module: Readonly<Record<string, unknown>>): AnySchema | undefined {
  return [module['schema'], module['default']].find(isSchema)
}

/**
 * The address of the database: the flag's, the settings', or that of `DATABASE_URL`.
 * @throws CommandError when there is none
 */
export function urlOf({ given, env }: Call, { config }: Settings): string {
  const url = given.text('url') ?? config.url ?? env['DATABASE_URL']
  if (url === undefined || url === '') throw new CommandError('noDatabase', [])
  return url
}

/** Runs work on the database of a call; the engine is closed afterwards. */
export async function withEngine<Value>(
  call: Call,
  settings: Settings,
  schema: AnySchema | undefined,
  work: (engine: Engine) => Promise<Value>,
): Promise<Value> {
  const url = urlOf(call, settings)
  sayHeld(call, url)
  using address = cancellable(call.signal, url)
  await using engine = createEngine(address.url, { schema, pool: { max: 4 } })
  return await work(engine)
}

/** Who waits for a folder is told for whom. */
function sayHeld({ output }: Call, url: string): void {
  const address = addressOf(url)
  const held = address.driver === 'pglite' && address.folder !== null ? heldBy(address.folder) : null
  if (held !== null) output.note(`the database is open in ${held.by}; this one waits for it`)
}

/** A path as a person would write it from the folder. */
export function shownPath(folder: string, file: string): string {
  const path = relative(folder, file)
  return path === '' ? '.' : path.startsWith('..') ? file : path
}

function text(wanted: string): (value: unknown) => string | null {
  return value => (value === undefined || typeof value === 'string' ? null : wanted)
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isHistoryOption([name, value]: [string, unknown]): boolean {
  return (name === 'table' || name === 'schema') && typeof value === 'string'
}

function isSchema(value: unknown): value is AnySchema {
  return typeof value === 'object' && value !== null && 'tables' in value && isPlain(value.tables) && 'options' in value
}

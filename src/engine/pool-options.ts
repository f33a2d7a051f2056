import { EngineError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import { typeName } from '../schema/type-name.ts'

/**
 * The settings of an engine's connections; times are in milliseconds. An embedded database has one connection, for which only
 * `acquireTimeout` means anything. A pool that was given has settings of its own: beside it there are `acquireTimeout`, which is then
 * without a limit unless stated, `checkAfterIdle` and `waitForServer`.
 */
export interface PoolOptions {
  /** Most connections at a time; 10 unless stated. */
  readonly max?: number
  /** Connections that stay, however long they are idle; 0 unless stated. `engine.warmUp()` opens them before they are needed. */
  readonly min?: number
  /** How long a free connection is waited for, after which it is a `PoolExhausted`; 30,000 unless stated, 0 is without a limit. */
  readonly acquireTimeout?: number
  /** How long opening a connection may take; 10,000 unless stated, 0 is without a limit. */
  readonly connectTimeout?: number
  /** How long a connection beyond `min` stays open without use; 10,000 unless stated, 0 is for ever. */
  readonly idleTimeout?: number
  /** How old a connection becomes, after which it is closed where it comes back; 0, without a limit, unless stated. */
  readonly maxLifetime?: number
  /**
   * How long a connection may have been idle and still be lent without a question to the server, whether it is there; 1000 unless
   * stated, 0 asks each time.
   */
  readonly checkAfterIdle?: number
  /** How long a server that refuses connections, or says that it is starting, is tried again; 0, not at all, unless stated. */
  readonly waitForServer?: number
}

/** All of the settings. */
export type PoolSettings = { readonly [Name in keyof PoolOptions]-?: number }

export const poolDefaults: PoolSettings = {
  max: 10,
  min: 0,
  acquireTimeout: 30_000,
  connectTimeout: 10_000,
  idleTimeout: 10_000,
  maxLifetime: 0,
  checkAfterIdle: 1000,
  waitForServer: 0,
}

/** The longest that a timer of Node waits. */
const longest = 2 ** 31 - 1
const names = Object.keys(poolDefaults)
/** What is of the connections' use, not of the pool that they come from. */
const ours: readonly string[] = ['acquireTimeout', 'checkAfterIdle', 'waitForServer']

/**
 * The settings that options state, the rest as they are by themselves.
 * @param isGiven whether the pool was made elsewhere
 * @throws EngineError for an unknown option, a value that is none, and what only the pool itself can be told
 */
export function poolSettings(options: PoolOptions = {}, isGiven = false): PoolSettings {
  if (typeof options !== 'object' || options === null) {
    throw new EngineError('wrongPoolOption', ['pool', 'an object', typeName(options)])
  }
  const settings = { ...poolDefaults, ...(isGiven ? { acquireTimeout: 0 } : null) }
  for (const [name, value] of Object.entries(options)) {
    if (!isName(name)) throw new EngineError('unknownPoolOption', [name, names.join(', '), suggestionFor(name)])
    if (value === undefined) continue
    if (isGiven && !ours.includes(name)) throw new EngineError('poolOptionGiven', [name, ours.join(', ')])
    settings[name] = checked(name, value)
  }
  if (settings.min > settings.max) {
    throw new EngineError('wrongPoolOption', ['min', `at most 'max', which is ${settings.max}`, String(settings.min)])
  }
  return settings
}

function isName(name: string): name is keyof PoolOptions {
  return names.includes(name)
}

/** By the names of `pg`, too. */
function suggestionFor(name: string): string {
  if (name === 'connectionTimeoutMillis') return `; did you mean 'acquireTimeout' or 'connectTimeout'?`
  return suggestion(name.replace(/(Millis|Seconds|Ms)$/, ''), names)
}

function checked(name: keyof PoolOptions, value: unknown): number {
  const shown = typeof value === 'number' ? String(value) : typeName(value)
  if (name === 'max' || name === 'min') {
    const least = name === 'max' ? 1 : 0
    if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value
    throw new EngineError('wrongPoolOption', [name, `a whole number, ${least} or above`, shown])
  }
  if (typeof value === 'number' && value >= 0 && value <= longest) return value
  throw new EngineError('wrongPoolOption', [name, `a number of milliseconds, 0 to ${longest}`, shown])
}

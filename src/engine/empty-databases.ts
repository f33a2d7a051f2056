/** Embedded databases that are empty. The first is made, as PGlite does it in seconds; others begin as copies of it. */
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'
import type { PGlite } from '@electric-sql/pglite'
import { pgliteHome, startPglite } from './pglite.ts'

/** What a database was, in files. */
type Copy = Blob

/** Milliseconds that the copy, of 40 MB, is kept in memory for the next who wants one. */
const patience = 5_000

/**
 * Makes them, and keeps a copy of the first: in memory for a while, and for other processes in a file. Whoever can write that file can write
 * the code of PGlite beside it. Where there is no such place, or nobody may write there, each process makes its own first one.
 */
export class EmptyDatabases {
  readonly #file: Promise<string | null>
  /** It comes when the first has been made. */
  #copy: Promise<Copy> | null = null
  #timer: NodeJS.Timeout | undefined

  /** @param folder where the file is; unless stated, one beside PGlite, where tools keep what they can make again */
  constructor(folder?: string | null) {
    this.#file = fileIn(folder)
  }

  /**
   * One in memory, which the caller closes.
   * @param extensions those that are at hand there
   */
  async open(extensions: readonly string[] = []): Promise<PGlite> {
    clearTimeout(this.#timer)
    try {
      if (this.#copy !== null) return await startPglite({ loadDataDir: await this.#copy }, extensions)
      const first = this.#first(extensions)
      this.#copy = first.then(({ copy }) => copy)
      this.#copy.catch(() => (this.#copy = null))
      return (await first).database
    } finally {
      clearTimeout(this.#timer)
      // It keeps no process alive.
      this.#timer = setTimeout(() => (this.#copy = null), patience).unref()
    }
  }

  async #first(extensions: readonly string[]): Promise<{ database: PGlite; copy: Copy }> {
    const file = await this.#file
    const kept = file === null ? null : await read(file)
    if (kept !== null) {
      try {
        return { database: await startPglite({ loadDataDir: kept }, extensions), copy: kept }
      } catch {
        // It is whole, and yet no database for this PGlite.
      }
    }
    const database = await startPglite({}, extensions)
    // What is still in its memory goes to its files.
    await database.exec('checkpoint')
    const copy = await database.dumpDataDir('none')
    if (file !== null) await write(file, copy)
    return { database, copy }
  }
}

async function fileIn(folder: string | null | undefined): Promise<string | null> {
  const home = folder === null ? null : pgliteHome()
  if (home === null) return null
  return join(folder ?? join(home.modules, '.cache', 'cupel'), `empty-${home.version}.tar.gz`)
}

/** Null where there is none, or only a part of one: gzip ends with a sum and the length of it all. */
async function read(file: string): Promise<Copy | null> {
  try {
    return new Blob([await promisify(gunzip)(await readFile(file))])
  } catch {
    return null
  }
}

/** Nobody sees a part of it: it has its name when it is whole. */
async function write(file: string, copy: Copy): Promise<void> {
  const part = `${file}.${randomUUID()}`
  try {
    await mkdir(join(file, '..'), { recursive: true })
    const level = constants.Z_BEST_SPEED
    await writeFile(part, await promisify(gzip)(await copy.arrayBuffer(), { level }), { flag: 'wx' })
    await rename(part, file)
  } catch {
    await rm(part, { force: true }).catch(() => {})
  }
}

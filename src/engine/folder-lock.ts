/**
 * One program at a time in the folder of an embedded database: two would write over each other's pages. What says so is a file in the
 * folder, since Node has no locks that the system takes back; who left one behind is told by its process, or by its file going stale.
 */
import { readFileSync, renameSync, rmSync, linkSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, uptime } from 'node:os'
import { join } from 'node:path'

interface Owner {
  readonly pid: number
  readonly machine: string
  /** When the process began, as Linux counts it, so that a number that was given again is another process; null elsewhere. */
  readonly began: string | null
}

/** A folder that others have open. */
export interface Held {
  /** As a sentence takes it: `process 4711`. */
  readonly by: string
  /** The file that says so. */
  readonly file: string
}

/** The file's name within the folder. */
export const lockFile = 'cupel.lock'

/** Milliseconds between two signs of life, and without one until a process of another machine is taken for gone. */
const pulse = 10_000
const silence = 60_000

/** Who has the folder open; null when nobody has, or who had it is gone. */
export function heldBy(folder: string): Held | null {
  const file = join(folder, lockFile)
  const text = textOf(file)
  return text === null || isGone(text, file) ? null : { by: nameOf(text), file }
}

/**
 * Takes the folder for this program, which must be there.
 * @returns what lets it go; null while others have it
 */
export function lockFolder(folder: string): (() => void) | null {
  const file = join(folder, lockFile)
  const found = textOf(file)
  if (found !== null) {
    if (!isGone(found, file)) return null
    clear(file, found)
  }
  const own = JSON.stringify({ pid: process.pid, machine: hostname(), began: beginningOf(process.pid) } satisfies Owner)
  try {
    writeFileSync(file, own, { flag: 'wx' })
  } catch (error) {
    if (isCode(error, 'EEXIST')) return null
    throw error
  }
  const timer = setInterval(() => quietly(() => utimesSync(file, new Date(), new Date())), pulse)
  timer.unref()
  return () => {
    clearInterval(timer)
    if (textOf(file) === own) quietly(() => rmSync(file))
  }
}

function isGone(text: string, file: string): boolean {
  const age = ageOf(file)
  const owner = ownerIn(text)
  // Who makes the file writes it at once.
  if (owner === null) return age > silence
  if (owner.machine !== hostname()) return age > silence
  if (age > uptime() * 1000) return true
  if (owner.began !== null) return beginningOf(owner.pid) !== owner.began
  return !isAlive(owner.pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, and another user's.
    return isCode(error, 'EPERM')
  }
}

/** The 22nd field of its line; names of programs, in the second, may hold spaces and brackets. */
function beginningOf(pid: number): string | null {
  const line = textOf(`/proc/${pid}/stat`)
  return line?.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

/** Removes a file that was left behind, and no other: somebody else may have put a new one in its place meanwhile. */
function clear(file: string, text: string): void {
  const aside = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  quietly(() => {
    renameSync(file, aside)
    if (textOf(aside) !== text) quietly(() => linkSync(aside, file))
    rmSync(aside)
  })
}

function ownerIn(text: string): Owner | null {
  try {
    const { pid, machine, began } = JSON.parse(text)
    return typeof pid === 'number' && typeof machine === 'string' ? { pid, machine, began: began ?? null } : null
  } catch {
    return null
  }
}

function nameOf(text: string): string {
  const owner = ownerIn(text)
  if (owner === null) return 'another program'
  if (owner.machine !== hostname()) return `process ${owner.pid} on '${owner.machine}'`
  return owner.pid === process.pid ? 'this program already' : `process ${owner.pid}`
}

function ageOf(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs
  } catch {
    return 0
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ESRCH') || isCode(error, 'EACCES')) return null
    throw error
  }
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {}
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

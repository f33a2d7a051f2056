/** Folders of migrations that are gone after the test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createEngine, type Engine, MigrationError } from '../src/index.ts'
import type { TestDriver } from './drivers.ts'

export function folder(files: { readonly [name: string]: string }): string {
  const path = mkdtempSync(join(tmpdir(), 'cupel-migrations-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  write(path, files)
  return path
}

/** Writes files, or takes them away: null. */
export function write(path: string, files: { readonly [name: string]: string | null }): void {
  for (const [name, text] of Object.entries(files)) {
    if (text === null) rmSync(join(path, name))
    else writeFileSync(join(path, name), text)
  }
}

/** An engine without a schema on an empty database. */
export async function open(driver: TestDriver): Promise<Engine> {
  const engine = createEngine(await driver.database())
  onTestFinished(() => engine.dispose())
  return engine
}

/** The MigrationError that some work ends with. */
export async function refusal(work: Promise<unknown>): Promise<MigrationError> {
  const error = await work.then(
    () => null,
    thrown => thrown,
  )
  if (!(error instanceof MigrationError)) throw new Error('no MigrationError', { cause: error })
  return error
}

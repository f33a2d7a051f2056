/**
 * Starts what the test files share, one PostgreSQL server, an empty embedded database and the sources as JavaScript, and
 * stops it when they are done.
 */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { compile } from './compiled.ts'
import { type Template, writeTemplate } from './embedded.ts'
import { startPostgres } from './postgres-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the server's own database, as its superuser. */
    postgres: string
    /** The folder of the server's programs. */
    programs: string
    /** An empty embedded database. */
    template: Template
    /** The folder of `src` and `examples` as JavaScript. */
    compiled: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const path = join(tmpdir(), `cupel-embedded-${process.pid}`)
  const starting = startPostgres()
  const others = Promise.all([compile(), writeTemplate(path)])
  const { url, programs, stop } = await starting
  const [compiled, template] = await others.catch(async error => {
    await stop()
    throw error
  })
  project.provide('postgres', url)
  project.provide('programs', programs)
  project.provide('template', template)
  project.provide('compiled', compiled.folder)
  return async () => {
    rmSync(path, { recursive: true, force: true })
    compiled.remove()
    await stop()
  }
}

/** Starts what the test files share, one PostgreSQL server and an empty embedded database, and stops it when they are done. */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { writeTemplate } from './embedded.ts'
import { startPostgres } from './postgres-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the server's own database, as its superuser. */
    postgres: string
    /** The folder of the server's programs. */
    programs: string
    /** An empty embedded database, as a file. */
    template: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, programs, stop } = await startPostgres()
  project.provide('postgres', url)
  project.provide('programs', programs)
  const template = join(tmpdir(), `cupel-test-${process.pid}.tar`)
  await writeTemplate(template)
  project.provide('template', template)
  return async () => {
    rmSync(template, { force: true })
    await stop()
  }
}

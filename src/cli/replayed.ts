/** What the migrations of a project lead to, and databases to try others on. */
import { existsSync } from 'node:fs'
import type { AnySchema } from '../../types/schema.ts'
import { beside, emptyEngine } from '../engine/beside.ts'
import type { EngineCore } from '../engine/engine.ts'
import type { LoadProgram } from '../metadata/migrate/migration.ts'
import { neededExtensions } from '../metadata/migrate/needed-extensions.ts'
import { readFolder } from '../metadata/migrate/read-folder.ts'
import { replay, type ScratchDatabase, scratchOf } from '../metadata/migrate/replay.ts'
import { modelOf } from '../schema/define.ts'

export interface Replayed extends AsyncDisposable {
  /** What the migrations lead to. */
  readonly schema: AnySchema
  /** What other databases are made beside: the server, or the embedded database that they ran on, which has the roles that they make. */
  readonly host: EngineCore
  /** Makes an empty database there. */
  scratch(): Promise<ScratchDatabase>
}

/**
 * Runs the migrations of a folder, none where it is not there, on an empty database.
 * @param engine of the server, or an embedded one, which is not asked then
 * @param load imports the migrations that are programs
 * @param wanted what has the extensions that are at hand, besides those of the migrations
 */
export async function replayed(
  engine: EngineCore,
  folder: string,
  wanted: AnySchema,
  load: LoadProgram,
): Promise<Replayed> {
  const migrations = existsSync(folder) ? await readFolder(folder, load) : []
  const named = modelOf(wanted).extensions.map(({ name }) => name)
  const extensions = [...(await neededExtensions(migrations)), ...named]
  const isServer = engine.driver === 'pg'
  const made = isServer ? await beside(engine, 'written', extensions) : await emptyEngine(extensions)
  const host = isServer ? engine : made.engine
  try {
    const [{ schema }] = await replay(scratchOf(made), [migrations])
    return {
      schema,
      host,
      scratch: async () => scratchOf(await beside(host, 'written', extensions)),
      [Symbol.asyncDispose]: () => made.dispose(),
    }
  } catch (error) {
    await made.dispose()
    throw error
  }
}

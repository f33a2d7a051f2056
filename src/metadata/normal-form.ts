/** Schemas in the words of one database, so that what means the same is the same text. */
import type { AnySchema } from '../../types/schema.ts'
import { MigrationError } from '../base/errors.ts'
import { createAll } from '../ddl/create.ts'
import { type Beside, beside, embeddedInstead, isForbidden } from '../engine/beside.ts'
import type { EngineCore } from '../engine/engine.ts'
import { StatementError } from '../engine/statement-error.ts'
import { modelOf } from '../schema/define.ts'
import { foresee } from './reflect-on.ts'
import type { ReflectOptions } from './reflect.ts'

/** A database that schemas are told to and read back from, each by itself. It is made when it is first asked. */
export class NormalForm {
  readonly #engine: EngineCore
  readonly #extensions: readonly string[]
  #beside: Promise<Beside> | null = null
  #hasTold = false

  /**
   * @param engine beside which it is made
   * @param extensions those that the schemas have
   */
  constructor(engine: EngineCore, extensions: readonly string[]) {
    this.#engine = engine
    this.#extensions = extensions
  }

  /** Whether what the engine's own database says is in these words already. */
  async isAlike(): Promise<boolean> {
    return (await this.#opened()).isAlike
  }

  /**
   * The schema as the database prints it.
   * @param after statements that are run once it is there
   * @throws StatementError when the database refuses it; MigrationError when it is an embedded one in place of a server
   */
  async of(schema: AnySchema, after: readonly string[] = [], options: ReflectOptions = {}): Promise<AnySchema> {
    const texts = [...createAll(modelOf(schema)).map(({ text }) => text), ...after]
    try {
      return await this.#told(texts, options)
    } catch (error) {
      const { refusal, dispose } = await this.#opened()
      if (refusal !== null && error instanceof StatementError)
        // An embedded database has not all extensions of the server that it stands for.
        throw new MigrationError('embeddedRefused', [refusal.what, error.message, refusal.remedy], {}, { cause: error })
      // Owners and event triggers are not for every role. What was told before is in the server's words.
      if (this.#hasTold || this.#engine.driver === 'pglite' || !isForbidden(error)) throw error
      await dispose()
      const instead = { what: 'make all of the schema in a database', remedy: 'use a role that may' }
      this.#beside = embeddedInstead(this.#engine, this.#extensions, instead)
      return await this.of(schema, after, options)
    }
  }

  async #told(texts: readonly string[], options: ReflectOptions): Promise<AnySchema> {
    const { engine } = await this.#opened()
    const found = await foresee(await engine.begin(), texts, options)
    this.#hasTold = true
    return found
  }

  async version(): Promise<number> {
    return await versionOf((await this.#opened()).engine)
  }

  async dispose(): Promise<void> {
    const opened = this.#beside
    this.#beside = null
    await (await opened)?.dispose()
  }

  #opened(): Promise<Beside> {
    this.#beside ??= beside(this.#engine, 'rolled back', this.#extensions)
    return this.#beside
  }
}

/** The version of a server, as `server_version_num` says it. */
export async function versionOf(engine: EngineCore): Promise<number> {
  return Number((await engine.execute('show server_version_num')).scalar())
}

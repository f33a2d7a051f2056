import { EngineError } from '../base/errors.ts'

/**
 * A package that only some users have, loaded when it is first needed.
 * @throws EngineError that names the package and how to install it, when it is not there
 */
export async function optionalPackage<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error
    throw new EngineError('missingPackage', [name], { cause: error })
  }
}

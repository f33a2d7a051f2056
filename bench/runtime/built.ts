/**
 * The package as it is published, which `npm run build` makes. Through tsx the source would pay at each call for the names that
 * its inner functions keep.
 */
const built = <Module>(file: string): Promise<Module> =>
  import(new URL(`../../dist/src/${file}.js`, import.meta.url).href) as Promise<Module>

export const { createEngine, defineSchema, sql, t, table } = await built<typeof import('../../src/index.ts')>('index')
export const { driverFor } = await built<typeof import('../../src/engine/engine.ts')>('engine/engine')
export const { ResultDecoder } =
  await built<typeof import('../../src/engine/result-decoder.ts')>('engine/result-decoder')

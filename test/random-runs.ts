/**
 * How many cases a property is tried on. The checks try a few; `NAME_RUNS` says how many, each time others, and `NAME_SEED` tries again those
 * of a failure, which names its seed.
 */
export function randomRuns(name: string, few: number): { readonly numRuns: number; readonly seed?: number } {
  const [runs, seed] = [process.env[`${name}_RUNS`], process.env[`${name}_SEED`]].map(numberOf)
  if (seed !== undefined) return { numRuns: runs ?? few, seed }
  return runs === undefined ? { numRuns: few } : { numRuns: runs, seed: Date.now() % 2 ** 31 }
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (!Number.isInteger(number)) throw new Error(`a whole number is wanted of the environment, and not '${text}'`)
  return number
}

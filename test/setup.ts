/** Around each test file. */
import fc from 'fast-check'
import { afterAll } from 'vitest'
import { endFile } from './drivers.ts'

// The checks try the same random cases each time, so that what they tell is of the change and not of chance.
fc.configureGlobal({ seed: Number(process.env['RANDOM_SEED'] ?? 7) })

afterAll(endFile)

/** Around each test file. */
import { afterAll } from 'vitest'
import { endFile } from './drivers.ts'

afterAll(endFile)

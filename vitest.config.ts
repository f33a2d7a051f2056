import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/sequence.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // By itself vitest leaves a core to others, which on two cores is half of them.
    maxWorkers: '100%',
    globalSetup: 'test/server.ts',
    setupFiles: 'test/setup.ts',
    // Files share a worker's modules and embedded databases: what one changes for all, it changes back.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // An embedded database takes seconds to start on a busy machine with two cores.
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
})

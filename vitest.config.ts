import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/server.ts',
    // An embedded database takes seconds to start on a busy machine with two cores.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})

import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** The suite again where code may not be made from text, so that rows are read by a plain loop: without the tests that read none. */
export default mergeConfig(
  base,
  defineConfig({
    test: {
      exclude: [
        'test/{ddl,docs,encode,examples,insert-mode,naming,nearest,package,plan,relation-name,schema,service,tag,url}.test.ts',
        // Those of connections, of the catalogues and of the command line read few rows, and in ways that others try.
        'test/{cli,cli-docs,cli-migrate,cli-push,diagram,diff,diff-locks,diff.property,difference,load-code,migrate,migration-files,migration-text,prove}.test.ts',
        'test/{pgbouncer,plain-read,pool,pull,reflect,reflect.property,replicas,restart,split-statements,squash,wal-position,warnings}.test.ts',
      ],
      execArgv: ['--disallow-code-generation-from-strings'],
      env: { CUPEL_TEST_ROWS: 'plain' },
    },
  }),
)

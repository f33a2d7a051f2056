/** Migrations of both kinds as steps that can be run. */
import { MigrationError } from '../../base/errors.ts'
import type { SqlStatement } from '../../base/split-statements.ts'
import type { Lease } from '../../engine/lease.ts'
import type { Transaction } from '../../engine/transaction.ts'
import { dropInvalid, isIndexDone } from './concurrent-index.ts'
import { readIndexChange } from './index-change.ts'
import { loadCode } from './load-code.ts'
import type { CodeMigration, Migration } from './migration.ts'
import { isSetting } from './outside-transaction.ts'
import type { SqlFile, SqlStep } from './read-steps.ts'

interface StepBase {
  readonly checksum: string
  /** Its statements; null where they are a program's. */
  readonly statements: readonly SqlStatement[] | null
}

/** A step in a transaction. */
export interface OwnStep extends StepBase {
  readonly transaction: 'own'
  run(tx: Transaction, at: (statement: SqlStatement) => void): Promise<void>
}

/** A step outside of transactions. */
export interface BareStep extends StepBase {
  readonly transaction: 'none'
  /** Whether its waits for locks hold nobody else up, so that it may wait for as long as it takes. */
  readonly waits: boolean
  /** Whether a run of it that nobody heard the end of has done all. */
  isDone(lease: Lease): Promise<boolean>
  /** May be called again after it failed. */
  run(lease: Lease, at: (statement: SqlStatement) => void): Promise<void>
}

export type RunnableStep = OwnStep | BareStep

/** The steps up. @throws MigrationError when a program cannot be loaded */
export async function stepsUp(migration: Migration): Promise<RunnableStep[]> {
  return migration.kind === 'sql' ? migration.up.steps.map(sqlStep) : [await codeStep(migration, 'up')]
}

/** The steps down. @throws MigrationError when there is no way down, or one only for a part */
export async function stepsDown(migration: Migration): Promise<RunnableStep[]> {
  const { name } = migration
  if (migration.kind === 'code') return [await codeStep(migration, 'down')]
  const why = migration.down === null ? `it has no file '${name}.down.sql'` : whyNot(name, migration.down)
  if (migration.down === null || why !== null)
    throw new MigrationError('migrationNoDown', [name, why ?? ''], { migration: name })
  return migration.down.steps.map(sqlStep)
}

function whyNot(name: string, { steps, irreversible }: SqlFile): string | null {
  if (irreversible.length > 0) {
    const reasons = irreversible.join('; ')
    return `${reasons}; write what undoes it in place of the line '-- irreversible' in '${name}.down.sql'`
  }
  return steps.length === 0 ? `'${name}.down.sql' has no statement` : null
}

function sqlStep({ statements, transaction, checksum }: SqlStep): RunnableStep {
  const run = async (on: Lease | Transaction, at: (statement: SqlStatement) => void): Promise<void> => {
    for (const statement of statements) {
      at(statement)
      await on.run({ text: statement.text, values: [] })
    }
  }
  if (transaction === 'own') return { transaction, statements, checksum, run }
  const main = statements.find(({ tokens }) => !isSetting(tokens))
  const change = main === undefined ? null : readIndexChange(main.tokens)
  const index = change === 'unnamed' ? null : change
  return {
    transaction,
    statements,
    checksum,
    waits: main?.tokens.some(({ kind, name }) => kind === 'word' && name === 'concurrently') ?? false,
    isDone: async lease => index !== null && (await isIndexDone(lease, index)),
    run: async (lease, at) => {
      if (index?.kind === 'create') await dropInvalid(lease, index)
      await run(lease, at)
    },
  }
}

async function codeStep(migration: CodeMigration, direction: 'up' | 'down'): Promise<RunnableStep> {
  const { name, checksum } = migration
  const module = await loadCode(migration)
  const step = { checksum, statements: null }
  if (typeof module[direction] !== 'function') {
    const why = `it exports no function 'down'`
    throw new MigrationError('migrationNoDown', [name, why], { migration: name })
  }
  if ('transaction' in module && module.transaction === false) {
    return {
      ...step,
      transaction: 'none',
      waits: false,
      isDone: async () => false,
      run: async lease => await module[direction]?.(lease),
    }
  }
  // What is not false is a transaction.
  const inTransaction = module as { up(tx: Transaction): Promise<void>; down?(tx: Transaction): Promise<void> }
  return { ...step, transaction: 'own', run: async tx => await inTransaction[direction]?.(tx) }
}

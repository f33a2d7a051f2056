/** A plan carried out: each step with its locks bounded, and nothing that was not allowed. */
import { MigrationError } from '../base/errors.ts'
import { sqlTokens } from '../base/sql-tokens.ts'
import type { Executor } from '../engine/executor.ts'
import type { Lease } from '../engine/lease.ts'
import type { Change, Hazard, Plan } from '../schema/change.ts'
import { dropInvalid } from './migrate/concurrent-index.ts'
import { readIndexChange } from './migrate/index-change.ts'
import { retrying } from './migrate/retry.ts'
import { alone, type MigrationHost } from './migrate/runner-lock.ts'
import type { SessionState } from './migrate/session-state.ts'

export interface ApplyOptions {
  /** The hazards that are taken, as `drop-column:users.name`; a star stands for any letters, as in `drop-column:*`. */
  readonly allow?: readonly string[]
  /** Milliseconds that a step waits for a lock; 3000 unless stated. Whoever comes behind it waits as long. */
  readonly lockTimeout?: number
  /** How often a step that could not have its lock is tried again; 10 unless stated. */
  readonly lockRetries?: number
  /** Called with each change once it is done, or, with its neighbours, once their transaction is. */
  readonly onChange?: (change: Change, at: number) => void
  /** Called when a change could not have its lock, or met a deadlock, and is tried again after so many milliseconds. */
  readonly onRetry?: (change: Change, wait: number, error: Error) => void
}

/** The hazards of a plan that are not allowed, whatever rows there are. */
export function notAllowed({ changes }: Pick<Plan, 'changes'>, allow: readonly string[]): readonly Hazard[] {
  const isAllowed = matcher(allow)
  return changes.flatMap(change => change.hazards).filter(hazard => !isAllowed(hazard.allow))
}

/**
 * The hazards of a plan that are not allowed, less those that are for rows where there are none.
 * @example const open = await openHazards(lease, plan, ['drop-column:users.name'])
 */
export async function openHazards(
  on: Executor,
  plan: Pick<Plan, 'changes'>,
  allow: readonly string[],
): Promise<readonly Hazard[]> {
  const open = notAllowed(plan, allow)
  const filled = new Map<string, boolean>()
  for (const { rows } of open) {
    if (rows === null || filled.has(rows)) continue
    // It may be a table that an earlier change of the plan makes, renames or moves.
    const { rows: found } = await on.execute<{ there: boolean }>(
      'select pg_catalog.to_regclass($1) is not null as there',
      [rows],
    )
    const isThere = found[0]?.there === true
    filled.set(rows, !isThere || (await hasRows(on, rows)))
  }
  return open.filter(({ rows }) => rows === null || filled.get(rows) === true)
}

/** Whether a table has rows; what may not be read is taken to have some. */
async function hasRows(on: Executor, table: string): Promise<boolean> {
  const { rows } = await on.execute<{ readable: boolean }>(
    `select pg_catalog.has_table_privilege(oid, 'select') as readable from pg_catalog.pg_class where oid = pg_catalog.to_regclass($1)`,
    [table],
  )
  if (rows[0]?.readable !== true) return true
  return (await on.execute(`select exists (select from ${table}) as filled`)).scalar() === true
}

function matcher(allow: readonly string[]): (hazard: string) => boolean {
  const patterns = allow.map(
    one =>
      new RegExp(
        `^${one
          .split('*')
          .map(part => part.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&'))
          .join('.*')}$`,
        's',
      ),
  )
  return hazard => patterns.some(pattern => pattern.test(hazard))
}

/**
 * Carries a plan out.
 * @throws MigrationError for hazards that are not allowed, before anything is done; or for a change that fails, with how many were done and the
 * error of the database as its cause
 */
export async function apply(
  host: MigrationHost,
  plan: Pick<Plan, 'changes'>,
  options: ApplyOptions = {},
): Promise<void> {
  await alone(
    host,
    () => {},
    async (lease, state) => {
      const open = await openHazards(lease, plan, options.allow ?? [])
      if (open.length > 0) throw hazardsRefused(open)
      let done = 0
      for (const step of steps(plan.changes)) {
        await runStep(lease, state, step, options, done, plan.changes.length)
        for (const change of step) {
          options.onChange?.(change, done)
          done += 1
        }
      }
    },
  )
}

/** What says which hazards are not allowed, and how they would be. */
export function hazardsRefused(open: readonly Hazard[]): MigrationError {
  const said = new Map(open.map(hazard => [`${hazard.allow} ${hazard.message}`, hazard]))
  const lines = [...said.values()].map(({ kind, allow, message }) => `\n  ${kind}: ${message} (${allow})`)
  return new MigrationError('hazardsRefused', [lines.join('')])
}

/** Changes that share a transaction, together. */
function steps(changes: readonly Change[]): (readonly Change[])[] {
  const found: Change[][] = []
  for (const [at, change] of changes.entries()) {
    const last = found.at(-1)
    if (change.transaction === 'shared' && changes[at - 1]?.transaction === 'shared' && last !== undefined)
      last.push(change)
    else found.push([change])
  }
  return found
}

async function runStep(
  lease: Lease,
  state: SessionState,
  step: readonly Change[],
  options: ApplyOptions,
  done: number,
  all: number,
): Promise<void> {
  const { lockTimeout = 3000, lockRetries = 10 } = options
  let running = step[0]
  try {
    await retrying(
      lockRetries,
      (_, wait, error) => running !== undefined && options.onRetry?.(running, wait, error),
      async () => {
        if (step[0]?.transaction === 'none') return await runOutside(lease, state, step[0])
        const begun = await lease.begin()
        await begun.complete(async tx => {
          await tx.run({
            text: `select pg_catalog.set_config('lock_timeout', $1, true)`,
            values: [String(lockTimeout)],
          })
          for (const change of step) {
            running = change
            await tx.run({ text: change.sql, values: [] })
          }
        })
      },
    )
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    const what = running === undefined ? '' : `${running.kind} ${running.object}`
    throw new MigrationError('changeFailed', [what, String(done), String(all), said], {}, { cause })
  }
}

/** A concurrent build waits for others to end and keeps nobody from working, so it waits without end. */
async function runOutside(lease: Lease, state: SessionState, { sql }: Change): Promise<void> {
  const change = readIndexChange(sqlTokens(sql))
  if (change !== null && change !== 'unnamed' && change.kind === 'create') await dropInvalid(lease, change)
  await lease.run({ text: `select pg_catalog.set_config('lock_timeout', '0', false)`, values: [] })
  try {
    await lease.run({ text: sql, values: [] })
  } finally {
    await state.restore()
  }
}

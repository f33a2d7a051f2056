import { MigrationError } from '../../base/errors.ts'
import type { Lease } from '../../engine/lease.ts'
import type { History, HistoryRow } from './history.ts'
import type { Migration } from './migration.ts'
import { known } from './plan-up.ts'
import { stepsUp } from './runnable.ts'

/** What to change of what the database remembers: names of migrations, in full. */
export interface RepairOptions {
  /** Applied, in part at least, and changed since: their files as they are now are taken for what was run. */
  readonly accept?: readonly string[]
  /** Applied by hand, or by another tool: taken for applied as a whole, and not run. */
  readonly applied?: readonly string[]
  /** Not applied any more, or never wholly: taken for pending or, where there is no file, for nothing. */
  readonly forget?: readonly string[]
}

/** Makes the changes in one transaction. @throws MigrationError for a name that one of them does not fit */
export async function repair(
  lease: Lease,
  history: History,
  migrations: readonly Migration[],
  { accept = [], applied = [], forget = [] }: RepairOptions,
): Promise<void> {
  const rows = await history.rows(lease)
  for (const name of [...accept, ...forget]) remembered(name, rows, migrations)
  const steps = new Map<string, string[]>()
  for (const name of [...accept, ...applied])
    steps.set(
      name,
      (await stepsUp(known(name, migrations))).map(step => step.checksum),
    )
  const begun = await lease.begin()
  await begun.complete(async tx => {
    for (const name of accept) await history.accept(tx, name, known(name, migrations).checksum, steps.get(name) ?? [])
    for (const name of applied) await history.mark(tx, name, known(name, migrations).checksum, steps.get(name) ?? [])
    await history.forget(tx, forget)
  })
}

function remembered(name: string, rows: readonly HistoryRow[], migrations: readonly Migration[]): void {
  if (rows.some(row => row.name === name)) return
  known(name, [...migrations, ...rows])
  throw new MigrationError('migrationNotApplied', [name], { migration: name })
}

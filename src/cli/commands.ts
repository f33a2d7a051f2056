import type { Command } from './command.ts'
import { diagram } from './diagram.ts'
import { init } from './init.ts'
import { migrateDown } from './migrate-down.ts'
import { migrateRepair } from './migrate-repair.ts'
import { migrateSquash } from './migrate-squash.ts'
import { migrateStatus } from './migrate-status.ts'
import { migrateUp } from './migrate-up.ts'
import { pull } from './pull.ts'

/** Every command, as help lists them. */
export const commands: readonly Command[] = [
  init,
  pull,
  migrateUp,
  migrateDown,
  migrateStatus,
  migrateSquash,
  migrateRepair,
  diagram,
]

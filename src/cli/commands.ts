import type { Command } from './command.ts'
import { diagram } from './diagram.ts'
import { diff } from './diff.ts'
import { init } from './init.ts'
import { migrateDown } from './migrate-down.ts'
import { migrateNew } from './migrate-new.ts'
import { migrateRepair } from './migrate-repair.ts'
import { migrateSquash } from './migrate-squash.ts'
import { migrateStatus } from './migrate-status.ts'
import { migrateUp } from './migrate-up.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'

/** Every command, as help lists them. */
export const commands: readonly Command[] = [
  init,
  pull,
  diff,
  push,
  migrateNew,
  migrateUp,
  migrateDown,
  migrateStatus,
  migrateSquash,
  migrateRepair,
  diagram,
]

import type { Command } from './command.ts'
import { diagram } from './diagram.ts'
import { init } from './init.ts'
import { pull } from './pull.ts'

/** Every command, as help lists them. */
export const commands: readonly Command[] = [init, pull, diagram]

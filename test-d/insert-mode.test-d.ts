import type { cases } from '../test/cases/insert-mode.ts'
import type { insertMode } from '../types/column.ts'
import { type Equal, same } from './equal.ts'

type Case = (typeof cases)[number]

/** The cases that the types answer otherwise. */
type Wrong<Each extends Case> = Each extends unknown
  ? Equal<insertMode<Each['options'][number]>, Each['mode']> extends true
    ? never
    : Each
  : never

same<Wrong<Case>, never>(true)

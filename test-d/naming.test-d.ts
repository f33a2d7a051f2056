import type { cases } from '../test/cases/naming.ts'
import type { snakeCase } from '../types/naming.ts'
import { type Equal, same } from './equal.ts'

type Case = (typeof cases)[number]

/** The cases that the types answer otherwise. */
type Wrong<Each extends Case> = Each extends unknown
  ? Equal<snakeCase<Each['key']>, Each['name']> extends true
    ? never
    : Each
  : never

same<Wrong<Case>, never>(true)

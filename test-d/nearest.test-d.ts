import type { cases } from '../test/cases/nearest.ts'
import type { nearest, suggestion } from '../types/nearest.ts'
import { type Equal, same } from './equal.ts'

type Case = (typeof cases)[number]
type orNull<Near> = [Near] extends [never] ? null : Near
type sentence<Near> = Near extends string ? `; did you mean '${Near}'?` : ''

/** The cases that the types answer otherwise. */
type Wrong<Each extends Case> = Each extends unknown
  ? Equal<orNull<nearest<Each['name'], Each['from'][number]>>, Each['near']> extends true
    ? never
    : Each
  : never
type WrongSentence<Each extends Case> = Each extends unknown
  ? Equal<suggestion<Each['name'], Each['from'][number]>, sentence<Each['near']>> extends true
    ? never
    : Each
  : never

same<Wrong<Case>, never>(true)
same<WrongSentence<Case>, never>(true)

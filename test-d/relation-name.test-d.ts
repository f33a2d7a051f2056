import type { cases } from '../test/cases/relation-name.ts'
import type { relationName } from '../types/relation.ts'
import { type Equal, same } from './equal.ts'

type Case = (typeof cases)[number]
/** No name is '' among the types and null at run time. */
type orEmpty<Name> = Name extends string ? Name : ''

/** The cases that the types answer otherwise. */
type Wrong<Each extends Case> = Each extends unknown
  ? Equal<relationName<Each['key'], Each['field'], ''>, orEmpty<Each['name']>> extends true
    ? never
    : Each
  : never

same<Wrong<Case>, never>(true)
same<relationName<'authorId', 'id', 'writer'>, 'writer'>(true)

import { expect, test } from 'vitest'
import { insertMode } from '../src/schema/insert-mode.ts'
import { cases } from './cases/insert-mode.ts'

test.each(cases)('$options is $mode in an insert', ({ options, mode }) => {
  const on = new Set<string>(options)
  const identity = on.has('always') ? 'always' : on.has('identity') ? 'byDefault' : null
  const facts = { generated: on.has('generated'), identity, hasDefault: on.has('default') } as const
  expect(insertMode({ ...facts, version: on.has('version'), nullable: on.has('nullable') })).toBe(mode)
})

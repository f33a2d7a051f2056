import { expect, test } from 'vitest'
import { relationName } from '../src/schema/foreign-keys.ts'
import { cases } from './cases/relation-name.ts'

test.each(cases)(`'$key' to '$field' is the relation $name`, ({ key, field, name }) => {
  expect(relationName(key, field)).toBe(name)
})

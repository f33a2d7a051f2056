import { expect, test } from 'vitest'
import { nearest, suggestion } from '../src/base/nearest.ts'
import { cases } from './cases/nearest.ts'

test.each(cases)(`'$name' among $from is near $near`, ({ name, from, near }) => {
  expect(nearest(name, from)).toBe(near)
  expect(suggestion(name, from)).toBe(near === null ? '' : `; did you mean '${near}'?`)
})

test('the first of several that are equally near is given', () => {
  expect(nearest('tagz', ['tags', 'tagy'])).toBe('tags')
})

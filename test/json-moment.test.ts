import { expect, test } from 'vitest'
import { dateText } from '../src/schema/write-date.ts'
import { isJsonMoment } from '../src/session/json-moment.ts'

class Day extends Date {
  override toISOString(): string {
    return 'some day'
  }
}

const first = Date.parse('0001-01-01T00:00:00.000Z')
const last = Date.parse('9999-12-31T23:59:59.999Z')

test.each([first, -1, 0, last])('JSON writes the moment %d as Postgres is sent it', time => {
  const date = new Date(time)
  expect(isJsonMoment(date)).toBe(true)
  expect(JSON.parse(JSON.stringify(date))).toBe(dateText(date))
})

test.each([
  ['a moment before year 1', new Date(first - 1)],
  ['a moment after year 9999', new Date(last + 1)],
  ['no moment', new Date(Number.NaN)],
  ['a Date of a class of its own', new Day(0)],
  ['a Date with a toJSON of its own', Object.assign(new Date(0), { toJSON: () => 'other' })],
  ['the text of a moment', '2020-01-01T00:00:00.000Z'],
  ['null', null],
])('%s is encoded before it becomes JSON', (_, value) => {
  expect(isJsonMoment(value)).toBe(false)
})

import { describe, expect, test } from 'vitest'
import { isFragment } from '../src/base/fragment.ts'
import { statementOf } from '../src/sql/statement.ts'
import { sql } from '../src/sql/tag.ts'

describe('the sql tag', () => {
  test('values become parameters, in order', () => {
    expect(statementOf(sql`update users set name = ${'Ada'} where id = ${1}`)).toEqual({
      text: 'update users set name = $1 where id = $2',
      values: ['Ada', '1'],
    })
  })

  test('a value at either end, and none at all', () => {
    expect(statementOf(sql`${1}`)).toEqual({ text: '$1', values: ['1'] })
    expect(statementOf(sql``)).toEqual({ text: '', values: [] })
  })

  test('an array is one parameter', () => {
    expect(statementOf(sql`id = any(${[1, 2]})`)).toEqual({ text: 'id = any($1)', values: ['{1,2}'] })
  })

  test('fragments become part of the text, and their values are counted on', () => {
    const recent = sql`created_at > ${'2026-01-01'}`
    const statement = statementOf(sql`select ${1} where ${recent} and ${sql`a = ${null} or (${recent})`}`)
    expect(statement).toEqual({
      text: 'select $1 where created_at > $2 and a = $3 or (created_at > $4)',
      values: ['1', '2026-01-01', null, '2026-01-01'],
    })
  })

  test('names are quoted, and a dot is part of a name', () => {
    const { text } = statementOf(sql`select ${sql.identifier('a"b')} from ${sql.identifier('public', 'x.y')}`)
    expect(text).toBe('select "a""b" from "public"."x.y"')
  })

  test('a list is a parameter for each value, or a fragment where one is given', () => {
    const { text, values } = statementOf(sql`a in (${sql.list(new Set<unknown>([1, 'b', sql`default`]))})`)
    expect(text).toBe('a in ($1, $2, default)')
    expect(values).toEqual(['1', 'b'])
  })

  test('fragments are joined by a comma, or by what is given', () => {
    const parts = [sql`a = ${1}`, sql`b = ${2}`]
    expect(statementOf(sql.join(parts))).toEqual({ text: 'a = $1, b = $2', values: ['1', '2'] })
    expect(statementOf(sql.join(parts, sql` or ${3} or `)).text).toBe('a = $1 or $2 or b = $3')
    expect(statementOf(sql.join([])).text).toBe('')
  })

  test('dangerous text stands as it is', () => {
    expect(statementOf(sql`order by id ${sql.dangerous('desc')}`).text).toBe('order by id desc')
  })

  test('the same SQL has the same parts, however it was put together', () => {
    expect(sql`a ${sql.dangerous('b')} c`).toEqual(sql`a b c`)
    expect(isFragment(sql`a`)).toBe(true)
  })

  test('a backslash that JavaScript would drop is refused', () => {
    expect(() => sql`a ~ '\d+'`).toThrow(
      `JavaScript reads '\\d' in a template as something else than it says; write '\\\\d'`,
    )
    expect(() => sql`a = '\u'`).toThrow(`write '\\\\u'`)
    expect(statementOf(sql`a ~ '\\d+' and b = E'\\x' || '\n\x41\u0042\u{43}\`\${'`).text).toBe(
      "a ~ '\\d+' and b = E'\\x' || '\nABC`${'",
    )
  })

  test('an empty list, an empty name and undefined are refused', () => {
    expect(() => sql.list([])).toThrow('a list in SQL needs at least one value; where it may be empty')
    expect(() => sql.identifier()).toThrow('an identifier needs at least one name, and no name is empty')
    expect(() => sql.identifier('a', '')).toThrow('no name is empty')
    expect(() => statementOf(sql`select ${1}, ${undefined}`)).toThrow('parameter $2 is undefined')
  })
})

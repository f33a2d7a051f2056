import { PGlite } from '@electric-sql/pglite'
import { describe, expect, test } from 'vitest'
import { EngineError } from '../src/base/errors.ts'
import { bindNamed } from '../src/sql/named-parameters.ts'

/** Text in which `:x` is to become $1 and everything else to stay. */
const onlyX = (text: string) => bindNamed(text, { x: 1 }).text

describe('named parameters', () => {
  test('a name is a number, the same name the same number', () => {
    expect(bindNamed('select :a::text, :b_2, :a', { b_2: 'x', a: [1] })).toEqual({
      text: 'select $1::text, $2, $1',
      values: ['{1}', 'x'],
    })
    expect(bindNamed('select 1', {})).toEqual({ text: 'select 1', values: [] })
  })

  // biome-ignore format: columns line up
  const cases: readonly [text: string, bound: string][] = [
    ['(:x)', '($1)'],
    ['a=:x', 'a=$1'],
    [`interval ':x' + :x`, `interval ':x' + $1`],
    [`'it''s :x' || :x`, `'it''s :x' || $1`],
    [`'a\\' || :x || ':x'`, `'a\\' || $1 || ':x'`],
    [`E'it\\'s :x' || :x`, `E'it\\'s :x' || $1`],
    [`e'\\\\' || :x || e'\\':x'`, `e'\\\\' || $1 || e'\\':x'`],
    [`E'a'\n  'b\\' :x' || :x`, `E'a'\n  'b\\' :x' || $1`],
    [`"a"":x" = :x`, `"a"":x" = $1`],
    ['$$ :x $$ || :x', '$$ :x $$ || $1'],
    ['$a$ :x $$ :x $b$ $a$ || :x', '$a$ :x $$ :x $b$ $a$ || $1'],
    ['a$b$c = :x and d$b$e = :x', 'a$b$c = $1 and d$b$e = $1'],
    ['-- :x\n:x -- :x', '-- :x\n$1 -- :x'],
    ['/* :x /* :x */ :x */ :x', '/* :x /* :x */ :x */ $1'],
    [':x /* not closed :x', '$1 /* not closed :x'],
    [`:x 'not closed :x`, `$1 'not closed :x`],
    [`:x E'not closed :x \\`, `$1 E'not closed :x \\`],
    ['a::x || :x::text', 'a::x || $1::text'],
    ['f(a := :x, b:=1)', 'f(a := $1, b:=1)'],
    [
      'a[1:n] || a[low:high] || a["b":n] || a[f(1):n] || a[b[1]:n] || :x',
      'a[1:n] || a[low:high] || a["b":n] || a[f(1):n] || a[b[1]:n] || $1',
    ],
    ['a[:x]', 'a[$1]'],
    ['a[1: :x]', 'a[1: $1]'],
    ['été:x || :x', 'été:x || $1'],
    ['1 - :x', '1 - $1'],
  ]
  test.each(cases)('%s', (text, bound) => expect(onlyX(text)).toBe(bound))

  test('a long string is no burden', () => {
    const long = `E'${`a\\'`.repeat(500_000)}'`
    expect(onlyX(`${long} || :x`)).toBe(`${long} || $1`)
    expect(onlyX(`:x || ${long.slice(0, -1)}\\`)).toBe(`$1 || ${long.slice(0, -1)}\\`)
  })

  test('a name that was not given is named, with the nearest that was', () => {
    const act = () => bindNamed('select :author', { auther: 1 })
    expect(act).toThrow(EngineError)
    expect(act).toThrow(`the statement has the parameter ':author', which was not given; did you mean 'auther'?`)
    expect(() => bindNamed('select :toString', {})).toThrow(`the parameter ':toString', which was not given`)
  })

  test('a value that is not used, $1 beside names, and undefined are refused', () => {
    expect(() => bindNamed('select :a', { a: 1, b: 2 })).toThrow(
      `the parameter 'b' was given, but the statement has no ':b'`,
    )
    expect(() => bindNamed('select :a, $1', { a: 1 })).toThrow(`the statement has '$1' beside ':a'`)
    expect(() => bindNamed('select :a', { a: undefined })).toThrow('parameter :a is undefined')
  })

  test('Postgres reads the same text outside the names', async () => {
    const database = await PGlite.create()
    const { text, values } = bindNamed(
      `select E'a'
         'b\\':x' as a, 'c\\' as b, $q$:x$q$ as c, (array[1,2,3])[1:2] as d, :x::text as e /* :x /* */ :x */ -- :x`,
      { x: 'value' },
    )
    const { rows } = await database.query(text, [...values])
    expect(rows).toEqual([{ a: `ab':x`, b: 'c\\', c: ':x', d: [1, 2], e: 'value' }])
    await database.close()
  })
})

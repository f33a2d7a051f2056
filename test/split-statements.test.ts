import { describe, expect, test } from 'vitest'
import { splitStatements } from '../src/base/split-statements.ts'

const texts = (sql: string): string[] => splitStatements(sql).statements.map(one => one.text)

describe('splitStatements', () => {
  test.each([
    ['select 1; select 2', ['select 1', 'select 2']],
    [';;  ; select 1 ;', ['select 1']],
    ['', []],
    ['-- nothing; at all\n/* ; /* ; */ ; */', []],
    [`select ';'; select E'\\';'; select ";"`, [`select ';'`, `select E'\\';'`, `select ";"`]],
    ['do $$ begin; end $$; select $a$;$$;$a$', ['do $$ begin; end $$', 'select $a$;$$;$a$']],
    ['select 1 -- one; two\n; select 2', ['select 1', 'select 2']],
    [
      'create rule r as on insert to a do also (select 1; select 2); select 3',
      ['create rule r as on insert to a do also (select 1; select 2)', 'select 3'],
    ],
    [
      'create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3',
      [
        'create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end',
        'select 3',
      ],
    ],
    ['create procedure p() begin atomic; end; select 1', ['create procedure p() begin atomic; end', 'select 1']],
    ['create table begin_at (a int); select 1', ['create table begin_at (a int)', 'select 1']],
    ['select (1; select 2', ['select (1; select 2']],
  ])('%j', (sql, expected) => {
    expect(texts(sql)).toEqual(expected)
  })

  test('knows the lines of statements and of comments alone in theirs, whichever way lines end', () => {
    const { statements, comments } = splitStatements(
      '-- a\r\nselect 1; -- b\r\n\r\n  -- c\rselect\n2;\n/*\n-- d\n*/ -- e',
    )
    expect(statements.map(one => [one.text, one.line])).toEqual([
      ['select 1', 2],
      ['select\n2', 5],
    ])
    expect(comments.map(one => [one.text, one.line])).toEqual([
      ['a', 1],
      ['c', 4],
    ])
  })

  test('a comment may end a statement, unless it is in a string', () => {
    const isCut = ({ text }: { text: string }): boolean => text === 'step'
    const sql = "select 1\n-- step\nselect $$\n-- step\n$$, '\n-- step\n'"
    expect(splitStatements(sql, isCut).statements.map(one => one.text)).toEqual([
      'select 1',
      "select $$\n-- step\n$$, '\n-- step\n'",
    ])
  })
})

test.each([
  ['select 1; /* and\nselect 2;', 1],
  ['select 1;\n-- /*\n /* a /* b */\nselect 2;', 3],
  ['select 1; /* a /* b */ */', null],
  [`select '/*' /* a */ -- /*`, null],
])('a comment without an end is in a line of %j', (text, line) => {
  expect(splitStatements(text).unclosed).toBe(line)
})

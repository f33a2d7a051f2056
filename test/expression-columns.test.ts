import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { fragmentText } from '../src/ddl/fragment-text.ts'
import { sqlTokens } from '../src/base/sql-tokens.ts'
import { isReserved } from '../src/base/sql-words.ts'
import { defineSchema, type Engine, sql, StatementError, t } from '../src/index.ts'
import { columns, legal, wrong } from './cases/expressions.ts'
import { pgliteDriver } from './drivers.ts'

const schemaOf = (options: object = {}) =>
  defineSchema({ posts: { columns, ...options } } as never, { naming: 'snake_case' })

let engine: Engine
beforeAll(async () => {
  engine = await pgliteDriver.engine(schemaOf() as never)
  await engine.metadata.createAll()
})
/** What Postgres says to a check. */
const refusal = async (text: string): Promise<StatementError | null> => {
  try {
    await engine.execute(`alter table posts add constraint tried check (${text}\n)`)
    await engine.execute('alter table posts drop constraint tried')
    return null
  } catch (error) {
    if (error instanceof StatementError) return error
    throw error
  }
}

describe('an expression that Postgres takes is taken', () => {
  test.each(legal.map(on => ({ on, text: fragmentText(on) })))('$text', async ({ on, text }) => {
    expect(await refusal(text)).toBe(null)
    schemaOf({ checks: { one: on } })
  })
})

describe('a column that is not there is named, and Postgres has none either', () => {
  test.each(wrong.map(one => ({ ...one, text: fragmentText(one.on) })))('$text', async ({ on, text, name, near }) => {
    expect(await refusal(text)).toMatchObject({ sqlState: '42703' })
    const message = `check 'one' of table 'posts' reads column '${name}', which the table does not have${near}`
    expect(() => schemaOf({ checks: { one: on } })).toThrow(expect.objectContaining({ code: 'checkColumn', message }))
  })
})

describe('the SQL that is read is that of', () => {
  const of = (subject: string, near = `; did you mean 'words'?`) =>
    expect.objectContaining({
      message: `${subject} of table 'posts' reads column 'wrods', which the table does not have${near}`,
    })
  const where = sql`wrods > 0`
  const places: readonly [place: string, options: object, subject: string][] = [
    ['checks', { checks: { one: where } }, `check 'one'`],
    ['indexes: where', { indexes: { one: { on: ['title'], where } } }, `index 'one'`],
    ['indexes: expressions', { indexes: { one: { on: ['title', sql`abs(wrods)`] } } }, `index 'one'`],
    [
      'indexes: long expressions',
      { indexes: { one: { on: [{ expression: sql`abs(wrods)`, order: 'desc' }] } } },
      `index 'one'`,
    ],
    ['excludes: where', { excludes: { one: { elements: [{ on: 'title', with: '=' }], where } } }, `exclusion 'one'`],
    ['excludes: expressions', { excludes: { one: { elements: [{ on: sql`-wrods`, with: '=' }] } } }, `exclusion 'one'`],
    ['policies: using', { policies: { one: { using: where } } }, `policy 'one'`],
    ['policies: withCheck', { policies: { one: { withCheck: where } } }, `policy 'one'`],
    ['partitionBy', { partitionBy: { range: [sql`wrods / 2`] } }, `the partition key`],
    [
      'partitionBy of a partition',
      { partitionBy: { list: ['words'], partitions: { one: { in: [1], partitionBy: { hash: [sql`wrods / 2`] } } } } },
      `the partition key`,
    ],
  ]
  test.each(places)('%s', (_, options, subject) => expect(() => schemaOf(options)).toThrow(of(subject)))

  const inColumn = (options: object) =>
    defineSchema({ posts: { columns: { words: t.integer(), other: { type: 'integer', ...options } } } } as never)
  test('check of a column', () => expect(() => inColumn({ check: where })).toThrow(of(`check 'posts_other_check'`)))
  test('check of a column, with a name', () =>
    expect(() => inColumn({ check: { name: 'one', on: where } })).toThrow(of(`check 'one'`)))
  test('generated', () =>
    expect(() => inColumn({ generated: sql`wrods + 1` })).toThrow(of(`the generated column 'other'`)))
})

test('without a naming, a key in camel case is proposed with its quotes', () => {
  const define = () =>
    defineSchema({ posts: { columns: { createdAt: t.date() }, checks: { one: sql`createdAt > now()` } } })
  expect(define).toThrow(expect.objectContaining({ message: expect.stringMatching(/; did you mean '"createdAt"'\?$/) }))
  defineSchema({ posts: { columns: { createdAt: t.date() }, checks: { one: sql`"createdAt" > now()` } } })
})

test('the modifiers of a type of an extension are no columns', () => {
  const spot = sql`title::geometry(Point, 4326) = geometry(Point, 4326) 'POINT(0 0)' and cast(title as ext.geometry(Point)) <> zone`
  schemaOf({ checks: { one: spot } })
})

test('a policy may ask other tables, whose columns it alone knows', () => {
  schemaOf({ policies: { one: { using: sql`words in (select size from boxes where owner = current_user)` } } })
})

test('a check of a domain reads its value, and no table', () => {
  schemaOf({ checks: { one: sql`value > 0` } })
  const size = t.domain('size', { of: t.integer(), check: sql`value > 0` })
  defineSchema({ boxes: { columns: { size } } })
})

test('the words that no column is called by are those of Postgres', async () => {
  const words = await engine.execute(`select word from pg_get_keywords() where catcode in ('R', 'T')`)
  const missing = words.scalars().filter(word => !isReserved(String(word)))
  expect(missing).toEqual([])
  const others = await engine.execute(`select word from pg_get_keywords() where catcode not in ('R', 'T')`)
  expect(others.scalars().filter(word => isReserved(String(word)))).toEqual([])
})

test('what Postgres takes is taken, however the words of an expression are shuffled', async () => {
  const keywords = (await engine.execute('select word from pg_get_keywords()')).scalars().map(String)
  const words = [...legal, ...wrong.map(({ on }) => on)].flatMap(on =>
    clauses(sqlTokens(fragmentText(on)).map(printed)),
  )
  const vocabulary = [...keywords, ...words.flat(), ...words.flat()]
  const change = fc.record({
    kind: fc.constantFrom('put', 'take', 'replace', 'swap'),
    at: fc.nat(60),
    word: fc.constantFrom(...vocabulary),
  })
  let taken = 0
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...words),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (start, changes) => {
        const changed = changes.reduce((now, { kind, at, word }) => {
          const place = at % now.length
          if (kind === 'put') return now.toSpliced(place, 0, word)
          if (kind === 'take') return now.toSpliced(place, 1)
          return kind === 'swap'
            ? now.toSpliced(place, 2, now[place + 1] ?? '', now[place] ?? '')
            : now.toSpliced(place, 1, word)
        }, start)
        const text = changed.join(' ')
        if ((await refusal(text)) !== null) return
        taken++
        schemaOf({ checks: { one: sql.dangerous(text) } })
      },
    ),
    { numRuns: 2000 },
  )
  expect(taken).toBeGreaterThan(20)
})

/** Short expressions bear a change more often than long ones: what stands between one `and` and the next. */
function clauses(words: readonly string[]): string[][] {
  const found: string[][] = [[]]
  for (const word of words) word === 'and' ? found.push([]) : found.at(-1)?.push(word)
  return found.filter(clause => clause.length > 0)
}

/** A token as it was read. */
function printed({ kind, text }: ReturnType<typeof sqlTokens>[number]): string {
  return kind === 'quoted' ? `"${text.replaceAll('"', '""')}"` : text
}

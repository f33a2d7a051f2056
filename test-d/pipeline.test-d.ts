import { createEngine, type PipelineItem, type Result, sql } from '../src/index.ts'
import { same } from './equal.ts'

const engine = createEngine()

const results = await engine.pipeline([
  'select 1',
  ['select $1::int', [1]],
  ['select :n::int', { n: 1 }],
  sql`select ${1}`,
])
same<typeof results, [Result, Result, Result, Result]>(true)
const [first, , , last] = results
first.rows satisfies Record<string, unknown>[]
last.rowCount satisfies number

const stated = await engine.pipeline<[{ id: number }, { total: bigint }]>([
  ['select id from users where id = $1', [1]],
  'select count(*) as total from users',
])
same<typeof stated, [Result<{ id: number }>, Result<{ total: bigint }>]>(true)
stated[1].one().total satisfies bigint
// @ts-expect-error: results for two statements are stated, and there is one
engine.pipeline<[{ id: number }, { total: bigint }]>(['select id from users'])
// @ts-expect-error: the parameters of a text stand beside it
engine.pipeline([1])

const items: PipelineItem[] = ['select 1']
const many = await engine.pipeline(items)
same<typeof many, Result[]>(true)

await engine.transaction(async tx => {
  const [inside] = await tx.pipeline<[{ n: number }]>(['select 1 as n'])
  inside.scalar() satisfies number
})

createEngine(undefined, { prepare: false })

/** Writes programs of any number of tables, to measure what they cost the compiler. */

const imports =
  "import { createEngine, defineSchema, type Insert, type Row, sql, t, table, type Update } from '../../src/index.ts'"

const tableOf = (index, count, options = '') => {
  const before = (index + count - 1) % count
  const further = (index + count - 7) % count
  return `  table${index}: table({
    id: t.id(),
    firstId: t.ref('table${before}.id', { onDelete: 'cascade', inverse: 'firstOf${index}' }),
    secondId: t.ref('table${further}.id', { nullable: true, inverse: 'secondOf${index}' }),
    email${index}: t.text({ unique: true }),
    name: t.text({ nullable: true }),
    words: t.integer({ default: 0, check: sql\`words >= 0\` }),
    active: t.boolean({ default: true }),
    price: t.numeric({ precision: 12, scale: 2 }),
    status: t.enum('status', ['draft', 'open', 'closed'], { default: 'draft' }),
    profile: t.jsonb<{ bio: string }>({ nullable: true }),
    born: t.date({ nullable: true }),
    createdAt: t.timestamptz({ default: sql\`now()\` }),
  }${options}),
`
}

const optionsOf = index => `, {
    indexes: { table${index}_by_name: { on: ['name', 'born'] } },
    uniques: { table${index}_once: ['firstId', 'email${index}'] },
  }`

/** The import alone: what everything else is measured against. */
export const baseline = () => `${imports}
export { createEngine, defineSchema, sql, t, table }
export type { Insert, Row, Update }
`

const schemaOf = (count, options) => `${imports}
export const schema = defineSchema({
${Array.from({ length: count }, (_, index) => tableOf(index, count, options(index))).join('')}}, { naming: 'snake_case' })
export { createEngine, sql, t, table }
export type { Insert, Row, Update }
`

/** The schema with all its checks: 12 columns and two relations in each table. */
export const schema = count => schemaOf(count, () => '')

/** The same with an index and a key of two columns in the options of each table. */
export const options = count => schemaOf(count, optionsOf)

const useOf = index => `
declare const row${index}: Row<typeof schema, 'table${index}'>
declare const insert${index}: Insert<typeof schema, 'table${index}'>
declare const update${index}: Update<typeof schema, 'table${index}'>
row${index}.firstId satisfies number
insert${index}.name satisfies string | null | undefined
update${index}.words satisfies number | undefined
session.add('table${index}', { firstId: 1, email${index}: 'a', price: '1.00' })
const found${index} = await engine.tables('table${index}').selectFrom('table${index}').selectAll().execute()
found${index}[0]!.words satisfies number
`

/** The schema, and for every table its three types, an insert through a session and a select through Kysely. */
export const core = count => `${schema(count)}
const engine = createEngine(undefined, { schema })
const session = engine.session()
${Array.from({ length: count }, (_, index) => useOf(index)).join('')}`

/** The schema and one join of four tables. Without `where`: Kysely's first one costs 4,400 by itself, whatever the tables. */
export const join = count => `${schema(count)}
const engine = createEngine(undefined, { schema })
const joined = await engine
  .tables('table1', 'table2', 'table3', 'table4')
  .selectFrom('table1')
  .innerJoin('table2', 'table2.firstId', 'table1.id')
  .innerJoin('table3', 'table3.firstId', 'table2.id')
  .leftJoin('table4', 'table4.firstId', 'table3.id')
  .select(['table1.id', 'table2.name as second', 'table3.words', 'table4.price'])
  .execute()
joined[0]!.words satisfies number
joined[0]!.price satisfies string | null
`

import { t } from '../src/schema/columns.ts'
import { defineSchema } from '../src/schema/define.ts'
import { table } from '../src/schema/table.ts'
import type { Range } from '../src/base/kinds.ts'
import type { Insert, Row } from '../types/row.ts'
import { sql } from '../src/sql/tag.ts'
import { same } from './equal.ts'

const stays = defineSchema({
  stays: table({
    id: t.id(),
    dates: t.tstzrange(),
    exact: t.tstzrange({ mode: 'string', nullable: true }),
    local: t.tsrange({ mode: 'date' }),
    units: t.int8range({ mode: 'number', default: { lower: 1 } }),
    whole: t.int8range(),
    price: t.nummultirange({ mode: 'number' }),
  }),
})
type Stay = Row<typeof stays, 'stays'>
same<Stay['dates'], Range<Date>>(true)
same<Stay['exact'], Range<string> | null>(true)
same<Stay['local'], Range<Date>>(true)
same<Stay['units'], Range<number>>(true)
same<Stay['whole'], Range<bigint>>(true)
same<Stay['price'], { readonly ranges: readonly Range<number>[] }>(true)
type NewStay = Insert<typeof stays, 'stays'>
const stay: NewStay = {
  dates: { lower: new Date() },
  local: { upper: new Date(), bounds: '()' },
  whole: { lower: 1n },
  price: { ranges: [{ lower: 1, upper: 2 }] },
}
// @ts-expect-error bounds of dates
const wrong: NewStay = { ...stay, dates: { lower: '2026-01-01' } }
void wrong

const plain = defineSchema({
  stays: { columns: { exact: { type: 'tstzrange', mode: 'string' }, dates: { type: 'tstzrange' } } },
})
same<Row<typeof plain, 'stays'>['exact'], Range<string>>(true)
const written: Insert<typeof plain, 'stays'> = { exact: { lower: 'infinity' }, dates: { upper: new Date() } }
void written
// @ts-expect-error a default of the other mode
t.tstzrange({ mode: 'string', default: { lower: new Date() } })

sql`select ${sql.typed(t.tstzrange(), { lower: new Date() })}, ${sql.typed(t.array(t.box({ nullable: true })), [null])}`
sql.typed(t.integer(), null)
// @ts-expect-error a number
sql.typed(t.integer(), '1')
t.custom('public.geometry', { delimiter: ':' })

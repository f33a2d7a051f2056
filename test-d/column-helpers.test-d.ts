/** Functions of a person's own that make columns: what their callers may say, and what comes of it. */
import { t } from '../src/schema/columns.ts'
import { defineSchema } from '../src/schema/define.ts'
import { table } from '../src/schema/table.ts'
import type { Insert, Row } from '../types/row.ts'
import { same } from './equal.ts'

// With the options of a caller, which are not known where the function is written.
const money = <const Given extends { readonly nullable?: true; readonly comment?: string }>(given: Given) =>
  t.numeric({ precision: 12, scale: 2, ...given })
const once = <const Given extends { readonly nullable?: true }>(given: Given) => t.text({ unique: true, ...given })
const owned = <const Target extends string, const Inverse extends string>(target: Target, inverse: Inverse) =>
  t.ref(target, { onDelete: 'cascade', inverse })

const schema = defineSchema({
  users: table({ id: t.id() }),
  orders: table({
    id: t.id(),
    total: money({}),
    paid: money({ nullable: true }),
    number: once({}),
    userId: owned('users.id', 'orders'),
  }),
})

type Order = { id: number; total: string; paid: string | null; number: string; userId: number }
same<Row<typeof schema, 'orders'>, Order>(true)
same<Insert<typeof schema, 'orders'>['paid'], string | null | undefined>(true)
same<Insert<typeof schema, 'orders'>['total'], string>(true)

// @ts-expect-error what the function asks of its callers
money({ nullable: 'yes' })

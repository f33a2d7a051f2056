import { createEngine, type CopyRow, sql } from '../src/index.ts'
import { t } from '../src/schema/columns.ts'
import { defineSchema } from '../src/schema/define.ts'
import { table } from '../src/schema/table.ts'
import { same } from './equal.ts'

const schema = defineSchema({
  users: table({ id: t.id(), email: t.text(), name: t.text({ nullable: true }), role: t.text({ default: 'member' }) }),
  posts: table({ id: t.integer({ primaryKey: true }), authorId: t.ref('users.id', { inverse: 'posts' }) }),
})
const engine = createEngine('pglite:', { schema })

same<Awaited<ReturnType<typeof engine.copyFrom>>, number>(true)
await engine.copyFrom('users', [{ email: 'a' }, { email: 'b', name: null, role: 'admin' }])
await engine.copyFrom('posts', new Set([{ id: 1, authorId: 2 }]), { columns: ['id', 'authorId'] })
async function* users(): AsyncGenerator<CopyRow<typeof schema, 'users'>> {
  yield { email: 'a' }
}
await engine.copyFrom('users', users(), { signal: new AbortController().signal })
// @ts-expect-error no such table
await engine.copyFrom('user', [])
// @ts-expect-error the email is missing
await engine.copyFrom('users', [{ name: 'a' }])
// @ts-expect-error the database alone writes the key
await engine.copyFrom('users', [{ id: 1, email: 'a' }])
// @ts-expect-error a key, and not the row it points to
await engine.copyFrom('posts', [{ id: 1, author: { id: 1 } }])
// @ts-expect-error no such column
await engine.copyFrom('users', [], { columns: ['mail'] })

for await (const user of engine.copyTo('users')) {
  same<typeof user, { id: number; email: string; name: string | null; role: string }>(true)
}
for await (const row of engine.copyTo<{ n: number }>('select 1 as n')) same<typeof row, { n: number }>(true)
for await (const row of engine.copyTo('select 1 as n')) same<typeof row, Record<string, unknown>>(true)
for await (const bytes of engine.copyTo('users', { format: 'csv', header: true })) same<typeof bytes, Uint8Array>(true)
for await (const bytes of engine.copyTo(sql`select 1`, { format: 'text' })) same<typeof bytes, Uint8Array>(true)
for await (const row of createEngine().copyTo('select 1 as n')) same<typeof row, Record<string, unknown>>(true)
// @ts-expect-error rows have no header
engine.copyTo('users', { header: true })
// @ts-expect-error no such format
engine.copyTo('users', { format: 'binary' })
await engine.transaction(async tx => {
  await tx.copyFrom('users', [{ email: 'a' }])
  for await (const { id } of tx.copyTo('posts')) same<typeof id, number>(true)
  // @ts-expect-error no such table
  await tx.copyFrom('user', [])
})

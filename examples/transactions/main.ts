/** All or nothing, again where that helps, and never by mistake: what docs/transactions.md shows, as a program. */
import { createEngine, defineSchema, t, table } from '../../src/index.ts'

const schema = defineSchema({ accounts: table({ name: t.text({ primaryKey: true }), cents: t.integer() }) })
await using engine = createEngine(process.env.DATABASE_URL, { schema })
await engine.metadata.dropAll()
await engine.metadata.createAll()
await engine.execute(`insert into accounts values ('ada', 500), ('grace', 100)`)

// docs: transfer
const add = 'update accounts set cents = cents + :cents where name = :name'
const transfer = async (from: string, to: string, cents: number): Promise<void> => {
  await engine.transaction(
    async tx => {
      await tx.execute(add, { name: from, cents: -cents })
      await tx.execute(add, { name: to, cents })
    },
    { isolation: 'serializable', retries: 5 },
  )
}
await transfer('ada', 'grace', 200)
// docs: end
console.log((await engine.execute('select * from accounts order by name')).rows)

// docs: savepoint
await engine.transaction(async tx => {
  await tx.execute(add, { name: 'ada', cents: 1 })
  const bonus = tx.transaction(async inner => {
    await inner.execute(add, { name: 'grace', cents: 1 })
    throw new Error('no bonus today')
  })
  console.log(await bonus.catch(String)) // => Error: no bonus today
})

// docs: byHand
{
  await using tx = await engine.begin()
  await tx.execute(add, { name: 'ada', cents: 1_000_000 })
} // no commit was asked for, so it is undone
// docs: end
console.log((await engine.execute('select * from accounts order by name')).rows)

// docs: warning
engine.on('warning', ({ code, from }) => console.error(code, from))
await engine.transaction(async tx => {
  await tx.execute(add, { name: 'ada', cents: 1 })
  await engine.execute(add, { name: 'grace', cents: -1 }).catch(() => {}) // 'tx' was meant
})

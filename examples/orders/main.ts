/** An order desk: stock, orders, and credit that is transferred, written on sessions alone. */
import { createEngine, StaleDataError } from '../../src/index.ts'
import { Product, schema } from './schema.ts'

await using engine = createEngine('pglite:', { schema, entities: [Product] })
await engine.metadata.createAll()

// docs: add
// Rows are added as objects. Keys are not known yet, and need not be: the objects stand for them.
await engine.unitOfWork(async session => {
  const paper = session.add('tags', { label: 'paper' })
  const ink = session.add('tags', { label: 'ink' })
  session.add('products', { name: 'notebook', price: 450, stock: 10, tags: [paper] })
  session.add('products', { name: 'pen', price: 200, stock: 3, tags: [ink] })
  session.add('products', { name: 'calendar', price: 1200, stock: 1, tags: [paper, ink] })
  session.addAll('customers', [
    { name: 'Ada', email: 'ada@example.org', credit: 5000 },
    { name: 'Grace', email: 'grace@example.org', credit: 1000 },
  ])
})

// docs: order
/** Places an order: the products are locked, so that nobody sells the same one. */
async function order(email: string, wanted: { readonly [product: string]: number }): Promise<number> {
  return await engine.unitOfWork(
    async session => {
      const customer = await session.findOneOrThrow('customers', { where: { email } })
      const products = await session.find('products', {
        where: { name: { in: Object.keys(wanted) } },
        orderBy: { id: 'asc' },
        lock: 'update',
      })
      const made = session.add('orders', { customer })
      for (const product of products) {
        const count = wanted[product.name] ?? 0
        product.take(count)
        session.add('lines', { order: made, product, count })
      }
      await session.flush()
      return made.id
    },
    { retries: 3 },
  )
}

// docs: end
const first = await order('ada@example.org', { notebook: 2, pen: 1 })
await order('grace@example.org', { notebook: 1 })
await order('ada@example.org', { pen: 5 }).catch((error: Error) => console.log('refused:', error.message))

// docs: find
// What was loaded is in the type, to any depth; what was not is a compile error.
{
  await using session = engine.session()
  const customers = await session.find('customers', {
    with: {
      orders: { with: { lines: { with: { product: true }, orderBy: { productId: 'asc' } } }, orderBy: { id: 'asc' } },
    },
    orderBy: { name: 'asc' },
  })
  for (const { name, orders } of customers) {
    for (const { id, lines } of orders) {
      const list = lines.map(line => `${line.count} x ${line.product.name}`).join(', ')
      const total = lines.reduce((sum, line) => sum + line.count * line.product.price, 0)
      console.log(`order ${id} of ${name}: ${list}: ${(total / 100).toFixed(2)}`)
    }
  }
}

// docs: joined
// In one statement and one round trip: the products are joined to the tags, and the lines to the products.
{
  await using session = engine.session()
  const paper = await session.findOneOrThrow('tags', {
    where: { label: 'paper' },
    with: { products: { with: { lines: true }, orderBy: { name: 'asc' } } },
    load: 'joined',
  })
  const sold = paper.products.map(({ name, lines }) => `${name} ${lines.reduce((sum, line) => sum + line.count, 0)}`)
  console.log('sold of paper:', sold.join(', '))
}

// docs: change
// Objects are changed as any others are, inside JSON too, and collections as arrays.
{
  await using session = engine.session()
  const made = await session.findOneOrThrow('orders', {
    where: { id: first },
    with: { lines: { orderBy: { productId: 'asc' } } },
  })
  made.notes.gift = true
  made.state = 'paid'
  made.lines.splice(0, 1)
  await session.commit()
  const papers = await session.find('products', {
    where: { tags: { some: { label: 'paper' } }, stock: { gt: 0 } },
    with: { tags: { orderBy: { label: 'asc' } } },
    orderBy: { name: 'asc' },
  })
  console.log(
    'paper in stock:',
    papers.map(({ name, stock, tags }) => `${name} (${stock}; ${tags.map(tag => tag.label).join(' ')})`),
  )
}

// docs: version
// A version makes updates optimistic: a row that somebody else changed is stale, and nothing is written.
{
  await using session = engine.session()
  const pen = await session.findOneOrThrow('products', { where: { name: 'pen' } })
  await session.commit()
  await engine.unitOfWork(async other => {
    const same = await other.get('products', pen.id)
    if (same !== null) same.price = 220
  })
  pen.price = 190
  const error: unknown = await session.commit().catch(fault => fault)
  if (!(error instanceof StaleDataError)) throw error
  console.log('stale:', error.message)
  await session.rollback()
  await session.refresh(pen)
  console.log('the pen costs', pen.price)
}

// docs: transfer
/** Moves credit. Run again from its start when the database could not put it in order with others. */
async function transfer(from: string, to: string, amount: number): Promise<void> {
  await engine.unitOfWork(
    async session => {
      const giver = await session.findOneOrThrow('customers', { where: { email: from } })
      const taker = await session.findOneOrThrow('customers', { where: { email: to } })
      giver.credit -= amount
      taker.credit += amount
    },
    { isolation: 'serializable', retries: 10 },
  )
}

// docs: end
for (let turn = 0; turn < 3; turn++) await transfer('ada@example.org', 'grace@example.org', 500)
await transfer('grace@example.org', 'ada@example.org', 9000).catch((error: Error) =>
  console.log('refused:', error.name),
)

// docs: nested
// A savepoint: what fails in it is undone, in the database and in the objects, and the rest goes on.
{
  await using session = engine.session()
  const customers = await session.find('customers', { orderBy: { name: 'asc' } })
  for (const customer of customers) {
    await session
      .nested(async () => {
        customer.credit -= 3000
      })
      .catch(() => console.log(`${customer.name} has no 30.00, but ${(customer.credit / 100).toFixed(2)}`))
  }
  await session.commit()
  console.log(customers.map(({ name, credit }) => `${name} ${(credit / 100).toFixed(2)}`).join(', '))
}

// docs: bulk
// Many rows at once, without reading them; the objects of the session agree.
{
  await using session = engine.session()
  const open = await session.update('orders', {
    where: { state: 'open' },
    set: { state: 'shipped' },
    returning: ['id'],
  })
  const sold = await session.delete('products', { where: { lines: { none: {} }, name: 'calendar' } })
  await session.insert('tags', [{ label: 'ink' }, { label: 'leather' }], {
    onConflict: { columns: ['label'], do: 'nothing' },
  })
  await session.commit()
  console.log('shipped', open, 'deleted', sold, 'tags', await session.count('tags'))
}

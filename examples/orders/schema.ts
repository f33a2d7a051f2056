import { defineSchema, Entity, sql, t, table } from '../../src/index.ts'

export const schema = defineSchema(
  {
    customers: table({
      id: t.id(),
      name: t.text(),
      email: t.text({ unique: true }),
      // Cents: whole numbers do not round.
      credit: t.integer({ default: 0, check: sql`credit >= 0` }),
      version: t.integer({ version: true }),
    }),
    products: table({
      id: t.id(),
      name: t.text({ unique: true }),
      price: t.integer(),
      stock: t.integer({ check: sql`stock >= 0` }),
      version: t.integer({ version: true }),
    }),
    orders: table({
      id: t.id(),
      customerId: t.ref('customers.id', { inverse: 'orders' }),
      state: t.enum('order_state', ['open', 'paid', 'shipped'], { default: 'open' }),
      notes: t.jsonb<{ gift?: boolean; text?: string }>({ default: {} }),
    }),
    lines: table(
      {
        orderId: t.ref('orders.id', { inverse: 'lines', cascade: ['save-update', 'delete', 'orphan'] }),
        productId: t.ref('products.id', { inverse: 'lines' }),
        count: t.integer({ check: sql`count > 0` }),
      },
      { primaryKey: ['orderId', 'productId'] },
    ),
    tags: table({ id: t.id(), label: t.text({ unique: true }) }),
    productTags: table(
      { productId: t.ref('products.id', { onDelete: 'cascade' }), tagId: t.ref('tags.id', { onDelete: 'cascade' }) },
      { primaryKey: ['productId', 'tagId'], link: { productId: 'products', tagId: 'tags' } },
    ),
  },
  { naming: 'snake_case' },
)

/** A product knows how to be taken from the shelf. */
export class Product extends Entity(schema, 'products') {
  take(count: number): void {
    if (count > this.stock) throw new Error(`there are ${this.stock} of '${this.name}', not ${count}`)
    this.stock -= count
  }
}

/** Any schema over the vocabulary of the literal, as plain data. */
import fc from 'fast-check'
import { sql } from '../../src/index.ts'
import type { AnyColumn, AnyTable, SchemaOptions } from '../../types/literal.ts'
import type { AnySchema } from '../../types/schema.ts'

const role = { name: 'user role', values: ['a', "it's", 'B c'] }
const code = { name: 'code', of: { type: 'text' }, check: sql`value <> ''`, default: 'x' } as const

/** Names that need no quotes, some that do, and some that differ in their case alone. */
const names = [
  'name',
  'created_at',
  'createdAt',
  'order',
  'Mixed_Case',
  'with space',
  'select',
  'a1',
  'a_1',
  '__v',
  'é',
  'x"y',
]

const plain = fc.constantFrom<AnyColumn>(
  { type: 'integer', default: 5 },
  { type: 'smallint', check: { name: 'small_enough', on: sql`1 < 2` } },
  { type: 'bigint', default: 9007199254740993n },
  { type: 'bigint', identity: 'always' },
  { type: 'bigint', identity: { when: 'byDefault', start: 10, increment: 3, cycle: true } },
  { type: 'serial' },
  { type: 'text', default: "it's \\ so" },
  { type: 'text', collate: 'C', comment: 'what it is' },
  { type: 'text', generated: sql`('a' || 'b')` },
  { type: 'varchar', length: 30, default: sql`'a'::character varying` },
  { type: 'char', length: 3 },
  { type: 'numeric', precision: 12, scale: 3, default: '1.500' },
  { type: 'boolean', default: true },
  { type: 'timestamptz', default: sql`now()` },
  { type: 'timestamp', precision: 3 },
  { type: 'interval', fields: 'day to second', precision: 2 },
  { type: 'jsonb', default: { a: [1] } },
  { type: 'uuid', default: sql`gen_random_uuid()` },
  { type: 'array', of: { type: 'varchar', length: 9 }, default: [] },
  { type: 'array', of: { type: 'enum', enum: role } },
  { type: 'enum', enum: role, default: "it's" },
  { type: 'domain', domain: code },
  { type: 'composite', composite: { name: 'pair', fields: { a: { type: 'integer' }, b: { type: 'text' } } } },
  { type: 'custom', custom: { sql: 'int4range' }, default: sql`'[1,5)'::int4range` },
  { type: 'bit', length: 4 },
)

const column = fc
  .record({ plain, nullable: fc.boolean(), unique: fc.boolean() })
  .map(({ plain, nullable, unique }): AnyColumn => {
    const comparable = !['jsonb', 'composite'].includes(plain.type)
    const fixed = plain.identity !== undefined || plain.type === 'serial'
    return { ...plain, ...(nullable && !fixed ? { nullable } : {}), ...(unique && comparable ? { unique } : {}) }
  })

interface Shape {
  readonly columns: readonly (readonly [string, AnyColumn])[]
  readonly target: number
  readonly onDelete: 'cascade' | 'restrict' | 'set null' | undefined
  readonly deferrable: boolean | 'initially deferred'
  readonly index: 'none' | 'plain' | 'partial' | 'expression' | 'gin'
  readonly extra: 'none' | 'unlogged' | 'policy' | 'fillfactor' | 'trigger' | 'partitions' | 'exclude' | 'comment'
  readonly key: 'id' | 'none' | 'composite'
}

const shape: fc.Arbitrary<Shape> = fc.record({
  columns: fc
    .uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 6 })
    .chain(keys => fc.tuple(...keys.map(key => column.map(one => [key, one] as const)))),
  target: fc.nat(4),
  onDelete: fc.constantFrom('cascade', 'restrict', 'set null', undefined),
  deferrable: fc.constantFrom<Shape['deferrable']>(false, true, 'initially deferred'),
  index: fc.constantFrom('none', 'plain', 'partial', 'expression', 'gin'),
  extra: fc.constantFrom('none', 'unlogged', 'policy', 'fillfactor', 'trigger', 'partitions', 'exclude', 'comment'),
  key: fc.constantFrom('id', 'none', 'composite'),
})

function tableOf(given: Shape, at: number, all: readonly Shape[], keys: readonly string[]): AnyTable {
  const { extra } = given
  const isLogged = (one: Shape | undefined): boolean => one?.extra !== 'unlogged'
  const target = all[given.target % all.length]
  const pointing =
    target?.key === 'id' &&
    target.extra !== 'partitions' &&
    extra !== 'partitions' &&
    // Rows that a crash takes away may be pointed to only by such as it takes, too.
    (isLogged(target) || !isLogged(given))
  // A partitioned table has no key that leaves out what it is divided by, and no identity.
  const own = given.columns.filter(
    ([, one]) => extra !== 'partitions' || (one.unique !== true && one.identity === undefined && one.type !== 'serial'),
  )
  const columns: Record<string, AnyColumn> = {
    id:
      given.key === 'id' && extra !== 'partitions'
        ? { type: 'bigint', identity: 'always', primaryKey: true }
        : { type: 'bigint' },
    ...Object.fromEntries(
      own.map(([key, one], place) => [
        key,
        one.check === undefined ? one : { ...one, check: { name: `small_${at}_${place}`, on: sql`1 < 2` } },
      ]),
    ),
    code: { type: 'integer', ...(given.key === 'composite' ? {} : { nullable: true }) },
    ...(pointing
      ? {
          parent_id: {
            type: 'bigint',
            nullable: true,
            references: `${keys[given.target % all.length]}.id`,
            deferrable: given.deferrable,
            ...(given.onDelete === undefined ? {} : { onDelete: given.onDelete }),
          },
        }
      : {}),
  }
  const index = {
    none: undefined,
    plain: { on: ['code', { column: 'id', order: 'desc' as const, nulls: 'last' as const }], include: ['code'] },
    partial: { on: ['code'], where: sql`code in (1, 2)` },
    expression: { on: [sql`(code + 1)`], comment: 'an index' },
    gin: { on: [sql`to_tsvector('english'::regconfig, code::text)`], using: 'gin' },
  }[given.index]
  return {
    columns,
    ...(given.key === 'composite' && extra !== 'partitions' ? { primaryKey: ['id', 'code'] } : {}),
    ...(index === undefined ? {} : { indexes: { [`index ${at}`]: index } }),
    ...(extra === 'unlogged' ? { unlogged: true as const } : {}),
    ...(extra === 'fillfactor' ? { with: { fillfactor: 70 } } : {}),
    ...(extra === 'comment' ? { comment: "it's a table", checks: { [`check ${at}`]: sql`code > 0 or id > 5` } } : {}),
    ...(extra === 'policy'
      ? { policies: { see: { for: 'select' as const, using: sql`code in (1, 2)` } }, rowSecurity: 'forced' as const }
      : {}),
    ...(extra === 'trigger'
      ? {
          triggers: {
            touch: { when: 'before' as const, on: ['insert' as const, { update: ['code'] }], execute: sql`touch()` },
          },
        }
      : {}),
    ...(extra === 'partitions'
      ? {
          partitionBy: {
            list: ['code'],
            partitions: { [`part_${at}_a`]: { in: [1, 2] }, [`part_${at}_rest`]: { default: true as const } },
          },
        }
      : {}),
    ...(extra === 'exclude'
      ? { excludes: { [`alone ${at}`]: { using: 'btree', elements: [{ on: 'code', with: '=' }], deferrable: true } } }
      : {}),
  }
}

/** Tables that may point to each other in circles, types that users made, a sequence, a function, views upon views. */
export const anySchema: fc.Arbitrary<AnySchema> = fc
  .record({
    shapes: fc.array(shape, { minLength: 1, maxLength: 4 }),
    names: fc.uniqueArray(fc.constantFrom('users', 'blog_posts', 'blogPosts', 'order', 'Odd Name', 'a_a', 'a__a'), {
      minLength: 4,
      maxLength: 4,
    }),
    schema: fc.constantFrom(undefined, 'other', 'Odd Schema'),
    view: fc.constantFrom('none', 'plain', 'materialized'),
  })
  .map(({ shapes, names: keys, schema, view }) => {
    const tables = Object.fromEntries(
      shapes.map((one, at) => [
        keys[at] ?? '',
        { ...tableOf(one, at, shapes, keys), ...(schema !== undefined && at % 2 === 1 ? { schema } : {}) },
      ]),
    )
    const options: SchemaOptions = {
      sequences: { counter: { start: 7, increment: -2, minValue: -100, maxValue: 50, cycle: true } },
      functions: {
        touch: {
          sql: sql`create or replace function touch() returns trigger language plpgsql as $$ begin return new; end $$`,
          when: 'before',
        },
      },
      ...(view === 'none'
        ? {}
        : {
            views: {
              above: { as: sql`select a + 1 as b from below`, dependsOn: ['below'], comment: 'a view' },
              below: {
                as: sql`select 1 as a, 'x' in ('y', 'z') as c`,
                ...(view === 'materialized' ? { materialized: true } : {}),
              },
            },
          }),
    }
    return { tables, options }
  })

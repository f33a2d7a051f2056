/** Options that are none, of columns, tables and schemas: each is refused where it is written, with the one that was probably meant. */
import { t } from '../../src/schema/columns.ts'
import { defineSchema } from '../../src/schema/define.ts'
import { table } from '../../src/schema/table.ts'
import { sql } from '../../src/sql/tag.ts'

const one = sql`select 1`

// Columns.
t.integer({ nulable: true }) //~ a column of type 'integer' has the option 'nulable', which is none of cupel's; did you mean 'nullable'?
t.integer({ nulable: true, comment: 'Years' }) //~ a column of type 'integer' has the option 'nulable', which is none of cupel's; did you mean 'nullable'?
t.text({ unique: true, uniqe: true }) //~ a column of type 'text' has the option 'uniqe', which is none of cupel's; did you mean 'unique'?
t.text({ nullable: true, lenght: 5 }) //~ a column of type 'text' has the option 'lenght', which is none of cupel's
t.text({ length: 5 }) //~ a column of type 'text' has the option 'length', which is none of cupel's
t.bigint({ nulable: true, mode: 'number' }) //~ a column of type 'bigint' has the option 'nulable', which is none of cupel's; did you mean 'nullable'?
t.timestamptz({ precison: 3 }) //~ a column of type 'timestamptz' has the option 'precison', which is none of cupel's; did you mean 'precision'?
t.ref('users.id', { onDelte: 'cascade' }) //~ a column of type 'bigint' has the option 'onDelte', which is none of cupel's; did you mean 'onDelete'?
t.ref('users.id', { onDelte: 'cascade', inverse: 'posts' }) //~ a column of type 'bigint' has the option 'onDelte', which is none of cupel's; did you mean 'onDelete'?
t.enum('role', ['member', 'admin'], { nulable: true }) //~ a column of type 'role' has the option 'nulable', which is none of cupel's; did you mean 'nullable'?
t.array(t.text(), { nulable: true }) //~ a column of type 'text[]' has the option 'nulable', which is none of cupel's; did you mean 'nullable'?
t.domain('email', { of: t.text() }, { nulable: true }) //~ a column of type 'email' has the option 'nulable', which is none of cupel's; did you mean 'nullable'?
t.domain('email', { of: t.text(), chek: one }) //~ Did you mean to write 'check'?
t.composite('pair', { a: t.text() }, { nulable: true }) //~ a column of type 'pair' has the option 'nulable', which is none of cupel's; did you mean 'nullable'?
t.serial({ coment: 'Counts' }) //~ a column of type 'serial' has the option 'coment', which is none of cupel's; did you mean 'comment'?
t.bigserial({ coment: 'Counts', mode: 'number' }) //~ a column of type 'bigserial' has the option 'coment', which is none of cupel's; did you mean 'comment'?
t.jsonb({ nulable: true, comment: 'Facts' }) //~ Did you mean to write 'nullable'?
t.custom('vector(3)', {}, { nulable: true, comment: 'Facts' }) //~ Did you mean to write 'nullable'?
t.id({ nullable: true }) //~ 'nullable' does not exist in type

// Their values are looked at too.
t.text({ nullable: 'yes' }) //~ Type 'string' is not assignable to type 'boolean | undefined'
t.bigint({ mode: 'nmber' }) //~ Type '"nmber"' is not assignable to type

// What a column has in a long form.
t.integer({ unique: { name: 'once', nullsNotDistnct: true } }) //~ the unique key of a column of type 'integer' has the option 'nullsNotDistnct', which is none of cupel's; did you mean 'nullsNotDistinct'?
t.integer({ check: { on: one, nam: 'positive' } }) //~ the check of a column of type 'integer' has the option 'nam', which is none of cupel's; did you mean 'name'?
t.integer({ identity: { when: 'always', strat: 5 } }) //~ the identity of a column of type 'integer' has the option 'strat', which is none of cupel's; did you mean 'start'?
t.integer({ unique: true, notNull: { nam: 'there' } }) //~ Did you mean to write 'name'?

// Columns that are written as plain objects.
defineSchema({ users: { columns: { age: { type: 'integer', nulable: true } } } }) //~ a column of type 'integer' has the option 'nulable', which is none of cupel's; did you mean 'nullable'?

// Tables.
const columns = { id: t.id() }
table(columns, { indexs: {}, comment: 'All' }) //~ the table has the option 'indexs', which is none of cupel's; did you mean 'indexes'?
table(columns, { policies: { own: { usin: one, for: 'all' } } }) //~ policy 'own' has the option 'usin', which is none of cupel's; did you mean 'using'?
table(columns, { triggers: { audit: { when: 'before', on: ['insert'], execute: one, conditon: one } } }) //~ trigger 'audit' has the option 'conditon', which is none of cupel's; did you mean 'condition'?
table(columns, { partitionBy: { range: ['id'], partition: {} } }) //~ the partition key has the option 'partition', which is none of cupel's; did you mean 'partitions'?
table(columns, { partitionOf: { table: 'users', bound: one, bounds: one } }) //~ partitionOf has the option 'bounds', which is none of cupel's; did you mean 'bound'?
defineSchema({ users: { columns: { age: { type: 'integer' } }, commnt: 'All' } }) //~ the table has the option 'commnt', which is none of cupel's; did you mean 'comment'?

// Schemas.
const tables = { users: table({ id: t.id() }) }
defineSchema(tables, { nameing: 'snake_case' }) //~ Did you mean to write 'naming'?
defineSchema(tables, { naming: 'snake_case', veiws: {} }) //~ the schema has the option 'veiws', which is none of cupel's; did you mean 'views'?
defineSchema(tables, { views: { active: { as: one, materialised: true } } }) //~ view 'active' has the option 'materialised', which is none of cupel's; did you mean 'materialized'?
defineSchema(tables, { views: { active: { as: one, indexes: { by_id: { on: ['id'], uniqe: true } } } } }) //~ index 'by_id' has the option 'uniqe', which is none of cupel's; did you mean 'unique'?
defineSchema(tables, { raw: { sum: { kind: 'aggregate', sql: one, unles: one } } }) //~ raw 'sum' has the option 'unles', which is none of cupel's; did you mean 'unless'?
defineSchema(tables, { functions: { slug: { sql: one, signatur: 'slug(text)' } } }) //~ function 'slug' has the option 'signatur', which is none of cupel's; did you mean 'signature'?
defineSchema(tables, { sequences: { numbers: { strat: 3, as: 'integer' } } }) //~ sequence 'numbers' has the option 'strat', which is none of cupel's; did you mean 'start'?
defineSchema(tables, { domains: { email: { of: t.text(), chek: one } } }) //~ domain 'email' has the option 'chek', which is none of cupel's; did you mean 'check'?
defineSchema(tables, { extensions: ['citext', { name: 'hstore', shema: 'more' }] }) //~ extension 'hstore' has the option 'shema', which is none of cupel's; did you mean 'schema'?

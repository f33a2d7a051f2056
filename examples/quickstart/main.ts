import { createEngine, defineSchema, t, table, type Row } from '../../src/index.ts'

const schema = defineSchema({
  authors: table({ id: t.id(), name: t.text(), born: t.date({ nullable: true }) }),
  books: table({ id: t.id(), title: t.text(), authorId: t.ref('authors.id', { inverse: 'books' }) }),
}, { naming: 'snake_case' })
type Author = Row<typeof schema, 'authors'> // hover: { id: number; name: string; born: string | null }

await using engine = createEngine('pglite:', { schema }) // an embedded Postgres, or 'postgres://…'
console.log(engine.metadata.ddl())
await engine.metadata.createAll()

await using session = engine.session()
const author: Author = session.add('authors', { name: 'Ursula K. Le Guin', born: '1929-10-21' })
session.add('books', { title: 'The Dispossessed', author }) // author.id is not known yet, and need not be
await session.commit() // in one transaction, parents first:
// insert into "authors" ("name", "born") values ($1, $2) returning "id"
// insert into "books" ("title", "author_id") values ($1, $2) returning "id"
console.log(author.id, await engine.tables('books').selectFrom('books').select(['title', 'authorId']).execute())

// @ts-expect-error table 'books' has no column 'titel'; did you mean 'title'?
try { session.add('books', { titel: 'The Lathe of Heaven', author }) } catch (error) { console.log(String(error)) }

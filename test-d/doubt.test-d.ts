import { t } from '../src/schema/columns.ts'
import { table } from '../src/schema/table.ts'
import type { doubt } from '../types/doubt.ts'
import { same } from './equal.ts'

const users = table({
  id: t.id(),
  email: t.text(),
  managerId: t.ref('users.id', { nullable: true, inverse: 'reports' }),
})
const notes = table({ id: t.id(), author_id: t.ref('users.id', { as: 'writer', inverse: 'notes' }) })
const tags = table({ id: t.id(), label: t.text({ unique: true }) })
const noteTags = table(
  { noteId: t.ref('notes.id'), tagId: t.ref('tags.id') },
  { primaryKey: ['noteId', 'tagId'], link: { noteId: 'notes', tagId: 'tags' } },
)
const right = { users, notes, tags, noteTags }
/** What is right in all of the ways that are common is not looked at twice. */
same<doubt<typeof right>, never>(true)

const one = <Columns>(columns: Columns) => ({ users, notes: { columns } })
const doubted = {
  noTable: one({ id: t.id(), a: t.ref('people.id') }),
  noColumn: one({ id: t.id(), a: t.ref('users.key') }),
  noKey: one({ id: t.id(), a: t.text({ references: 'users.email' }) }),
  otherType: one({ id: t.id(), a: t.integer({ references: 'users.id' }) }),
  malformed: one({ id: t.id(), a: t.ref('users') }),
  derivedIsColumn: one({ author: t.text(), authorId: t.ref('users.id') }),
  derivedIsColumnToo: one({ author: t.text(), author_id: t.ref('users.id') }),
  derivedTwice: one({ authorId: t.ref('users.id'), author_id: t.ref('users.id') }),
  inverseIsColumn: one({ a: t.ref('users.id', { inverse: 'email' }) }),
  inverseTwice: one({ a: t.ref('users.id', { inverse: 'x' }), b: t.ref('users.id', { inverse: 'x' }) }),
  inverseIsDerived: one({ a: t.ref('users.id', { inverse: 'manager' }) }),
  inverseIsInverse: one({ a: t.ref('users.id', { inverse: 'reports' }) }),
  asIsColumn: one({ title: t.text(), a: t.ref('users.id', { as: 'title' }) }),
  asTwice: one({ a: t.ref('users.id', { as: 'x' }), b: t.ref('users.id', { as: 'x' }) }),
  asIsDerived: one({ a: t.ref('users.id', { as: 'author' }), authorId: t.ref('users.id') }),
  asIsInverse: { users: table({ id: t.id(), a: t.ref('users.id', { as: 'x', inverse: 'x' }) }) },
  asIsInverseElsewhere: {
    ...one({ a: t.ref('users.id', { inverse: 'up' }) }),
    users: table({ id: t.id(), b: t.ref('users.id', { as: 'up' }) }),
  },
  linkIsColumn: {
    notes,
    users,
    tags,
    noteTags: { ...noteTags, link: { noteId: 'notes', tagId: 'author_id' } as const },
  },
  linkIsInverse: {
    notes,
    users,
    tags: table({ id: t.id(), noteId: t.ref('notes.id', { inverse: 'tags' }) }),
    noteTags,
  },
}
type Doubted = typeof doubted
/** The names of mistakes that would pass. */
type Passed = { [Name in keyof Doubted]: [doubt<Doubted[Name]>] extends [never] ? Name : never }[keyof Doubted]
same<Passed, never>(true)

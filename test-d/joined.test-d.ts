import { createEngine, defineSchema, Entity, t, table } from '../src/index.ts'
import { type Equal, same } from './equal.ts'

const schema = defineSchema(
  {
    companies: table({ id: t.id(), name: t.text() }),
    people: table({
      id: t.id(),
      kind: t.enum('person_kind', ['person', 'engineer', 'lead', 'manager']),
      name: t.text(),
      companyId: t.ref('companies.id', { nullable: true, inverse: 'people' }),
    }),
    notes: table({ id: t.id(), text: t.text(), authorId: t.ref('people.id', { inverse: 'notes' }) }),
    engineers: table({
      id: t.ref('people.id', { primaryKey: true }),
      language: t.text(),
      level: t.integer({ default: 1 }),
      mentorId: t.ref('engineers.id', { nullable: true, inverse: 'pupils' }),
    }),
    leads: table({ id: t.ref('engineers.id', { primaryKey: true }), team: t.text() }),
    managers: table({ id: t.ref('people.id', { primaryKey: true }), budget: t.integer() }),
    machines: table({ id: t.id(), engineerId: t.ref('engineers.id', { inverse: 'machines' }) }),
    // What cannot continue people.
    pets: table({ id: t.id(), ownerId: t.ref('people.id') }),
    twins: table({ id: t.ref('people.id', { primaryKey: true }), name: t.text() }),
  },
  { naming: 'snake_case' },
)

class Person extends Entity(schema, 'people') {
  greet(): string {
    return `I am ${this.name}`
  }
}
class Engineer extends Entity(schema, 'engineers', { extends: Person, when: { kind: 'engineer' } }) {
  code(): string {
    return `${this.greet()}, and write ${this.language}`
  }
}
class Lead extends Entity(schema, 'leads', { extends: Engineer, when: { kind: 'lead' } }) {
  readonly isLead = true
}
class Manager extends Entity(schema, 'managers', { extends: Person, when: { kind: 'manager' } }) {}

// An object has the columns of all its tables, and is one of the classes that it continues.
const ada = new Engineer({ name: 'Ada', language: 'ts', company: null })
ada satisfies Person
ada.name satisfies string
ada.language satisfies string
ada.companyId satisfies number | null
new Lead({ name: 'Lea', language: 'sql', team: 'db', level: 2, mentor: ada, machines: [{}], notes: [{ text: 'x' }] })
// @ts-expect-error a column of the table above is missing
new Engineer({ language: 'ts' })
// @ts-expect-error a column of its own table is missing
new Engineer({ name: 'Ada' })
// @ts-expect-error the class says its kind
new Engineer({ name: 'Ada', language: 'ts', kind: 'manager' })
new Engineer({ name: 'Ada', language: 'ts', kind: 'engineer' })
// @ts-expect-error the database gives the key, once
new Engineer({ id: 1, name: 'Ada', language: 'ts' })
// @ts-expect-error there is no such column
new Lead({ name: 'Lea', language: 'sql', team: 'db', budget: 1 })

// Tables that cannot continue another are refused, and so are values that it cannot have.
// @ts-expect-error table 'pets' cannot continue table 'people'
Entity(schema, 'pets', { extends: Person, when: { kind: 'person' } })
// @ts-expect-error the tables 'people' and 'twins' both have 'name'
Entity(schema, 'twins', { extends: Person, when: { kind: 'person' } })
// @ts-expect-error there is no such kind
Entity(schema, 'managers', { extends: Person, when: { kind: 'boss' } })
// @ts-expect-error what tells its rows from others must be said
Entity(schema, 'managers', { extends: Person })

const engine = createEngine(undefined, { schema, entities: [Person, Engineer, Lead, Manager] })
const session = engine.session()

// Through the table that is continued, objects are told apart by their values.
for (const person of await session.find('people', { where: { name: 'x' }, with: { company: true } })) {
  person.greet() satisfies string
  person.company?.name satisfies string | undefined
  // @ts-expect-error not every person writes in a language
  person.language
  if (person.kind === 'engineer') person.code() satisfies string
  if (person.kind === 'lead') {
    person.team satisfies string
    person.isLead satisfies true
    // @ts-expect-error a lead is no manager
    person.budget
  }
  if (person.kind === 'manager') person.budget satisfies number
  if (person instanceof Engineer) person.language satisfies string
  same<Extract<typeof person, { kind: 'person' }> extends never ? 'none' : 'one', 'one'>(true)
}

// Conditions, order, columns and relations are those of all its tables.
const [engineer] = await session.find('engineers', {
  where: { name: 'Ada', language: { like: 't%' }, notes: { some: { text: 'x' } }, company: { is: { name: 'y' } } },
  orderBy: [{ name: 'asc' }, { level: 'desc' }, { company: { name: 'asc' } }],
  with: { company: true, notes: true, machines: true, pupils: { where: { name: 'x' }, with: { machines: true } } },
  after: { id: 1 },
  limit: 1,
})
if (engineer === undefined) throw new Error('none')
same<Equal<(typeof engineer)['kind'], 'engineer' | 'lead'>, true>(true)
if (engineer.kind === 'lead') engineer.team satisfies string
engineer.notes[0]?.text satisfies string | undefined
engineer.pupils[0]?.name satisfies string | undefined
engineer.pupils[0]?.machines[0]?.engineerId satisfies number | undefined
const [part] = await session.find('engineers', { columns: ['name', 'language'] })
part?.name satisfies string | undefined
part?.id satisfies number | undefined
// @ts-expect-error it was not asked for
part?.level
// @ts-expect-error managers alone have one
await session.find('engineers', { where: { budget: 1 } })
// @ts-expect-error people have no language of their own
await session.find('people', { where: { language: 'ts' } })
// @ts-expect-error relation over which it is continued
await session.find('people', { with: { engineer: true } })

// By its key, with relations, and afterwards.
const lead = await session.get('leads', 1, { with: { company: true } })
lead?.team satisfies string | undefined
lead?.company?.name satisfies string | undefined
if (lead !== null)
  (await session.load(lead, { pupils: true, notes: true })).pupils[0]?.language satisfies string | undefined
// @ts-expect-error a key is one value
await session.get('leads', { id: '1' })

// Rows are added by the name of the last of their tables.
session.add('engineers', { name: 'Ada', language: 'ts' }) satisfies Engineer
session.add('engineers', { name: 'Ada', language: 'ts', kind: 'engineer', companyId: 1 })
session.add('people', { name: 'Pam', kind: 'person' })
// @ts-expect-error the kind is the class's
session.add('engineers', { name: 'Ada', language: 'ts', kind: 'person' })
// @ts-expect-error engineers are added as such
session.add('people', { name: 'Ada', kind: 'engineer' })
// @ts-expect-error a column is missing
session.add('engineers', { name: 'Ada' })
session.add('companies', { name: 'x', people: [{ name: 'Pam', kind: 'person' }] })
session.add('notes', { text: 'x', author: ada })
await session.merge('engineers', { id: 1, name: 'Ada', level: 2 })
await session.count('leads', { name: 'x', team: 'y' })

// Relations lead to such objects from elsewhere.
const [company] = await session.find('companies', { with: { people: { orderBy: { name: 'asc' } } } })
for (const person of company?.people ?? []) if (person.kind === 'manager') person.budget satisfies number
const [machine] = await session.find('machines', {
  where: { engineer: { is: { name: 'x' } } },
  with: { engineer: true },
})
machine?.engineer.code() satisfies string | undefined

// In bulk a statement is of one table.
await session.insert('engineers', [{ id: 1, language: 'ts' }])
await session.update('engineers', { where: { language: 'x' }, set: { level: 1 } })
// @ts-expect-error people have the name
await session.update('engineers', { where: { id: 1 }, set: { name: 'x' } })

// A class that is continued is there, also where it was not named.
const other = createEngine(undefined, { schema, entities: [Engineer] }).session()
for (const person of await other.find('people')) {
  person.greet()
  if (person.kind === 'engineer') person.code()
}

/** Classes over joined tables: what all people have lies in one table, and what only some have in others. */
import { createEngine } from '../../src/index.ts'
import { Engineer, Manager, Person, schema } from './schema.ts'

await using engine = createEngine('pglite:', { schema, entities: [Person, Engineer, Manager] })
await engine.metadata.createAll()

// docs: people
// A row goes to the tables that it belongs to, with one key: an insert for each table.
await engine.unitOfWork(async session => {
  const company = session.add('companies', { name: 'Acme', people: [{ kind: 'person', name: 'Pam' }] })
  session.add('engineers', { name: 'Ada', language: 'TypeScript', company })
  session.add(new Manager({ name: 'Max', budget: 500, company }))
})
{
  await using session = engine.session()
  // Through the first table, objects are told apart by their kind.
  for (const person of await session.find('people', { orderBy: { name: 'asc' } })) {
    if (person.kind === 'engineer') console.log(person.code())
    else if (person.kind === 'manager') console.log(`${person.greet()}, and spend ${person.budget}`)
    else console.log(person.greet())
  }
  // Through the last, conditions are on the columns and relations of all.
  const [ada] = await session.find('engineers', {
    where: { language: { startsWith: 'Type' }, name: 'Ada', company: { is: { name: 'Acme' } } },
    with: { company: true },
  })
  console.log(ada?.company.name, ada instanceof Person, ada === (await session.get('people', ada?.id ?? 0)))
}

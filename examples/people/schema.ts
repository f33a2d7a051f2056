import { defineSchema, Entity, t, table } from '../../src/index.ts'

export const schema = defineSchema(
  {
    companies: table({ id: t.id(), name: t.text() }),
    people: table({
      id: t.id(),
      kind: t.enum('person_kind', ['person', 'engineer', 'manager']),
      name: t.text(),
      companyId: t.ref('companies.id', { inverse: 'people' }),
    }),
    engineers: table({
      // The key is that of the person.
      id: t.ref('people.id', { primaryKey: true, onDelete: 'cascade' }),
      language: t.text(),
    }),
    managers: table({ id: t.ref('people.id', { primaryKey: true, onDelete: 'cascade' }), budget: t.integer() }),
  },
  { naming: 'snake_case' },
)

// docs: joined
export class Person extends Entity(schema, 'people') {
  greet(): string {
    return `I am ${this.name}`
  }
}
/** A person whose row goes on in `engineers`. */
export class Engineer extends Entity(schema, 'engineers', { extends: Person, when: { kind: 'engineer' } }) {
  code(): string {
    return `${this.greet()}, and write ${this.language}`
  }
}
export class Manager extends Entity(schema, 'managers', { extends: Person, when: { kind: 'manager' } }) {}

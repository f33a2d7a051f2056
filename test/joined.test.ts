import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Transaction } from '../src/engine/transaction.ts'
import {
  createEngine,
  defineSchema,
  Entity,
  NoRowError,
  PendingValueError,
  StaleDataError,
  t,
  table,
} from '../src/index.ts'
import { drivers } from './drivers.ts'
import { sent, trips } from './sent.ts'

const schema = defineSchema(
  {
    companies: table({ id: t.id(), name: t.text() }),
    people: table({
      id: t.id(),
      kind: t.enum('person_kind', ['person', 'engineer', 'lead', 'manager']),
      name: t.text(),
      version: t.integer({ version: true }),
      companyId: t.ref('companies.id', { nullable: true, inverse: 'people' }),
    }),
    notes: table({
      id: t.id(),
      text: t.text(),
      authorId: t.ref('people.id', { inverse: 'notes', onDelete: 'cascade' }),
    }),
    // The database has a name of its own for the key.
    engineers: table({
      id: t.ref('people.id', { primaryKey: true, name: 'person_id' }),
      language: t.text(),
      level: t.integer({ default: 1 }),
      mentorId: t.ref('engineers.id', { nullable: true, inverse: 'pupils' }),
    }),
    leads: table({ id: t.ref('engineers.id', { primaryKey: true, onDelete: 'cascade' }), team: t.text() }),
    // Its level is another than that of engineers.
    managers: table({
      id: t.ref('people.id', { primaryKey: true, onDelete: 'cascade', as: 'person', inverse: 'manager' }),
      budget: t.integer(),
      level: t.text({ nullable: true }),
      assistantId: t.ref('people.id', { nullable: true, onDelete: 'set null', inverse: 'bosses' }),
    }),
    machines: table({
      id: t.id(),
      label: t.text(),
      engineerId: t.ref('engineers.id', { nullable: true, inverse: 'machines' }),
    }),
    skills: table({ id: t.id(), label: t.text() }),
    engineerSkills: table(
      { engineerId: t.ref('engineers.id', { onDelete: 'cascade' }), skillId: t.ref('skills.id') },
      { primaryKey: ['engineerId', 'skillId'], link: { engineerId: 'engineers', skillId: 'skills' } },
    ),
    places: table({ code: t.text({ primaryKey: true }), kind: t.text(), name: t.text() }),
    cities: table({
      code: t.text({ primaryKey: true, references: 'places.code', onUpdate: 'cascade' }),
      size: t.integer(),
    }),
    capitals: table({
      code: t.text({ primaryKey: true, references: 'cities.code', onUpdate: 'cascade' }),
      country: t.text(),
    }),
    parts: table({ a: t.integer(), b: t.integer(), kind: t.text() }, { primaryKey: ['a', 'b'] }),
    wheels: table(
      { a: t.integer(), b: t.integer(), spokes: t.integer() },
      {
        primaryKey: ['a', 'b'],
        foreignKeys: { part: { columns: ['a', 'b'], references: 'parts', target: ['a', 'b'] } },
      },
    ),
    pets: table({ id: t.id(), ownerId: t.ref('people.id') }),
    twins: table({ id: t.ref('people.id', { primaryKey: true }), name: t.text() }),
  },
  { naming: 'snake_case' },
)

const calls: string[] = []
class Person extends Entity(schema, 'people') {
  greet(): string {
    return `I am ${this.name}`
  }
  async beforeInsert() {
    calls.push(`insert ${this.name}`)
  }
  beforeUpdate() {
    calls.push(`update ${this.name}`)
  }
  beforeDelete() {
    calls.push(`delete ${this.name}`)
  }
  afterLoad() {
    calls.push(`load ${this.kind}`)
  }
}
class Engineer extends Entity(schema, 'engineers', { extends: Person, when: { kind: 'engineer' } }) {
  readonly seen = new Set<string>()
  code(): string {
    return `${this.greet()} and write ${this.language}`
  }
}
class Lead extends Entity(schema, 'leads', { extends: Engineer, when: { kind: 'lead' } }) {
  toJSON(): object {
    return { lead: this.name, of: this.team }
  }
}
class Manager extends Entity(schema, 'managers', { extends: Person, when: { kind: 'manager' } }) {}
class Place extends Entity(schema, 'places') {}
class City extends Entity(schema, 'cities', { extends: Place, when: { kind: 'city' } }) {}
class Capital extends Entity(schema, 'capitals', { extends: City, when: { kind: 'capital' } }) {}
class Part extends Entity(schema, 'parts') {}
class Wheel extends Entity(schema, 'wheels', { extends: Part, when: { kind: 'wheel' } }) {}
const entities = [Person, Engineer, Lead, Manager, Place, City, Capital, Part, Wheel] as const

describe('a class that extends another', () => {
  test('makes objects of both, checked as rows that are added are', () => {
    const ada = new Engineer({ name: 'Ada', language: 'ts' })
    expect(ada).toBeInstanceOf(Person)
    expect(ada.kind).toBe('engineer')
    expect(ada.code()).toBe('I am Ada and write ts')
    expect(() => ada.id).toThrow(PendingValueError)
    expect(() => ada.level).toThrow(`column 'engineers.level' has no value yet`)
    expect(ada.mentorId).toBe(null)
    expect({ ...ada }).toEqual({ kind: 'engineer', name: 'Ada', version: 1, language: 'ts', seen: new Set() })
    expect(inspect(new Engineer({ name: 'Ada', language: 'ts' }))).toBe(
      `Engineer {\n  kind: 'engineer',\n  name: 'Ada',\n  version: 1,\n  language: 'ts',\n  seen: Set(0) {}\n}`,
    )
  })

  test('refuses a wrong row by what is wrong', () => {
    const make = (row: object) => () => new Lead(row as never)
    expect(make({ name: 'a', team: 'x' })).toThrow(`table 'engineers' needs a value for column 'language'`)
    expect(make({ name: 'a', language: 'x' })).toThrow(`table 'leads' needs a value for column 'team'`)
    expect(make({ team: 'a', language: 'x' })).toThrow(`table 'people' needs a value for column 'name'`)
    expect(make({ name: 'a', langauge: 'x' })).toThrow(
      `table 'leads' has no column 'langauge'; did you mean 'language'?`,
    )
    expect(make({ name: 'a', kind: 'engineer' })).toThrow(
      `column 'kind' of rows that go on in table 'leads' is "lead"; not "engineer"`,
    )
    expect(make({ name: 'a', language: 'x', team: 'y', id: 1 })).toThrow(`column 'people.id' is generated`)
    expect(make(1 as never)).toThrow(`a row of table 'leads' is an object; this is a number`)
    expect(new Lead({ name: 'a', language: 'x', team: 'y', kind: 'lead' }).kind).toBe('lead')
  })

  test('of a table that cannot continue the other is refused', () => {
    const when = { kind: 'person' } as const
    expect(() => Entity(schema, 'pets', { extends: Person, when } as never)).toThrow(
      `table 'pets' cannot continue table 'people': its primary key must be a foreign key to that of 'people'`,
    )
    expect(() => Entity(schema, 'twins', { extends: Person, when } as never)).toThrow(
      `the tables 'people' and 'twins' both have 'name'; a row and the one that it continues may share their key alone`,
    )
    expect(() => Entity(schema, 'managers', { extends: Person } as never)).toThrow(
      `a class of table 'managers' that extends one of table 'people' needs 'when'`,
    )
    expect(() => Entity(schema, 'managers', { extends: Person, when: { kin: 'x' } } as never)).toThrow(
      `table 'people' has no column 'kin'; did you mean 'kind'?`,
    )
    expect(() => Entity(schema, 'managers', { extends: class Other {}, when } as never)).toThrow(
      `a class of table 'managers' extends 'Other', which was not made by Entity from this schema`,
    )
  })

  test('is told by values that no other class is told by', () => {
    class Boss extends Entity(schema, 'managers', { extends: Person, when: { kind: 'engineer' } }) {}
    expect(() => createEngine(undefined, { schema, entities: [Engineer, Boss] })).toThrow(
      `the classes 'Engineer' and 'Boss' are told by the same values: kind: "engineer"`,
    )
  })
})

for (const driver of drivers) {
  describe(`joined tables on ${driver.name}`, () => {
    const open = async () => createEngine(await driver.database(), { schema, entities })
    let engine: Awaited<ReturnType<typeof open>>
    beforeAll(async () => {
      engine = await open()
      await engine.metadata.createAll()
    })
    afterAll(() => engine.dispose())
    beforeEach(async () => {
      const names = engine.model.tables.map(one => `"${one.name}"`).join(', ')
      await engine.execute(`truncate ${names} restart identity`)
      calls.length = 0
    })
    const all = async (text: string) => (await engine.execute(text)).rows
    /** A company with one of each. */
    const seed = async () => {
      await engine.unitOfWork(async session => {
        const company = session.add('companies', { name: 'acme', people: [{ kind: 'person', name: 'Pam' }] })
        const ada = session.add('engineers', { name: 'Ada', language: 'ts', company, machines: [{ label: 'm1' }] })
        session.add('leads', { name: 'Lea', language: 'sql', team: 'db', mentor: ada, notes: [{ text: 'n' }] })
        session.add('managers', { name: 'Max', budget: 5, level: 'top', company, assistant: ada })
      })
      calls.length = 0
    }

    describe('writing', () => {
      test('is one insert for each table, the key from the first to the others', async () => {
        await using session = engine.session()
        const added = session.addAll('leads', [
          { name: 'a', language: 'x', team: 'p' },
          { name: 'b', language: 'y', team: 'q' },
        ])
        expect(session.new).toEqual(added)
        const statements = await sent(() => session.flush())
        expect(statements.map(({ text }) => text)).toEqual([
          'insert into "people" ("kind", "name", "version") select x."kind", x."name", x."version" ' +
            'from json_to_recordset($1) as x("kind" "person_kind", "name" text, "version" integer) returning "id"',
          'insert into "engineers" ("person_id", "language") select x."id", x."language" ' +
            'from json_to_recordset($1) as x("id" bigint, "language" text) returning "level"',
          'insert into "leads" ("id", "team") select x."id", x."team" from json_to_recordset($1) as x("id" bigint, "team" text)',
        ])
        await session.commit()
        expect({ ...added[1] }).toEqual({
          ...{ id: 2, kind: 'lead', name: 'b', version: 1, companyId: null },
          ...{ language: 'y', level: 1, mentorId: null, team: 'q', seen: new Set() },
        })
        expect(added[0]).toBeInstanceOf(Lead)
        expect(JSON.stringify(added[0])).toBe('{"lead":"a","of":"p"}')
        expect(await sent(() => session.flush())).toEqual([])
      })

      test('a change updates the tables of the columns that changed, and the version', async () => {
        await seed()
        await using session = engine.session()
        const lead = await session.findOneOrThrow('leads')
        lead.team = 'core'
        expect(session.dirty).toEqual([lead])
        expect((await sent(() => session.flush())).map(({ text }) => text)).toEqual([
          'update "people" set "version" = "version" + 1 where "id" = $1 and "version" = $2 returning 0',
          'update "leads" set "team" = $1 where "id" = $2',
        ])
        expect(lead.version).toBe(2)
        lead.name = 'Leah'
        expect((await sent(() => session.flush())).map(({ text }) => text)).toEqual([
          'update "people" set "name" = $1, "version" = "version" + 1 where "id" = $2 and "version" = $3 returning 0',
        ])
        expect(session.dirty).toEqual([])
        await session.commit()
        expect(await all('select name, team, version from people join leads using (id)')).toEqual([
          { name: 'Leah', team: 'core', version: 3 },
        ])
      })

      test('a delete deletes the parts last first, but for those that go by the key', async () => {
        await seed()
        await using session = engine.session()
        const [ada, lea, max] = await Promise.all([1, 2, 3]).then(async () => [
          await session.findOneOrThrow('people', { where: { name: 'Ada' } }),
          await session.findOneOrThrow('leads'),
          await session.findOneOrThrow('managers'),
        ])
        session.delete(max as object)
        expect(session.deleted).toEqual([max])
        expect((await sent(() => session.flush())).map(({ text }) => text)).toEqual([
          'delete from "people" where "id" = $1 and "version" = $2',
        ])
        session.delete(lea as object)
        expect((await sent(() => session.flush())).map(({ text }) => text)).toEqual([
          'delete from "engineers" where "person_id" = $1',
          'delete from "people" where "id" = $1 and "version" = $2',
        ])
        expect(await session.find('people', { orderBy: { id: 'asc' } })).toHaveLength(2)
        expect(session.state(lea as object)).toBe('deleted')
        expect(await session.get('managers', 4)).toBe(null)
        await session.rollback()
        expect(session.state(lea as object)).toBe('persistent')
        expect(await session.get('leads', 3)).toBe(lea)
        expect(await session.get('managers', 4)).toBe(max)
        await session.commit()
        expect(await session.get('engineers', ada?.id ?? 0)).toBe(ada)
      })

      test('hooks are called once for each object', async () => {
        await using session = engine.session()
        const lead = session.add('leads', { name: 'a', language: 'x', team: 'p' })
        await session.commit()
        lead.name = 'b'
        lead.language = 'y'
        lead.team = 'q'
        await session.commit()
        session.delete(lead)
        await session.commit()
        expect(calls).toEqual(['insert a', 'update b', 'delete b'])
        await seed()
        await engine.unitOfWork(other => other.find('leads'))
        expect(calls).toEqual(['load lead'])
      })

      test('rows inside rows go to the tables that they belong to', async () => {
        await seed()
        expect(await all('select id, kind, name, company_id from people order by id')).toEqual([
          { id: 1, kind: 'person', name: 'Pam', company_id: 1 },
          { id: 2, kind: 'engineer', name: 'Ada', company_id: 1 },
          { id: 3, kind: 'lead', name: 'Lea', company_id: null },
          { id: 4, kind: 'manager', name: 'Max', company_id: 1 },
        ])
        expect(await all('select person_id, mentor_id from engineers order by 1')).toEqual([
          { person_id: 2, mentor_id: null },
          { person_id: 3, mentor_id: 2 },
        ])
        expect(await all('select * from notes')).toEqual([{ id: 1, text: 'n', author_id: 3 }])
        expect(await all('select engineer_id from machines')).toEqual([{ engineer_id: 2 }])
        expect(await all('select id, assistant_id from managers')).toEqual([{ id: 4, assistant_id: 2 }])
      })

      test('in bulk is of one table, and the objects agree', async () => {
        await seed()
        await using session = engine.session()
        const ada = await session.findOneOrThrow('engineers', { where: { name: 'Ada' } })
        expect(await session.update('engineers', { where: { level: 1 }, set: { level: 7 } })).toBe(2)
        expect(await session.update('people', { where: { name: 'Ada' }, set: { name: 'Ada L.' } })).toBe(1)
        expect([ada.level, ada.name, ada.version]).toEqual([7, 'Ada L.', 2])
        const [{ id = 0 } = {}] = await session.insert('people', [{ kind: 'engineer', name: 'Eve' }] as never, {
          returning: ['id'],
        })
        await session.insert('engineers', [{ id, language: 'c' }])
        expect((await session.get('people', id)) instanceof Engineer).toBe(true)
        expect(session.dirty).toEqual([])
      })
    })

    describe('reading', () => {
      test('by the last table joins those above, and what lies below', async () => {
        await seed()
        await using session = engine.session()
        const [statement] = await sent(() => session.find('leads', { where: { name: 'Lea', language: 'sql' } }))
        expect(statement?.text).toBe(
          'select t0."id", t1."kind", t1."name", t1."version", t1."company_id", t2."language", t2."level", t2."mentor_id", ' +
            't0."team" from "leads" as t0 join "people" as t1 on t1."id" = t0."id" ' +
            'join "engineers" as t2 on t2."person_id" = t0."id" where t1."name" = $1 and t2."language" = $2',
        )
        const engineers = await session.find('engineers', { orderBy: { name: 'desc' } })
        expect(engineers.map(one => [one.constructor, one.name])).toEqual([
          [Lead, 'Lea'],
          [Engineer, 'Ada'],
        ])
      })

      test('through the first table gives each object its class, in two round trips', async () => {
        await seed()
        await using session = engine.session()
        let found: { kind: string }[] = []
        const read = () =>
          trips(async () => {
            found = await session.find('people', { orderBy: { id: 'asc' } })
          })
        const base =
          'select t0."id", t0."kind", t0."name", t0."version", t0."company_id" from "people" as t0 order by t0."id"'
        expect((await read()).map(trip => trip.map(({ text }) => text))).toEqual([
          [base],
          [
            'select t0."person_id", t0."language", t0."level", t0."mentor_id" from "engineers" as t0 ' +
              'where t0."person_id" = any($1::bigint[])',
            'select t0."id", t1."language", t1."level", t1."mentor_id", t0."team" from "leads" as t0 ' +
              'join "engineers" as t1 on t1."person_id" = t0."id" where t0."id" = any($1::bigint[])',
            'select t0."id", t0."budget", t0."level", t0."assistant_id" from "managers" as t0 ' +
              'where t0."id" = any($1::bigint[])',
          ],
        ])
        // What was read in this transaction is not read again.
        expect((await read()).map(trip => trip.map(({ text }) => text))).toEqual([[base]])
        expect(found.map(one => [one.constructor, one.kind])).toEqual([
          [Person, 'person'],
          [Engineer, 'engineer'],
          [Lead, 'lead'],
          [Manager, 'manager'],
        ])
        // Columns of one name, in tables that do not continue one another.
        expect(found.map(one => ('level' in one && Object.hasOwn(one, 'level') ? one.level : undefined))).toEqual([
          undefined,
          1,
          1,
          'top',
        ])
        const same = await session.find('engineers', { orderBy: { id: 'asc' } })
        expect(same[0]).toBe(found[1])
        expect(await session.get('leads', 3)).toBe(found[2])
        expect(await sent(() => session.get('people', 3))).toEqual([])
        expect(session.dirty).toEqual([])
      })

      test('of one row by its key is one statement', async () => {
        await seed()
        await using session = engine.session()
        const statements = await sent(async () => {
          expect(await session.get('people', 4)).toBeInstanceOf(Manager)
          expect(await session.get('managers', 3)).toBe(null)
        })
        expect(statements.map(({ text }) => text)).toEqual([
          'select t0."id", t0."kind", t0."name", t0."version", t0."company_id", t1."person_id", t1."language", t1."level", ' +
            't1."mentor_id", t2."id", t2."team", t3."id", t3."budget", t3."level", t3."assistant_id" from "people" as t0 ' +
            'left join "engineers" as t1 on t1."person_id" = t0."id" left join "leads" as t2 on t2."id" = t0."id" ' +
            'left join "managers" as t3 on t3."id" = t0."id" where t0."id" = $1',
          'select t0."id", t1."kind", t1."name", t1."version", t1."company_id", t0."budget", t0."level", t0."assistant_id" ' +
            'from "managers" as t0 join "people" as t1 on t1."id" = t0."id" where t0."id" = $1',
        ])
      })

      test('does not give what was deleted between its round trips', async () => {
        await seed()
        await using session = engine.session()
        const { readAll } = Transaction.prototype
        const spy = vi.spyOn(Transaction.prototype, 'readAll').mockImplementation(async function (
          this: Transaction,
          statements,
          readers,
        ) {
          await this.execute('delete from people where id = 4')
          return (await readAll.call(this, statements, readers)) as never
        })
        const found = await session.find('people', { orderBy: { id: 'asc' } }).finally(() => spy.mockRestore())
        expect(found.map(one => one.name)).toEqual(['Pam', 'Ada', 'Lea'])
      })

      test('joins no more than is named', async () => {
        await seed()
        await using session = engine.session()
        const statements = await sent(async () => {
          expect(await session.count('engineers', { language: 'ts' })).toBe(1)
          expect(await session.exists('leads', { name: 'Lea' })).toBe(true)
          const [part] = await session.find('engineers', { columns: ['language'], where: { language: 'ts' } })
          expect(part?.language).toBe('ts')
          expect(part).toBeInstanceOf(Engineer)
          expect(() => (part as Engineer).name).toThrow(`column 'people.name' of this row was not asked for`)
          const [pam] = await session.find('people', { columns: ['name'], where: { name: 'Max' } })
          expect(pam).toBeInstanceOf(Manager)
          expect(() => (pam as Manager).budget).toThrow(`column 'managers.budget' of this row was not asked for`)
        })
        expect(statements.map(({ text }) => text)).toEqual([
          'select count(*) from "engineers" as t0 where t0."language" = $1',
          'select exists (select from "leads" as t0 join "people" as t1 on t1."id" = t0."id" where t1."name" = $1)',
          'select t0."person_id", t1."kind", t0."language" from "engineers" as t0 ' +
            'join "people" as t1 on t1."id" = t0."person_id" where t0."language" = $1',
          'select t0."id", t0."kind", t0."name" from "people" as t0 where t0."name" = $1',
        ])
        // What was missing comes with the next statement that reads it.
        const ada = await session.get('engineers', 2)
        expect([ada?.name, ada?.language, ada?.level]).toEqual(['Ada', 'ts', 1])
        expect((await session.findOneOrThrow('people', { where: { name: 'Max' } })) as Manager).toHaveProperty(
          'budget',
          5,
        )
      })

      test('conditions and order go over columns and relations of all tables', async () => {
        await seed()
        await using session = engine.session()
        const names = async (where: Parameters<typeof session.count<'engineers'>>[1]) =>
          (
            await session.find('engineers', { where: where ?? {}, orderBy: { company: { name: 'asc' }, name: 'asc' } })
          ).map(one => one.name)
        expect(await names({ notes: { some: { text: 'n' } } })).toEqual(['Lea'])
        expect(await names({ company: { is: { name: 'acme' } } })).toEqual(['Ada'])
        expect(await names({ mentor: { is: { name: 'Ada', machines: { some: {} } } } })).toEqual(['Lea'])
        expect(await names({ pupils: { every: { name: { like: 'L%' } } } })).toEqual(['Ada', 'Lea'])
        expect(await names(eb => eb.or([eb('name', '=', 'Ada'), eb('engineers.level', '=', 9)]))).toEqual(['Ada'])
        expect(await session.count('machines', { engineer: { is: { name: 'Ada' } } })).toBe(1)
        expect(await session.count('companies', { people: { some: { kind: 'manager' } } })).toBe(1)
        const byBoss = await session.find('managers', { orderBy: { assistant: { name: 'asc' } } })
        expect(byBoss).toHaveLength(1)
        await expect(session.find('people', { where: { language: 'ts' } as never })).rejects.toThrow(
          `table 'people' has no column 'language'`,
        )
        await expect(session.find('people', { with: { manager: true } as never })).rejects.toThrow(
          `table 'people' has no relation 'manager'`,
        )
      })

      test('relations lead from and to every part, whole', async () => {
        await seed()
        await engine.unitOfWork(async session => {
          const ada = await session.findOneOrThrow('engineers', { where: { name: 'Ada' }, with: { skills: true } })
          const sql = session.add('skills', { label: 'sql' })
          ada.skills.push(sql)
          session.add('skills', { label: 'c', engineers: [{ name: 'Cid', language: 'c' }] })
        })
        await using session = engine.session()
        const read = await trips(async () => {
          const [company] = await session.find('companies', {
            with: { people: { orderBy: { name: 'asc' }, limit: 2, with: { company: true, notes: true } } },
          })
          expect(company?.people.map(one => [one.constructor, one.name])).toEqual([
            [Engineer, 'Ada'],
            [Manager, 'Max'],
          ])
          expect(company?.people[0]?.company).toBe(company)
        })
        // Companies; their people; what these go on with; their companies and notes.
        expect(read.map(trip => trip.length)).toEqual([1, 1, 2, 2])
        const skills = await session.find('skills', {
          with: { engineers: { with: { machines: true }, where: { name: { ne: 'x' } } } },
          orderBy: { id: 'asc' },
        })
        expect(skills.map(({ engineers }) => engineers.map(one => one.name))).toEqual([['Ada'], ['Cid']])
        expect(skills[0]?.engineers[0]?.machines[0]?.label).toBe('m1')
        const [limited] = await session.find('skills', { with: { engineers: { limit: 1, orderBy: { name: 'asc' } } } })
        expect(limited?.engineers[0]).toBeInstanceOf(Engineer)
        const lead = await session.findOneOrThrow('leads')
        const loaded = await session.load(lead, { mentor: { with: { pupils: true } }, notes: true })
        expect(loaded.mentor?.pupils[0]).toBe(lead)
        expect(loaded.notes[0]?.text).toBe('n')
        const [manager] = await session.find('managers', { with: { assistant: true, company: true } })
        expect(manager?.assistant).toBe(loaded.mentor)
        const [note] = await session.find('notes', { with: { author: true } })
        expect(note?.author).toBe(lead)
        // Asked for with its parents, it is read by itself all the same.
        const [same] = await session.find('notes', { load: 'joined', with: { author: { with: { notes: true } } } })
        expect(same?.author).toBe(lead)
      })

      test('both sides of a relation agree, whichever part it leads to', async () => {
        await seed()
        await using session = engine.session()
        const lead = await session.findOneOrThrow('leads', { with: { mentor: true, company: true, machines: true } })
        const company = await session.findOneOrThrow('companies', { with: { people: true } })
        const ada = await session.findOneOrThrow('engineers', { where: { name: 'Ada' }, with: { pupils: true } })
        expect([ada.pupils.length, ada.pupils[0] === lead]).toEqual([1, true])
        lead.company = company
        expect(company.people.some(one => one === lead)).toBe(true)
        lead.mentor = null
        expect(ada.pupils.length).toBe(0)
        lead.machines.push({ label: 'm2' })
        company.people.push({ kind: 'person', name: 'Pia' })
        await session.commit()
        expect(await all('select company_id from people where id = 3')).toEqual([{ company_id: 1 }])
        expect(await all('select mentor_id from engineers where person_id = 3')).toEqual([{ mentor_id: null }])
        expect(await all('select label, engineer_id from machines order by id')).toEqual([
          { label: 'm1', engineer_id: 2 },
          { label: 'm2', engineer_id: 3 },
        ])
        expect(await session.count('people')).toBe(5)
      })

      test('a lock locks all parts, and reads them after it was had', async () => {
        await seed()
        await using session = engine.session()
        const locked = await trips(() => session.find('leads', { where: { name: 'Lea' }, lock: 'update' }))
        expect(locked[0]?.[0]?.text.endsWith(' where t1."name" = $1 for update of t0, t1, t2')).toBe(true)
        const through = await trips(() =>
          session.find('people', { where: { name: 'Ada' }, lock: { mode: 'update', noWait: true } }),
        )
        expect(through.map(trip => trip.map(({ text }) => text.slice(text.indexOf(' where '))))).toEqual([
          [' where t0."name" = $1 for update of t0 nowait'],
          [' where t0."person_id" = any($1::bigint[]) for update of t0 nowait'],
        ])
        expect((await session.get('people', 4, { lock: 'share' })) instanceof Manager).toBe(true)
      })

      test('pages go through by any column, and let objects go', async () => {
        await engine.unitOfWork(async session => {
          session.addAll(
            'engineers',
            Array.from({ length: 7 }, (_, at) => ({ name: `n${at % 3}`, language: `l${at}` })),
          )
        })
        await using session = engine.session()
        const names: string[] = []
        for await (const one of session.findEach('engineers', { orderBy: { name: 'asc' }, batch: 2 })) {
          names.push(`${one.name}${one.language}`)
        }
        expect(names).toEqual(['n0l0', 'n0l3', 'n0l6', 'n1l1', 'n1l4', 'n2l2', 'n2l5'])
        const page = await session.find('people', { orderBy: { id: 'asc' }, after: { id: 5 }, limit: 1 })
        expect(page[0]).toHaveProperty('language', 'l5')
        await expect(session.findOneOrThrow('leads')).rejects.toThrow(NoRowError)
      })
    })

    describe('the session', () => {
      test('puts objects back with a rollback and a savepoint', async () => {
        await seed()
        await using session = engine.session()
        const made = session.add('leads', { name: 'a', language: 'x', team: 'p' })
        await session.flush()
        const ada = await session.findOneOrThrow('engineers', { where: { name: 'Ada' } })
        await expect(
          session.nested(async () => {
            ada.name = 'x'
            ada.language = 'y'
            made.team = 'z'
            const inner = session.add('engineers', { name: 'i', language: 'j' })
            await session.flush()
            expect(ada.version).toBe(2)
            throw new Error(`undo ${inner.id}`)
          }),
        ).rejects.toThrow('undo 6')
        expect([ada.name, ada.language, ada.version, made.team, made.id]).toEqual(['Ada', 'ts', 1, 'p', 5])
        expect(session.dirty).toEqual([])
        await session.rollback()
        expect(() => made.id).toThrow(PendingValueError)
        expect(() => made.level).toThrow(PendingValueError)
        expect(session.state(made)).toBe('transient')
        session.add(made)
        await session.commit()
        expect([made.id, made.team, made.level]).toEqual([7, 'p', 1])
        expect(await all('select team from leads where id = 7')).toEqual([{ team: 'p' }])
      })

      test('waits again for what was refused, and names the row', async () => {
        await using session = engine.session()
        const lead = session.add('leads', { name: 'a', language: 'x', team: 'p', mentorId: 99 })
        await expect(session.commit()).rejects.toMatchObject({ row: lead })
        expect(session.new).toEqual([lead])
        lead.mentorId = null
        await session.commit()
        expect(lead.id).toBeTypeOf('number')
      })

      test('notices by the version what somebody else has changed in any part', async () => {
        await seed()
        await using session = engine.session()
        const lead = await session.findOneOrThrow('leads')
        await session.commit()
        await engine.unitOfWork(async other => {
          const same = await other.get('people', lead.id)
          if (same?.kind === 'lead') same.team = 'theirs'
        })
        lead.language = 'mine'
        await expect(session.commit()).rejects.toThrow(StaleDataError)
        await session.rollback()
        await session.refresh(lead)
        expect([lead.team, lead.language, lead.version]).toEqual(['theirs', 'sql', 2])
        await session.commit()
        await engine.execute('delete from leads')
        await expect(session.refresh(lead)).rejects.toThrow(StaleDataError)
        expect(session.contains(lead)).toBe(false)
      })

      test('gives up, lets go of, and merges whole objects', async () => {
        await seed()
        await using session = engine.session()
        const lead = await session.findOneOrThrow('leads')
        session.expire(lead)
        expect(() => lead.name).toThrow(`column 'people.name' of this row was given up`)
        expect(() => lead.team).toThrow(`column 'leads.team' of this row was given up`)
        expect(await session.get('engineers', lead.id)).toBe(lead)
        expect([lead.name, lead.language, lead.team]).toEqual(['Lea', 'sql', 'db'])
        session.expunge(lead)
        expect(session.contains(lead)).toBe(false)
        lead.team = 'detached'
        lead.name = 'Detached'
        await session.commit()
        session.add(lead)
        await session.commit()
        expect(await all('select name, team from people join leads using (id)')).toEqual([
          { name: 'Detached', team: 'detached' },
        ])
        const detached = await engine.unitOfWork(other => other.get('people', lead.id))
        if (detached?.kind !== 'lead') throw new Error('no lead')
        detached.team = 'merged'
        expect(await session.merge('people', detached)).toBe(lead)
        expect(lead.team).toBe('merged')
        const plain = await session.merge('engineers', { id: 2, name: 'Ida', level: 3 })
        expect([plain.name, plain.level, plain.language]).toEqual(['Ida', 3, 'ts'])
        await session.commit()
        expect(await all('select name, level from people join engineers on person_id = id where id = 2')).toEqual([
          { name: 'Ida', level: 3 },
        ])
      })

      test('refuses an object whose values are of another class', async () => {
        await seed()
        await using session = engine.session()
        const ada = await session.findOneOrThrow('engineers', { where: { name: 'Ada' } })
        Object.assign(ada, { kind: 'manager' })
        await expect(session.flush()).rejects.toThrow(
          `the object of a row of table 'people' is made as one that ends in table 'engineers'; its values say table 'managers'`,
        )
        await session.rollback()
        session.add(new Person({ name: 'x', kind: 'engineer' }))
        await expect(session.flush()).rejects.toThrow(`ends in table 'people'; its values say table 'engineers'`)
        await session.rollback()
        expect(() => session.add('people', { name: 'x', kind: 'engineer' } as never)).toThrow(
          `table 'engineers' needs a value for column 'language'`,
        )
      })

      test('tells of rows that were written past it', async () => {
        await seed()
        await engine.execute(`insert into people (kind, name, version) values ('manager', 'x', 1)`)
        await using session = engine.session()
        await expect(session.get('people', 5)).rejects.toThrow(
          `a row of table 'people' is by its values of class 'Manager', and has no row in table 'managers'`,
        )
        await session.rollback()
        await engine.execute(`insert into engineers (person_id, language) values (5, 'x')`)
        await expect(session.get('engineers', 5)).rejects.toThrow(
          `a row of table 'people' goes on in table 'engineers', and its values do not say so`,
        )
        await session.rollback()
        const ada = await session.get('engineers', 2)
        await session.commit()
        await engine.execute(`update people set kind = 'person' where id = 2`)
        await expect(session.get('people', 2)).rejects.toThrow('expunge the object, and find it again')
        if (ada !== null) session.expunge(ada)
        expect(await session.get('people', 2)).not.toBeInstanceOf(Engineer)
      })
    })

    test('a key that is changed moves with all parts', async () => {
      await using session = engine.session()
      const paris = session.add('capitals', { code: 'PAR', name: 'Paris', size: 2, country: 'FR' })
      session.add('cities', { code: 'LYO', name: 'Lyon', size: 1 })
      await session.commit()
      paris.code = 'PRS'
      paris.country = 'France'
      await session.commit()
      expect(session.dirty).toEqual([])
      expect(await session.get('capitals', 'PRS')).toBe(paris)
      await session.commit()
      expect(await all('select * from places join cities using (code) join capitals using (code)')).toEqual([
        { code: 'PRS', kind: 'capital', name: 'Paris', size: 2, country: 'France' },
      ])
      expect((await session.find('places', { orderBy: { name: 'asc' } })).map(one => one.constructor)).toEqual([
        City,
        Capital,
      ])
    })

    test('a key of several columns is shared as one is', async () => {
      await using session = engine.session()
      const wheel = session.add('wheels', { a: 1, b: 2, spokes: 3 })
      session.add('parts', { a: 1, b: 3, kind: 'bell' })
      await session.commit()
      expect(await session.get('wheels', { a: 1, b: 2 })).toBe(wheel)
      const [found] = await session.find('parts', { where: { b: 2 } })
      expect(found).toBe(wheel)
      wheel.spokes = 4
      session.delete(wheel)
      await session.commit()
      expect(await all('select * from parts')).toEqual([{ a: 1, b: 3, kind: 'bell' }])
    })

    test('random histories end as a simple model says', async () => {
      const number = fc.nat({ max: 5 })
      const step = fc.oneof(
        fc.record({ do: fc.constant('add'), at: fc.constantFrom('people', 'engineers', 'leads', 'managers') }),
        fc.record({ do: fc.constantFrom('rename', 'own', 'delete', 'undo'), at: number }),
        fc.record({ do: fc.constantFrom('flush', 'commit', 'rollback', 'reload'), at: fc.constant(0) }),
      )
      type Kept = { readonly kind: string; name: string; own: number | string | null }
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async steps => {
          await engine.execute('truncate people restart identity cascade')
          await using session = engine.session()
          let live: { readonly object: Person; readonly kept: Kept }[] = []
          let saved: { readonly object: Person; readonly kept: Kept }[] = []
          const copied = (list: typeof live) => list.map(({ object, kept }) => ({ object, kept: { ...kept } }))
          let count = 0
          for (const { do: what, at } of steps) {
            const entry = live[Number(at) % Math.max(live.length, 1)]
            count++
            if (what === 'add') {
              const name = `n${count}`
              const object =
                at === 'people'
                  ? session.add('people', { kind: 'person', name })
                  : at === 'engineers'
                    ? session.add('engineers', { name, language: 'l', level: count })
                    : at === 'leads'
                      ? session.add('leads', { name, language: 'l', team: `t${count}` })
                      : session.add('managers', { name, budget: count })
              const own = at === 'people' ? null : at === 'leads' ? `t${count}` : count
              live.push({ object, kept: { kind: object.kind, name, own } })
            } else if (what === 'rename' && entry) {
              entry.object.name = `r${count}`
              entry.kept.name = `r${count}`
            } else if (what === 'own' && entry && entry.kept.own !== null) {
              if (entry.object instanceof Lead) entry.object.team = `o${count}`
              else if (entry.object instanceof Engineer) entry.object.level = count
              else if (entry.object instanceof Manager) entry.object.budget = count
              entry.kept.own = entry.object instanceof Lead ? `o${count}` : count
            } else if (what === 'delete' && entry) {
              session.delete(entry.object)
              live = live.filter(one => one !== entry)
            } else if (what === 'undo' && entry) {
              await session
                .nested(async () => {
                  entry.object.name = 'undone'
                  if (entry.object instanceof Engineer) entry.object.language = 'undone'
                  session.add('leads', { name: 'undone', language: 'l', team: 'undone' })
                  await session.flush()
                  throw new Error('undone')
                })
                .catch(() => {})
            } else if (what === 'flush') await session.flush()
            else if (what === 'commit') {
              await session.commit()
              saved = copied(live)
            } else if (what === 'rollback') {
              await session.rollback()
              live = copied(saved)
            } else if (what === 'reload') {
              const found = new Set<object>(await session.find('people'))
              expect(found).toEqual(new Set(live.map(({ object }) => object)))
            }
          }
          await session.commit()
          const rows = await all(
            `select p.id, p.kind, p.name, coalesce(to_jsonb(l.team), to_jsonb(e.level), to_jsonb(m.budget)) as own,
               (e.person_id is not null) = (p.kind in ('engineer', 'lead')) and (l.id is not null) = (p.kind = 'lead')
                 and (m.id is not null) = (p.kind = 'manager') as whole
             from people p left join engineers e on e.person_id = p.id left join leads l on l.id = p.id
               left join managers m on m.id = p.id order by p.id`,
          )
          expect(rows).toEqual(
            live.map(({ object, kept }) => ({ id: object.id, ...kept, whole: true })).toSorted((a, b) => a.id - b.id),
          )
          for (const { object, kept } of live) expect(object.name).toBe(kept.name)
        }),
        { numRuns: 25 },
      )
    })
  })
}

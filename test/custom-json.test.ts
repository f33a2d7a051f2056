import { describe, expect, it } from 'vitest'
import { defineSchema, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'

/** A number that JavaScript would round. */
const exact = '12345678901234567890.123'
const codec = {
  encode: (value: string) => `{"n": ${value}}`,
  decode: (text: string) => text.replace(/^\{"n": |\}$/g, ''),
}
const document = () => t.custom<string>('jsonb', codec)
const schema = defineSchema({
  documents: table({
    id: t.id(),
    body: t.custom<string>(' JSONB ', codec, { nullable: true }),
    checked: t.domain('checked_document', { of: document() }, { nullable: true }),
    several: t.array(document(), { nullable: true }),
    parentId: t.ref('documents.id', { nullable: true }),
  }),
})

for (const driver of drivers) {
  describe(`JSON in a text of the caller's own on ${driver.name}`, () => {
    it('reaches the database as it is, alone, among others, as null and in arrays', async () => {
      const engine = await driver.engine(schema)
      await engine.metadata.createAll()
      const whole = { body: exact, checked: exact, several: [exact, '1'] }
      const none = { body: null, checked: null, several: null }
      for (const rows of [[whole], [whole, none, whole]]) {
        await using session = engine.session()
        session.addAll('documents', rows)
        await session.commit()
      }
      const { rows } = await engine.execute('select body, checked, several from documents order by id')
      expect(rows).toEqual([whole, whole, none, whole])
      const kinds = await engine.execute('select distinct jsonb_typeof(body) from documents where body is not null')
      expect(kinds.scalars()).toEqual(['object'])
    })
  })
}

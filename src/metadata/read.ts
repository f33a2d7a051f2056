/** How the catalogues are read: one query for each kind, whatever the size of the schema. */

/** What runs a query; the transaction that `reflect` opens. */
export interface Reader {
  rows<Row>(sql: string): Promise<readonly Row[]>
}

/** Which schemas are read: an SQL condition on `n`, a row of `pg_namespace`. */
export type SchemaFilter = string

/** An SQL condition: the object is no member of an extension. Both arguments are SQL. */
export function own(catalogue: string, oid: string): string {
  return `not exists (select from pg_depend x where x.classid = '${catalogue}'::regclass and x.objid = ${oid} and x.deptype = 'e')`
}

/** The name of an aggregate with its arguments, both as SQL: one without arguments has a star for them in all but `grant`. */
export function starred(identity: string): string {
  return `regexp_replace(${identity}, '\\(\\)$', '(*)')`
}

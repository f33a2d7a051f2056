/** What is kept elsewhere than the database usually keeps things. */
import { own, type Reader, type SchemaFilter } from './read.ts'

export interface TablespaceRow {
  /** As `alter` takes it: `table public.users`. */
  readonly subject: string
  /** As SQL. */
  readonly tablespace: string
}

export async function readTablespaces(reader: Reader, filter: SchemaFilter): Promise<readonly TablespaceRow[]> {
  return await reader.rows<TablespaceRow>(`
    select case c.relkind when 'm' then 'materialized view ' when 'i' then 'index ' when 'I' then 'index ' else 'table ' end || c.oid::regclass as subject,
      quote_ident(t.spcname) as tablespace
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_tablespace t on t.oid = c.reltablespace
    where c.relkind in ('r', 'p', 'm', 'i', 'I') and ${filter} and ${own('pg_class', 'c.oid')}
    order by n.nspname, c.relname`)
}

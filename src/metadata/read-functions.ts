/** Functions, procedures and aggregates from `pg_proc`. */
import { own, type Reader, type SchemaFilter, starred } from './read.ts'

export interface FunctionRow {
  readonly oid: string
  /** With the types of its arguments, as `public.slug(text)`. */
  readonly signature: string
  /** f function, p procedure, w window function, a aggregate. */
  readonly kind: 'f' | 'p' | 'w' | 'a'
  /** `create or replace …`, of an aggregate too. */
  readonly definition: string
  /** Whether its body is one that Postgres reads when it is made, and prints in its own words. */
  readonly atomic: boolean
}

export async function readFunctions(reader: Reader, filter: SchemaFilter): Promise<readonly FunctionRow[]> {
  return await reader.rows<FunctionRow>(`
    select p.oid::text as oid, case when p.prokind = 'a' then ${starred('p.oid::regprocedure::text')} else p.oid::regprocedure::text end as signature, p.prokind::text as kind,
      case when p.prokind <> 'a' then pg_get_functiondef(p.oid) else
        'create or replace aggregate ' || quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' ||
        case when a.aggnumdirectargs = 0 and p.pronargs = 0 then '*' else pg_get_function_arguments(p.oid) end || ') (' ||
        concat_ws(', ',
          'sfunc = ' || a.aggtransfn::regproc::text,
          'stype = ' || format_type(a.aggtranstype, null),
          'sspace = ' || nullif(a.aggtransspace, 0),
          'finalfunc = ' || nullif(a.aggfinalfn, 0)::regproc::text,
          case when a.aggfinalextra then 'finalfunc_extra' end,
          case when a.aggfinalfn <> 0 and a.aggfinalmodify <> (case when a.aggkind = 'n' then 'r' else 'w' end)
            then 'finalfunc_modify = ' || (case a.aggfinalmodify when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end) end,
          'combinefunc = ' || nullif(a.aggcombinefn, 0)::regproc::text,
          'serialfunc = ' || nullif(a.aggserialfn, 0)::regproc::text,
          'deserialfunc = ' || nullif(a.aggdeserialfn, 0)::regproc::text,
          'initcond = ' || quote_literal(a.agginitval),
          'msfunc = ' || nullif(a.aggmtransfn, 0)::regproc::text,
          'minvfunc = ' || nullif(a.aggminvtransfn, 0)::regproc::text,
          'mstype = ' || format_type(nullif(a.aggmtranstype, 0), null),
          'mfinalfunc = ' || nullif(a.aggmfinalfn, 0)::regproc::text,
          'minitcond = ' || quote_literal(a.aggminitval),
          'sortop = operator(' || (select quote_ident(sn.nspname) || '.' || so.oprname from pg_operator so
            join pg_namespace sn on sn.oid = so.oprnamespace where so.oid = a.aggsortop) || ')',
          case when a.aggkind = 'h' then 'hypothetical' end,
          'parallel = ' || case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end
        ) || ')' end as definition,
      p.prosqlbody is not null as atomic
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    left join pg_aggregate a on a.aggfnoid = p.oid
    where ${filter} and ${own('pg_proc', 'p.oid')}
      and not exists (select from pg_depend x where x.classid = 'pg_proc'::regclass and x.objid = p.oid and x.deptype = 'i')
    order by n.nspname, p.proname, p.oid::regprocedure::text`)
}

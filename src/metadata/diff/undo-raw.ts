/** How a thing that is kept as SQL is taken away, where it does not say so itself. */
import type { Raw } from '../../../types/literal.ts'
import { quote } from '../../base/identifier.ts'
import { statementText } from '../../ddl/fragment-text.ts'
import type { Model } from '../../schema/model.ts'
import { rawName } from './raw-locks.ts'

/** What stands in the statement that makes it, and what stands there instead in the one that undoes it. */
const undoing: Readonly<Record<string, readonly (readonly [made: RegExp, undone: string])[]>> = {
  constraint: [[/^(alter (?:table|domain) .+?) add (constraint "(?:[^"]|"")+")[\s\S]*$/i, '$1 drop $2']],
  comment: [
    [/^(comment on schema public) is [\s\S]+$/i, "$1 is 'standard public schema'"],
    // As it came.
    [
      /^(comment on extension (\S+)) is [\s\S]+$/i,
      "do $$$$ begin execute format('$1 is %L', (select comment from pg_available_extensions where quote_ident(name) = '$2')); end $$$$",
    ],
    [/^(comment on [\s\S]+?) is E?'[\s\S]*$/i, '$1 is null'],
  ],
  rule: [[/^create (?:or replace )?rule (\S+|"(?:[^"]|"")+") as\s+on \w+ to (\S+)[\s\S]*$/i, 'drop rule $1 on $2']],
  statistics: [[/^create statistics (?:if not exists )?(.+?)(?: \([^)]*\))? on [\s\S]*$/i, 'drop statistics $1']],
  'operator family member': [
    [
      /^(alter operator family .+ using \S+) add operator (\d+) .+? (\([^()]*\))(?: for order by .+)?$/,
      '$1 drop operator $2 $3',
    ],
    [/^(alter operator family .+ using \S+) add function (\d+) (\([^()]*\)) .+$/, '$1 drop function $2 $3'],
  ],
  'security label': [[/^(security label [\s\S]+? is) E?'[\s\S]*$/i, '$1 null']],
  privilege: [
    [
      /^(set local role [^;]+; )grant ([\s\S]+) to (.+?)( with grant option)?; reset role$/,
      '$1revoke $2 from $3; reset role',
    ],
    [/^grant ([\s\S]+) to (.+?)( with grant option)?$/, 'revoke $1 from $2'],
    [/^revoke ([\s\S]+) from (.+)$/, 'grant $1 to $2'],
  ],
  'default privilege': [
    [/^(alter default privileges .*?) grant (.+) to (.+?)( with grant option)?$/, '$1 revoke $2 from $3'],
    [/^(alter default privileges .*?) revoke (.+) from (.+)$/, '$1 grant $2 to $3'],
  ],
  tablespace: [[/ set tablespace .+$/, ' set tablespace pg_default']],
  owner: [
    [/^(alter schema public owner to) .+$/, '$1 pg_database_owner'],
    [/^(alter .+ owner to) .+$/, '$1 current_user'],
  ],
  alter: [
    [/ replica identity (full|nothing|using index .+)$/, ' replica identity default'],
    [/ cluster on .+$/, ' set without cluster'],
    [/ depends on extension (\S+|"(?:[^"]|"")+")$/, ' no depends on extension $1'],
    [/ force row level security$/, ' no force row level security'],
    [/ set compression \w+$/, ' set compression default'],
    [/ set statistics \d+$/, ' set statistics -1'],
    [/ set unlogged$/, ' set logged'],
    [/ set logged$/, ' set unlogged'],
    [/ set default [\s\S]+$/, ' drop default'],
    [/ set not null$/, ' drop not null'],
    [/^(alter table only (?:"(?:[^"]|"")+"|[^\s"])+) of .+$/, '$1 not of'],
    [/ (?:disable|enable replica|enable always) trigger /, ' enable trigger '],
  ],
}

/**
 * The statement, or null where there is none: then the thing goes with what it belongs to.
 * @param model what has the thing
 */
export function undoRaw(raw: Raw & { readonly name: string }, model: Model): string | null {
  if (raw.drop !== undefined) return statementText(raw.drop)
  const sql = statementText(raw.sql)
  const identity = raw.name.slice(raw.kind.length + 1)
  if (raw.kind === 'trigger') return `drop trigger ${identity}`
  if (raw.kind === 'index') return `drop index ${identity}`
  const parameters = / set \((.+)\)$/.exec(sql)?.[1]
  if (raw.kind === 'alter' && parameters !== undefined) {
    const names = parameters.split(', ').map(one => one.replace(/\s*=.*$/, ''))
    return sql.replace(/ set \(.+\)$/, ` reset (${names.join(', ')})`)
  }
  // That of a partition goes with what it is a part of.
  const partition = /^alter table (.+?) add constraint /i.exec(sql)?.[1]
  if (raw.kind === 'constraint' && model.tables.some(one => one.partitionOf !== null && rawName(one) === partition))
    return sql.replace(/ add constraint ("(?:[^"]|"")+")[\s\S]*$/i, ' drop constraint if exists $1')
  // Partitions may have it too.
  if (raw.kind === 'constraint' && sql.startsWith('alter table only '))
    return sql.replace(/^alter table only (.+?) add (constraint "(?:[^"]|"")+")[\s\S]*$/i, 'alter table $1 drop $2')
  const storage =
    /^alter (?:table|materialized view) (?:only )?(\S+|".*") alter column ("(?:[^"]|"")+"|\S+) set storage \w+$/.exec(
      sql,
    )
  if (raw.kind === 'alter' && storage !== null) {
    const [, relation = '', column = ''] = storage
    return sql.replace(/ set storage \w+$/, ` set storage ${usualStorage(model, relation, column)}`)
  }
  const found = undoing[raw.kind]?.find(([made]) => made.test(sql))
  return found === undefined ? null : sql.replace(found[0], found[1])
}

/** How a column of its type is kept when nothing is said: the word `default` is not known before PostgreSQL 16. */
function usualStorage(model: Model, relation: string, column: string): string {
  const table = model.tables.find(one => rawName(one) === relation)
  const kind = table?.columns.find(one => quote(one.name) === column || one.name === column)?.type.kind
  return kind === 'numeric' || kind === 'inet' || kind === 'cidr' ? 'main' : 'extended'
}

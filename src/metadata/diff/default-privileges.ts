/** What `alter default privileges` gives to things that a plan makes, although the second schema does not: it is taken back. */
import { change } from '../../ddl/change/change.ts'
import { sequenceOf } from '../../ddl/change/identity.ts'
import { rawStatement } from '../../ddl/raw.ts'
import type { Change } from '../../schema/change.ts'
import type { Model, QualifiedName, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { functionName, functionQualifiedName, nameOf } from './identity.ts'
import { paired } from './pairs.ts'
import { serialInteger, serialSequence } from './plain-serials.ts'
import { rawName } from './raw-locks.ts'

/** What has been said for all that will be made. */
interface Default {
  readonly verb: 'grant' | 'revoke'
  readonly privileges: readonly string[]
  /** Null: of every schema. */
  readonly schema: string | null
  readonly kind: string
  readonly role: string
}

interface Made {
  /** As in `alter default privileges`: `tables`. */
  readonly kind: string
  readonly schema: string
  /** As `grant` takes it: `table public.users`. */
  readonly subject: string
}

export function defaultsTakenBack(comparison: Comparison): Change[] {
  // Others are taken back before anything is made, or come once all is.
  const { both } = paired(comparison.from.raw, comparison.to.raw, one => one.name)
  const stand = both.filter(([was, is]) => rawStatement(was) === rawStatement(is))
  const defaults = stand.flatMap(([, is]) => defaultOf(is))
  if (defaults.length === 0) return []
  const said = comparison.to.raw.filter(one => one.kind === 'privilege').map(rawStatement)
  return madeThings(comparison).flatMap(made =>
    defaults
      .filter(one => one.kind === made.kind && (one.schema ?? made.schema) === made.schema)
      .flatMap(given => {
        const wanted = said.flatMap(sql => saidOf(sql, given.verb, made.subject, given.role))
        const others = given.privileges.filter(one => !wanted.includes(one)).join(', ')
        if (others === '') return []
        const { subject } = made
        const grant = `grant ${others} on ${subject} to ${given.role}`
        const revoke = `revoke ${others} on ${subject} from ${given.role}`
        return given.verb === 'grant'
          ? [change('revoke', `${others} on ${subject} from ${given.role}`, revoke, { inverse: grant })]
          : [change('grant', `${others} on ${subject} to ${given.role}`, grant, { inverse: revoke })]
      }),
  )
}

const pattern =
  /^alter default privileges for role \S+(?: in schema ("(?:[^"]|"")+"|\S+))? (grant|revoke) ([a-z, ]+) on (\w+) (?:to|from) (\S+)/

function defaultOf(raw: Model['raw'][number]): Default[] {
  if (raw.kind !== 'default privilege') return []
  const [, schema, verb = '', privileges = '', kind = '', role = ''] = pattern.exec(rawStatement(raw)) ?? []
  if (verb !== 'grant' && verb !== 'revoke') return []
  return [{ verb, privileges: privileges.split(', '), schema: schema ?? null, kind, role }]
}

/** The privileges of a statement that says them of this thing and this role. */
function saidOf(sql: string, verb: string, subject: string, role: string): string[] {
  const [, what = ''] = /(?:^|; )(?:grant|revoke) ([a-z, ]+) on /.exec(sql) ?? []
  const end = verb === 'grant' ? ` on ${subject} to ${role}` : ` on ${subject} from ${role}`
  return sql.includes(`${verb} ${what}${end}`) ? what.split(', ') : []
}

function madeThings({ from, to, tables, remade, remadeTypes }: Comparison): Made[] {
  const made = (kind: string, word: string, schema: string, name: string): Made => ({
    kind,
    schema: rawName({ schema, name: '' }).replace(/\.""$/, ''),
    subject: `${word} ${name}`,
  })
  const relation = (one: QualifiedName): Made => made('tables', 'table', one.schema, rawName(one))
  const sequence = (one: QualifiedName): Made => made('sequences', 'sequence', one.schema, rawName(one))
  const type = (one: QualifiedName): Made => made('types', 'type', one.schema, rawName(one))
  const views = paired(from.views, to.views, nameOf)
  const types = paired([...from.enums, ...from.types], [...to.enums, ...to.types], nameOf)
  const functions = paired(from.functions, to.functions, functionName)
  const isOtherKind = (name: string): boolean =>
    views.both.some(([was, is]) => nameOf(is) === name && was.materialized !== is.materialized)
  return [
    ...tables.fresh.map(relation),
    ...to.views
      .filter(one => views.fresh.includes(one) || remade.views.has(nameOf(one)) || isOtherKind(nameOf(one)))
      .map(relation),
    ...paired(from.sequences, to.sequences, nameOf).fresh.map(sequence),
    ...tables.fresh.flatMap(countersOf).map(sequence),
    ...[...types.fresh, ...types.both.map(([, is]) => is).filter(one => remadeTypes.has(nameOf(one)))].map(type),
    ...to.functions
      .filter(one => functions.fresh.includes(one) || remade.functions.has(functionName(one)))
      .map(one => made('functions', one.kind ?? 'function', functionQualifiedName(one).schema, functionName(one))),
  ]
}

function countersOf(table: TableModel): QualifiedName[] {
  return table.columns.flatMap(column => {
    if (column.identity !== null) return [sequenceOf(table, column)]
    return serialInteger(column) === undefined ? [] : [serialSequence(table, column)]
  })
}

/** Who may see and do what: how a change of it is called, and what whoever makes it should know. */
import { quote } from '../../base/identifier.ts'
import { change, hazard, label } from '../../ddl/change/change.ts'
import { rawStatement } from '../../ddl/raw.ts'
import type { Change, Hazard } from '../../schema/change.ts'
import type { Model, QualifiedName, TableModel } from '../../schema/model.ts'
import { viewRow } from '../view-row.ts'
import type { Comparison } from './comparison.ts'
import { functionName, nameOf } from './identity.ts'
import { takenBy } from './name-clash.ts'

const role = String.raw`("(?:[^"]|"")+"|[^\s;]+)`
const privilege = new RegExp(
  `^(?:set local role [^;]+; )?(grant|revoke) ([^]+?) on ([^]+) (?:to|from) ${role}((?: with grant option)?)(?:; reset role)?$`,
)
const owner = new RegExp(`^alter ([^]+) owner to ${role}$`)

/** The kinds that are more than a word, as `grant` and `alter` name them. */
const kinds =
  /^(?:foreign (?:data wrapper|server|table)|materialized view|text search \w+|event trigger|operator (?:class|family)|\w+) /

/**
 * The change of an owner or of a privilege, with its hazard where what it is on stood before and stays; null for things of other kinds.
 * @param isUndone whether `sql` takes away what is kept as `raw`
 */
export function accessChange(
  { from, to }: Pick<Comparison, 'from' | 'to'>,
  raw: Model['raw'][number],
  isUndone: boolean,
  sql: string,
  inverse: string | null,
): Change | null {
  const [was, is] = [from, to].map(model => model.raw.find(one => one.name === raw.name))
  // What both have is given again with what it is on; and of an owner in place of another only the new one is told of.
  const isQuiet = was !== undefined && is !== undefined && (isUndone || rawStatement(was) === rawStatement(is))
  const said = (kind: string, object: string, subject: string, message: string): Change => {
    const hazards =
      isQuiet || !stays(from, to, subject.replace(kinds, '')) ? [] : [hazard('access', kind, object, message, null)]
    return change(kind, object, sql, { inverse, hazards })
  }
  if (raw.kind === 'owner') {
    const [, subject = raw.name, name = ''] = owner.exec(sql) ?? []
    const message = `'${subject}' is owned by ${name}, and who owned it may do what is granted and no more`
    return said('alter owner', subject, subject, message)
  }
  const [, verb, what, subject = '', name, option] = (raw.kind === 'privilege' && privilege.exec(sql)) || []
  if (verb === undefined) return null
  return verb === 'grant'
    ? said(verb, `${what} on ${subject} to ${name}${option}`, subject, `${name} may ${what} on '${subject}'`)
    : said(verb, `${what} on ${subject} from ${name}`, subject, `${name} may no longer ${what} on '${subject}'`)
}

/** Whether what an owner, a privilege, a place or a label is of is there, with its column; false for things of other kinds. */
export function isAccessOf(model: Model, raw: Model['raw'][number]): boolean {
  const subject = subjectOf(raw)
  const [, relation, column] = /^column (.+)\.("(?:[^"]|"")+"|[^.]+)$/.exec(subject) ?? []
  if (relation === undefined || column === undefined) return identities(model).has(bare(subject))
  return columnsOf(model, unquoted(relation)).some(name => [name, quote(name)].includes(column))
}

/** What it is said of, with its kind. */
function subjectOf(raw: Model['raw'][number]): string {
  const sql = rawStatement(raw)
  if (raw.kind === 'owner') return owner.exec(sql)?.[1] ?? ''
  if (raw.kind === 'tablespace') return /^alter ([^]+) set tablespace /.exec(sql)?.[1] ?? ''
  if (raw.kind === 'security label') return /^security label for (?:"[^]+?"|\S+) on ([^]+?) is E?'/.exec(sql)?.[1] ?? ''
  const [, , what = '', subject = ''] = (raw.kind === 'privilege' && privilege.exec(sql)) || []
  const [, column] = /\((.+)\)$/.exec(what) ?? []
  return column === undefined ? subject : `column ${bare(subject)}.${column}`
}

function bare(subject: string): string {
  return unquoted(subject.replace(kinds, ''))
}

function columnsOf(model: Model, relation: string): readonly string[] {
  const isIt = ({ schema, name }: QualifiedName): boolean => unquoted(`${schema}.${name}`) === relation
  const view = model.views.find(isIt)
  if (view !== undefined) return (viewRow(view.as) ?? []).flatMap(one => one.split('\0').slice(0, 1))
  return model.tables.find(isIt)?.columns.map(({ name }) => name) ?? []
}

/** Whether a thing is on neither side alone: it is made or taken away with its privileges, of which nobody has heard. */
function stays(from: Model, to: Model, identity: string): boolean {
  const name = unquoted(identity)
  return identities(from).has(name) === identities(to).has(name)
}

const known = new WeakMap<Model, ReadonlySet<string>>()

/** Every name that a privilege or an owner may stand on; asked for each of them, so found once. */
function identities(model: Model): ReadonlySet<string> {
  const found = known.get(model) ?? new Set(namesIn(model).map(unquoted))
  known.set(model, found)
  return found
}

function namesIn(model: Model): string[] {
  const relations = [...model.tables, ...model.views, ...model.sequences]
  return [
    ...[...relations, ...model.enums, ...model.types].map(({ schema, name }) => `${schema}.${name}`),
    // With its sequences, which are made for its columns.
    ...model.tables.flatMap(takenBy).map(name => name.replace('\0', '.')),
    ...model.views.flatMap(({ schema, indexes }) => indexes.map(({ name }) => `${schema}.${name}`)),
    ...relations.map(({ schema }) => schema),
    ...model.functions.map(functionName),
    ...model.raw.map(({ kind, name }) => name.slice(kind.length + 1)),
  ]
}

function unquoted(identity: string): string {
  return identity.replaceAll('"', '')
}

/** What it is to rows that a policy goes, or comes back as another; `is` is the table after, if it stays. */
export function policyHazards(
  { remade }: Pick<Comparison, 'remade'>,
  was: TableModel,
  is: TableModel | undefined,
  policy: TableModel['policies'][number],
): Hazard[] {
  if (is === undefined || was.rowSecurity === 'off' || is.rowSecurity === 'off') return []
  const object = label(was, policy.name)
  const message = remade.policies.has(`${nameOf(is)} ${policy.name}`)
    ? `'${object}' lets other rows through than before`
    : policy.as === 'restrictive'
      ? `rows that '${object}' kept back can be seen and changed`
      : `rows that only '${object}' let through can no longer be seen or changed`
  return [hazard('access', 'drop policy', object, message, null)]
}

/** Those of a plan in which a policy is away for longer than a transaction, though it comes back as it was. */
export function withGaps(changes: readonly Change[]): readonly Change[] {
  return changes.map((one, at) => {
    if (one.kind !== 'drop policy' || one.hazards.length > 0) return one
    const back = changes.findIndex(
      (other, next) => next > at && other.kind === 'create policy' && other.object === one.object,
    )
    if (back < 0 || changes.slice(at, back).every(({ transaction }) => transaction === 'shared')) return one
    const message = `'${one.object}' is away until the plan is done`
    return { ...one, hazards: [hazard('access', 'drop policy', one.object, message, null)] }
  })
}

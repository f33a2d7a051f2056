/** Things kept as SQL that go with what is taken away, and are said again of what is made in its place. */
import { rawStatement } from '../../ddl/raw.ts'
import type { Model, TableModel } from '../../schema/model.ts'
import type { Comparison } from './comparison.ts'
import { checksAgain } from './domains.ts'
import { partitionsBelow } from './partition-family.ts'
import { setsDefault } from './handed-down.ts'
import { nameOf } from './identity.ts'
import { heirs } from './inherited-not-null.ts'
import { mentions, namesColumn } from './mention.ts'
import { paired } from './pairs.ts'
import { constraintFate, indexFate } from './table-parts.ts'

type Raw = Model['raw'][number]

/** The names of those that stand in both schemas and are lost on the way. */
export function rawAgain(comparison: Comparison): ReadonlySet<string> {
  const lost = lostSubjects(comparison)
  if (lost.size === 0) return lost
  return new Set(
    paired(comparison.from.raw, comparison.to.raw, one => one.name)
      .both.filter(([, is]) => subjectsOf(is).some(subject => lost.has(subject)))
      .map(([, is]) => is.name),
  )
}

/** What goes and comes back under its name: `trigger g on public.t`. Names are without quotes. */
function lostSubjects(comparison: Comparison): Set<string> {
  const { tables, remade, columns } = comparison
  const lost = new Set<string>()
  const add = (kind: string, name: string, on: TableModel): void => {
    lost.add(`${kind} ${name} on ${on.schema}.${on.name}`.replaceAll('"', ''))
  }
  for (const [was, is] of tables.both) {
    const constraints = constraintFate(comparison, was, is)
    const again = [...constraints.changed, ...constraints.broken].map(([, one]) => one)
    const isAgain = ({ name }: { readonly name: string }): boolean =>
      [remade.foreignKeys, remade.replacedKeys].some(keys => keys.has(`${nameOf(is)} ${name}`))
    for (const one of again) {
      const stays = one.kind === 'foreign key' && !isAgain(one)
      if (!stays) add('constraint', one.name, is)
      add('index', one.name, is)
    }
    // What one schema says in SQL and the other does not is another.
    for (const one of [...constraints.gone, ...constraints.fresh]) {
      add('constraint', one.name, is)
      add('index', one.name, is)
    }
    for (const key of is.foreignKeys) if (isAgain(key)) add('constraint', key.name, is)
    const indexes = indexFate(comparison, was, is)
    for (const [, index] of [...indexes.changed, ...indexes.broken]) {
      add('index', index.name, is)
      lost.add(`index ${is.schema}.${index.name}`.replaceAll('"', ''))
    }
    for (const { name } of is.triggers) {
      if (!remade.triggers.has(`${nameOf(is)} ${name}`)) continue
      for (const one of [is, ...partitionsBelow(comparison.to, is)]) add('trigger', name, one)
    }
    for (const { name } of is.policies) if (remade.policies.has(`${nameOf(is)} ${name}`)) add('policy', name, is)
    for (const name of columns.remade.get(is) ?? []) {
      add('column', name, is)
      add('type of column', name, is)
    }
    for (const name of columns.retyped.get(is) ?? []) add('type of column', name, is)
    for (const { name } of is.columns) {
      if (setsDefault(comparison, was, is, name))
        for (const heir of heirs(comparison.to, is)) add('default of column', name, heir)
    }
  }
  for (const [name, on] of checksAgain(comparison))
    lost.add(`constraint ${name} on domain ${on.schema}.${on.name}`.replaceAll('"', ''))
  for (const name of remade.raw) lost.add(name.replaceAll('"', ''))
  for (const name of countedAgain(comparison)) lost.add(`target of ${name}`.replaceAll('"', ''))
  return lost
}

/** The statistics over columns of another type, which Postgres makes again by itself, and without how much they are to know. */
function countedAgain({ to, columns }: Comparison): string[] {
  const retyped = [...columns.retyped]
  return to.raw.flatMap(raw => {
    if (raw.kind !== 'statistics') return []
    const text = rawStatement(raw)
    const isOver = retyped.some(
      ([table, names]) => mentions(text, table) && [...names].some(name => namesColumn(text, name)),
    )
    return isOver ? [raw.name] : []
  })
}

/** What it is said of. */
function subjectsOf(raw: Raw): string[] {
  const sql = rawStatement(raw).replaceAll('"', '')
  if (raw.kind === 'comment') return wordsOf(/^comment on (.+?) is E?'/, sql)
  if (raw.kind === 'privilege') {
    const [, columns, table] = /\((.+?)\) on table (\S+) (?:to|from) /.exec(sql) ?? []
    return columns === undefined ? [] : columns.split(', ').map(name => `column ${name} on ${table}`)
  }
  if (raw.kind !== 'alter') return []
  const [, table = '', what = ''] = /^alter (?:table|materialized view) (?:only )?(\S+) (.+)$/s.exec(sql) ?? []
  return [
    ...wordsOf(/^(?:enable|disable)(?: always| replica)? ((?:trigger|rule) .+)$/, what).map(
      one => `${one} on ${table}`,
    ),
    ...wordsOf(/^(?:cluster on|replica identity using index) (.+)$/, what).map(one => `index ${one} on ${table}`),
    ...wordsOf(/^alter column (.+?) set (?:storage|compression) /, what).map(
      one => `type of column ${one} on ${table}`,
    ),
    ...wordsOf(/^alter column (.+?) (?:set|drop) default/, what).map(one => `default of column ${one} on ${table}`),
    ...wordsOf(/^alter column (.+?) (?:set|reset) /, what).map(one => `column ${one} on ${table}`),
    ...wordsOf(/^alter (.+) depends on extension /, sql),
    ...wordsOf(/^alter (index .+?) alter column \d+ set statistics /, sql),
    ...wordsOf(/^alter (statistics .+?) set /, sql).flatMap(one => [one, `target of ${one}`]),
  ]
}

function wordsOf(pattern: RegExp, text: string): string[] {
  const [, found] = pattern.exec(text) ?? []
  return found === undefined ? [] : [found]
}

/** What has another name now: told, or to be seen, or to be asked. */
import { renameColumn } from '../../ddl/change/column.ts'
import { label } from '../../ddl/change/change.ts'
import { renameTable } from '../../ddl/change/table.ts'
import { renameValue } from '../../ddl/change/type.ts'
import { columnDefinition } from '../../ddl/column.ts'
import type { Change, Question } from '../../schema/change.ts'
import type { ColumnModel, Model, TableModel } from '../../schema/model.ts'
import { MigrationError } from '../../base/errors.ts'
import { isSpeltAlike, suggestion } from '../../base/nearest.ts'
import { byDepth, parentKeys } from './handed-down.ts'
import { nameOf } from './identity.ts'
import { makeWay } from './make-way.ts'
import { paired } from './pairs.ts'

/** Old names with their new ones: `users`, `users.name`, `user_role.member`; null where it is none: dropped, and another is new. */
export type Renames = { readonly [from: string]: string | null }

export interface FoundRenames {
  readonly changes: readonly Change[]
  /** What leads back, in the other schema. */
  readonly back: readonly Change[]
  readonly questions: readonly Question[]
}

/**
 * The renames between two schemas. `wanted` is the literal, whose `renamedFrom` counts as told. Seen is what can be nothing else as far as the
 * schemas go: a table with the same columns, the only column that is gone and the only new one with the same definition in the same place, one
 * value of an enum in the same place.
 * @throws MigrationError for a rename of what is not there, or to what is not
 */
export function findRenames(from: Model, to: Model, wanted: Model, told: Renames): FoundRenames {
  const hints = new Hints(told, wanted)
  const tables = tableRenames(from, to, hints)
  const renamed = new Map(tables.pairs.map(([was, is]) => [nameOf(is), was]))
  const before = new Map(from.tables.map(table => [nameOf(table), table]))
  const questions: Question[] = [...tables.questions]
  const changes: Change[] = tables.pairs.flatMap(([was, is]) => renameTable(was, is))
  const wasOf = (is: TableModel): TableModel | undefined => renamed.get(nameOf(is)) ?? before.get(nameOf(is))
  const columns = new Map<TableModel, ReadonlyMap<string, string>>()
  for (const is of byDepth(to, to.tables, one => one)) {
    const was = wasOf(is)
    if (was === undefined) continue
    const above = parentKeys(is)
      .flatMap(key => to.tableByKey.get(key) ?? [])
      .filter(one => parentKeys(was).includes(wasOf(one)?.key ?? ''))
    const handed = new Map(above.flatMap(one => [...(columns.get(one) ?? [])]))
    const isShared = (name: string): boolean => above.some(one => wasOf(one)?.columnByName.has(name) === true)
    const found = columnRenames(was, is, hints, handed, isShared)
    columns.set(is, new Map([...handed, ...found.pairs.map(([old, { name }]) => [old.name, name] as const)]))
    changes.push(...found.pairs.map(([old, column]) => renameColumn(is, old.name, column.name)))
    questions.push(...found.questions)
  }
  const types = paired(from.enums, to.enums, nameOf)
  for (const [was, is] of types.both) {
    const old = was.values.filter(value => !is.values.includes(value))
    const fresh = is.values.filter(value => !was.values.includes(value))
    for (const value of old) {
      const hint = hints.take(`${label(is)}.${value}`)
      const [only] = fresh
      const isSeen =
        old.length === 1 && fresh.length === 1 && was.values.indexOf(value) === is.values.indexOf(only ?? '')
      const name =
        hint === undefined ? (isSeen && was.values.length === is.values.length ? only : undefined) : lastPart(hint)
      if (name !== undefined && name !== null) {
        if (!fresh.includes(name)) throw unknownRename(`${label(is)}.${value}`, name, fresh)
        changes.push(renameValue(is, value, name))
      } else if (hint === undefined && fresh.length > 0) {
        questions.push({ kind: 'enum value', from: `${label(is)}.${value}`, to: fresh })
      }
    }
  }
  hints.end()
  const [old, fresh] = [tables.pairs.map(([was]) => was), tables.pairs.map(([, is]) => is)]
  return {
    changes: [...makeWay(from, fresh, to), ...changes],
    back: [...makeWay(to, old, from), ...changes.toReversed().map(undone)],
    questions,
  }
}

/** A rename has an inverse, always. */
function undone(change: Change): Change {
  return { ...change, sql: change.inverse ?? '', inverse: change.sql }
}

/** What was told, and which of it has been used. */
class Hints {
  readonly #told: Map<string, string | null>

  constructor(told: Renames, wanted: Model) {
    const ofLiteral = wanted.tables.flatMap(table => [
      ...(table.renamedFrom === null ? [] : [[table.renamedFrom, table.name] as const]),
      ...table.columns.flatMap(column =>
        column.renamedFrom === null ? [] : [[label(table, column.renamedFrom), column.name] as const],
      ),
    ])
    this.#literal = new Map(ofLiteral)
    this.#told = new Map(Object.entries(told))
  }

  readonly #literal: ReadonlyMap<string, string>

  take(name: string): string | null | undefined {
    const told = this.#told.get(name)
    this.#told.delete(name)
    return told === undefined ? this.#literal.get(name) : told
  }

  /** What the literal says stays there after it was done; what was told for this once must be of use. */
  end(): void {
    for (const [name, to] of this.#told) throw new MigrationError('renameOfNothing', [name, to ?? ''])
  }
}

interface Found<Thing> {
  readonly pairs: readonly (readonly [was: Thing, is: Thing])[]
  readonly questions: readonly Question[]
}

function tableRenames(from: Model, to: Model, hints: Hints): Found<TableModel> {
  const { gone, fresh } = paired(from.tables, to.tables, nameOf)
  const columns = (table: TableModel): string =>
    table.columns
      .map(column => `${column.name} ${definition(table, column)}`)
      .sort()
      .join()
  const pairs: (readonly [TableModel, TableModel])[] = []
  const questions: Question[] = []
  for (const was of gone) {
    const hint = hints.take(label(was))
    if (hint === null) continue
    const alike = fresh.filter(is => columns(is) === columns(was) && was.columns.length > 1)
    const isOnly = alike.length === 1 && gone.filter(one => columns(one) === columns(was)).length === 1
    const is =
      hint === undefined ? (isOnly ? alike[0] : undefined) : fresh.find(one => label(one) === hint || one.name === hint)
    if (hint !== undefined && is === undefined)
      throw unknownRename(
        label(was),
        hint,
        fresh.map(one => label(one)),
      )
    if (is !== undefined) pairs.push([was, is])
    else {
      const shared = (one: TableModel): number => one.columns.filter(column => was.columnByName.has(column.name)).length
      const near = fresh.filter(one => shared(one) * 2 >= Math.max(one.columns.length, was.columns.length))
      if (near.length > 0) questions.push({ kind: 'table', from: label(was), to: near.map(one => label(one)) })
    }
  }
  return { pairs, questions }
}

/** Everything of a column but its name and its comment. */
function definition(table: TableModel, column: ColumnModel): string {
  return columnDefinition(table, {
    ...column,
    name: '',
    notNullName: null,
    notNullAlone: false,
    notNullInherited: false,
    identity: column.identity && { ...column.identity, sequence: null },
  })
}

/**
 * @param handed those of the tables above, which rename the columns of their names below, too
 * @param isShared whether a table above has a column of a name, which cannot be renamed here alone
 */
function columnRenames(
  was: TableModel,
  is: TableModel,
  hints: Hints,
  handed: ReadonlyMap<string, string>,
  isShared: (name: string) => boolean,
): Found<ColumnModel> {
  const { gone, fresh } = paired(was.columns, is.columns, column => column.name)
  const pairs: (readonly [ColumnModel, ColumnModel])[] = []
  const questions: Question[] = []
  for (const old of gone.filter(column => !column.inherited)) {
    const told = hints.take(label(was, old.name))
    const hint = told === undefined ? hints.take(label(is, old.name)) : told
    if (hint === null || handed.has(old.name) || (hint === undefined && isShared(old.name))) continue
    const [only] = fresh
    const isSeen =
      gone.length === 1 &&
      fresh.length === 1 &&
      only !== undefined &&
      was.columns.indexOf(old) === is.columns.indexOf(only) &&
      definition(was, old) === definition(is, only)
    const name = hint === undefined ? undefined : lastPart(hint)
    const column = name === undefined ? (isSeen ? only : undefined) : fresh.find(one => one.name === name)
    if (name !== undefined && column === undefined)
      throw unknownRename(
        label(was, old.name),
        name ?? '',
        fresh.map(one => one.name),
      )
    if (column !== undefined) pairs.push([old, column])
    else {
      const isLike = (from: ColumnModel, to: ColumnModel): boolean => isSpeltAlike(from.name, to.name)
      const alike = fresh.filter(one => definition(is, one) === definition(was, old))
      const spelt = alike.filter(one => isLike(old, one))
      // What another that is gone is spelt like has become of that, if of any.
      const others = gone.filter(one => one !== old && definition(was, one) === definition(was, old))
      const near = spelt.length > 0 ? spelt : alike.filter(one => !others.some(other => isLike(other, one)))
      if (near.length > 0)
        questions.push({ kind: 'column', from: label(was, old.name), to: near.map(one => label(is, one.name)) })
    }
  }
  return { pairs, questions }
}

function lastPart<Name extends string | null>(name: Name): Name | string {
  return name === null ? name : name.slice(name.lastIndexOf('.') + 1)
}

function unknownRename(from: string, to: string, known: readonly string[]): MigrationError {
  return new MigrationError('renameToNothing', [from, to, suggestion(to, known)])
}

/** Names that what goes has, and that what comes wants: relations of a schema share one set of names, and types with them. */
import { derivedName } from '../../base/identifier.ts'
import type { IndexModel, Model, QualifiedName, TableModel } from '../../schema/model.ts'
import { nameOf } from './identity.ts'
import { once } from './once.ts'

/** Everything whose name a table takes: itself, its keys and indexes, its sequences. */
export function takenBy(table: TableModel): string[] {
  const { schema } = table
  const names = [
    table.name,
    ...(table.primaryKey === null ? [] : [table.primaryKey.name]),
    ...table.uniques.map(key => key.name),
    ...table.excludes.map(one => one.name),
    ...table.indexes.map(index => index.name),
    ...table.columns.flatMap(column =>
      column.identity !== null || column.type.kind.endsWith('serial')
        ? [column.identity?.sequence ?? derivedName(table.name, column.name, 'seq')]
        : [],
    ),
  ]
  return names.map(name => nameOf({ schema, name }))
}

/** What has each name that a model takes. */
function holders(model: Model): ReadonlyMap<string, string> {
  return new Map([
    ...model.tables.flatMap(table => takenBy(table).map((name): [string, string] => [name, `table ${nameOf(table)}`])),
    ...model.views.flatMap(view => [
      [nameOf(view), 'view'] as [string, string],
      ...view.indexes.map((index): [string, string] => [
        nameOf({ schema: view.schema, name: index.name }),
        `view ${nameOf(view)}`,
      ]),
    ]),
    ...model.sequences.map((one): [string, string] => [nameOf(one), 'sequence']),
    ...[...model.enums, ...model.types].map((one: QualifiedName): [string, string] => [nameOf(one), 'type']),
  ])
}

export const heldNames = once((model: Model): ReadonlySet<string> => new Set(holders(model).keys()))

/** The names that a model takes, less those that the other has for the same. */
export function wantedNames(from: Model, to: Model): ReadonlySet<string> {
  const taken = holders(from)
  const wants = ([name, holder]: [string, string]): boolean => taken.has(name) && taken.get(name) !== holder
  return new Set([...holders(to)].flatMap(one => (wants(one) ? [one[0]] : [])))
}

/** Whether an index has a name that something else wants. */
export function isWanted(wanted: ReadonlySet<string>, relation: QualifiedName, index: IndexModel): boolean {
  return wanted.has(nameOf({ schema: relation.schema, name: index.name }))
}

/** A table as it is read with others: those that its rows continue, and those that go on with some of its rows. */
import { quote, quoteQualified } from '../base/identifier.ts'
import type { ColumnModel, TableModel } from '../schema/model.ts'

/**
 * A table with the columns and relations of those above it. All have the same key, by which they are joined; only those that a
 * statement names a column of.
 */
export interface View extends TableModel {
  /** The table itself. */
  readonly own: TableModel
  /** The tables that have a row for each of its own. */
  readonly above: readonly TableModel[]
  /** The tables that have a row for some of its own. */
  readonly below: readonly TableModel[]
  /** The columns that tell what a row is, always read. */
  readonly telling: readonly ColumnModel[]
  /** The columns of a whole row: those of the table, then those of the tables below, whose keys tell whether they have a row. */
  readonly whole: readonly ColumnModel[]
}

export function isView(table: TableModel): table is View {
  return 'own' in table
}

/** The aliases of the tables that are joined to others in a statement. */
export class JoinedAliases {
  readonly #byAlias = new Map<string, Map<TableModel, string>>()

  /** The alias of the table that has a column. @param make a new alias */
  of(alias: string, view: View, column: ColumnModel, make: () => string): string {
    let joined = this.#byAlias.get(alias)
    if (joined === undefined) {
      joined = new Map()
      this.#byAlias.set(alias, joined)
    }
    const table = [...view.above, ...view.below].find(one => one.columnByKey.get(column.key) === column)
    if (table === undefined) return alias
    const known = joined.get(table) ?? make()
    joined.set(table, known)
    return known
  }

  /** The joins to an alias. */
  text(alias: string, view: View): string {
    return [...(this.#byAlias.get(alias) ?? [])]
      .map(([table, other]) => {
        const on = (view.own.primaryKey?.columns ?? []).map(({ key, name }) => {
          const same = table.columnByKey.get(key)?.name ?? ''
          return `${other}.${quote(same)} = ${alias}.${quote(name)}`
        })
        const word = view.above.includes(table) ? 'join' : 'left join'
        return ` ${word} ${quoteQualified(table)} as ${other} on ${on.join(' and ')}`
      })
      .join('')
  }

  /** The aliases of the tables that have a row for each. */
  above(alias: string, view: View): string[] {
    return [...(this.#byAlias.get(alias) ?? [])].flatMap(([table, other]) =>
      view.above.includes(table) ? [other] : [],
    )
  }
}

/** Whether a selection has all columns of a table that others go on from, and none of theirs: these are read by themselves. */
export function isContinued(table: TableModel, columns: readonly ColumnModel[]): boolean {
  return isView(table) && table.below.length > 0 && columns.length === table.columns.length
}

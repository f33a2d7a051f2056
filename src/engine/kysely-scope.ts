/** What the names in a Kysely query stand for, scope by scope. Nothing here changes a query. */
import {
  AliasNode,
  ColumnNode,
  type FromNode,
  IdentifierNode,
  type JoinNode,
  ListNode,
  type OperationNode,
  ReferenceNode,
  type SelectionNode,
  TableNode,
  type UsingNode,
  type WithNode,
} from 'kysely'
import type { ColumnModel, Model, TableModel } from '../schema/model.ts'

/** What a name in `from` stands for: a table of the schema, or rows whose columns are as the user named them. */
export type Source = TableModel | 'derived'

export interface Scope {
  readonly sources: ReadonlyMap<string, Source>
  /** The table that is written to. */
  readonly target: TableModel | null
  /** Names of common table expressions, which hide tables. */
  expressions: ReadonlySet<string>
  /** The names of the result, which `order by` reads first; of a union, whatever it reads. */
  readonly results: ReadonlySet<string> | 'any'
}

/** Nodes of every kind of query, as far as they bring names into sight. */
type Query = OperationNode & {
  readonly from?: FromNode
  readonly joins?: readonly JoinNode[]
  readonly into?: OperationNode
  readonly table?: OperationNode
  readonly using?: UsingNode | JoinNode
  readonly with?: WithNode
  readonly selections?: readonly SelectionNode[]
  readonly setOperations?: readonly OperationNode[]
}

/** The queries around the one that is looked at, innermost last. */
export class NameScopes {
  readonly #model: Model
  readonly #scopes: Scope[] = []

  constructor(model: Model) {
    this.#model = model
  }

  get current(): Scope | undefined {
    return this.#scopes.at(-1)
  }

  enter(query: OperationNode): void {
    this.#scopes.push(this.#scopeOf(query))
  }

  leave(): void {
    this.#scopes.pop()
  }

  /** The table's name in the database; null where that is what is written already. */
  table(node: TableNode): TableNode | null {
    const [key, table] = this.#named(node, name => this.#hidden(name))
    if (table === 'derived' || (table.name === key && table.schema === 'public')) return null
    return table.schema === 'public'
      ? TableNode.create(table.name)
      : TableNode.createWithSchema(table.schema, table.name)
  }

  /** The table that is written to. */
  target(): TableModel | null {
    return this.#scopes.findLast(scope => scope.target !== null)?.target ?? null
  }

  /** The schema's column that a reference means: from the innermost query outwards, as SQL looks for it. */
  column(node: ReferenceNode): ColumnModel | null {
    const key = columnName(node)
    if (key === null || node.table?.table.schema !== undefined) return null
    const alias = node.table?.table.identifier.name
    for (const { sources, target } of this.#scopes.toReversed()) {
      if (alias !== undefined) {
        const source = sources.get(alias) ?? (alias === 'excluded' ? target : null)
        if (source === 'derived') return null
        if (source !== null) return source.columnByKey.get(key) ?? null
        continue
      }
      const tables = [...sources.values()]
      for (const table of tables) {
        const column = table === 'derived' ? undefined : table.columnByKey.get(key)
        if (column !== undefined) return column
      }
      // It may well be a column of what the user named, and then no outer table's.
      if (tables.includes('derived')) return null
    }
    return null
  }

  #scopeOf(query: Query): Scope {
    const expressions = new Set((query.with?.expressions ?? []).map(({ name }) => name.table.table.identifier.name))
    const hidden = (name: string): boolean => expressions.has(name) || this.#hidden(name)
    const sources = new Map<string, Source>()
    const add = (node: OperationNode): void => {
      const items = ListNode.is(node) ? node.items : [node]
      for (const item of items) {
        const [name, source] = this.#named(item, hidden)
        if (name !== null) sources.set(name, source)
      }
    }
    const written = query.into ?? (query.kind === 'UpdateQueryNode' ? query.table : undefined)
    if (written !== undefined) add(written)
    const target = [...sources.values()][0] ?? null
    for (const from of query.from?.froms ?? []) add(from)
    for (const join of query.joins ?? []) add(join.table)
    if (query.using !== undefined) for (const table of usedTables(query.using)) add(table)
    return { sources, target: target === 'derived' ? null : target, expressions, results: resultsOf(query) }
  }

  #named(node: OperationNode, hidden: (name: string) => boolean): readonly [name: string | null, source: Source] {
    if (TableNode.is(node)) {
      const { identifier, schema } = node.table
      const table =
        schema === undefined && !hidden(identifier.name) ? this.#model.tableByKey.get(identifier.name) : undefined
      return [identifier.name, table ?? 'derived']
    }
    if (!AliasNode.is(node)) return [null, 'derived']
    const name = IdentifierNode.is(node.alias) ? node.alias.name : null
    return [name, TableNode.is(node.node) ? this.#named(node.node, hidden)[1] : 'derived']
  }

  #hidden(name: string): boolean {
    return this.#scopes.some(scope => scope.expressions.has(name))
  }
}

function usedTables(node: UsingNode | JoinNode): readonly OperationNode[] {
  return 'tables' in node ? node.tables : [node.table]
}

function resultsOf({ selections, setOperations }: Query): Scope['results'] {
  if (setOperations !== undefined) return 'any'
  const names = (selections ?? []).map(({ selection }) => {
    if (!AliasNode.is(selection)) return columnName(selection)
    return IdentifierNode.is(selection.alias) ? selection.alias.name : null
  })
  return new Set(names.filter(name => name !== null))
}

/** The column that a reference names; null for anything else. */
export function columnName(node: OperationNode): string | null {
  return ReferenceNode.is(node) && ColumnNode.is(node.column) ? node.column.column.name : null
}

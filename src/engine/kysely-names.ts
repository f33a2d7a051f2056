/**
 * Kysely's queries in the literal's names, made queries in the database's. Aliases, common table expressions and derived
 * columns are the user's own and stay; so does every name that is not the schema's.
 */
import {
  type AggregateFunctionNode,
  AliasNode,
  type BinaryOperationNode,
  ColumnNode,
  type ColumnUpdateNode,
  type FromNode,
  IdentifierNode,
  type InsertQueryNode,
  type JoinNode,
  ListNode,
  type MergeQueryNode,
  OperationNodeTransformer,
  type OperationNode,
  type OrderByItemNode,
  type OnConflictNode,
  OperatorNode,
  PrimitiveValueListNode,
  ReferenceNode,
  type ReturningNode,
  SelectAllNode,
  type SelectQueryNode,
  SelectionNode,
  TableNode,
  type UsingNode,
  ValueListNode,
  ValueNode,
  type ValuesNode,
  type WithNode,
} from 'kysely'
import { columnEncoder } from '../schema/column-encoder.ts'
import type { ColumnModel, Model, TableModel } from '../schema/model.ts'
import { encodedOperand, encodedValue } from './kysely-values.ts'
import { NameScopes, type Source, columnName } from './kysely-scope.ts'

const scoped: ReadonlySet<string> = new Set([
  'SelectQueryNode',
  'InsertQueryNode',
  'UpdateQueryNode',
  'DeleteQueryNode',
  'MergeQueryNode',
])

/** A query begun on the builder itself reaches the query it becomes a part of translated already. */
const translated = new WeakSet<OperationNode>()

/** Operators between a column and a value of the column's own type. */
const comparisons: ReadonlySet<string> = new Set([
  '=',
  '==',
  '!=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not in',
  'is distinct from',
  'is not distinct from',
  '@>',
  '<@',
  '&&',
])

/** Translates queries, one after the other. After it has thrown it is of no more use. */
export class NameTransformer extends OperationNodeTransformer {
  readonly #model: Model
  readonly #scopes: NameScopes

  constructor(model: Model) {
    super()
    this.#model = model
    this.#scopes = new NameScopes(model)
  }

  protected override transformNodeImpl<Node extends OperationNode>(node: Node): Node {
    if (!scoped.has(node.kind)) return super.transformNodeImpl(node)
    if (translated.has(node)) return node
    this.#scopes.enter(node)
    try {
      const made = super.transformNodeImpl(node)
      translated.add(made)
      return made
    } finally {
      this.#scopes.leave()
    }
  }

  protected override transformSelectQuery(node: SelectQueryNode): SelectQueryNode {
    return super.transformSelectQuery({ ...node, selections: node.selections && this.#expanded(node.selections) })
  }

  protected override transformReturning(node: ReturningNode): ReturningNode {
    return super.transformReturning({ ...node, selections: this.#expanded(node.selections) })
  }

  /** A plain column keeps the literal's name in the result. */
  protected override transformSelection(node: SelectionNode): SelectionNode {
    const transformed = super.transformSelection(node)
    const before = columnName(node.selection)
    const after = columnName(transformed.selection)
    if (before === null || after === null || before === after) return transformed
    return SelectionNode.create(AliasNode.create(transformed.selection, IdentifierNode.create(before)))
  }

  protected override transformReference(node: ReferenceNode): ReferenceNode {
    const column = this.#scopes.column(node)
    return column === null ? node : renamed(node, column)
  }

  /** A table where rows come from or go to. It is given the literal's name as its alias, so that references need no change. */
  protected override transformFrom(node: FromNode): FromNode {
    return { ...node, froms: node.froms.map(from => this.#source(from)) }
  }

  protected override transformJoin(node: JoinNode): JoinNode {
    return { ...node, table: this.#source(node.table), ...(node.on && { on: this.transformNode(node.on) }) }
  }

  protected override transformUsing(node: UsingNode): UsingNode {
    return { ...node, tables: node.tables.map(table => this.#source(table)) }
  }

  protected override transformUpdateQuery(node: Parameters<OperationNodeTransformer['transformUpdateQuery']>[0]) {
    return {
      ...super.transformUpdateQuery({ ...node, table: undefined }),
      table: node.table && this.#source(node.table),
    }
  }

  protected override transformMergeQuery(node: MergeQueryNode): MergeQueryNode {
    return { ...super.transformMergeQuery(node), into: this.#source(node.into) as AliasNode }
  }

  protected override transformInsertQuery(node: InsertQueryNode): InsertQueryNode {
    const target = this.#scopes.target()
    return {
      ...super.transformInsertQuery({
        ...node,
        into: undefined,
        values: node.values && this.#encodedRows(node.values, node.columns ?? [], target),
      }),
      // Kysely prints whatever node is here; its type knows only of a plain table.
      into: node.into && (this.#source(node.into) as TableNode),
      columns: node.columns?.map(column => targetColumn(column, target)),
    }
  }

  protected override transformOnConflict(node: OnConflictNode): OnConflictNode {
    const target = this.#scopes.target()
    return { ...super.transformOnConflict(node), columns: node.columns?.map(column => targetColumn(column, target)) }
  }

  protected override transformColumnUpdate(node: ColumnUpdateNode): ColumnUpdateNode {
    const target = this.#scopes.target()
    const key = ColumnNode.is(node.column) ? node.column.column.name : columnName(node.column)
    const column = key === null ? undefined : target?.columnByKey.get(key)
    const transformed = super.transformColumnUpdate(node)
    if (column === undefined) return transformed
    return {
      ...transformed,
      column: ColumnNode.create(column.name),
      value: encodedValue(transformed.value, this.#encoder(column)),
    }
  }

  protected override transformBinaryOperation(node: BinaryOperationNode): BinaryOperationNode {
    const transformed = super.transformBinaryOperation(node)
    const column = ReferenceNode.is(node.leftOperand) ? this.#scopes.column(node.leftOperand) : null
    const operator = OperatorNode.is(node.operator) ? node.operator.operator : ''
    if (column === null || !comparisons.has(operator)) return transformed
    const { rightOperand } = transformed
    // Kysely takes any array for a list; only `in` has one.
    const value =
      PrimitiveValueListNode.is(rightOperand) && operator !== 'in' && operator !== 'not in'
        ? ValueNode.create(rightOperand.values)
        : rightOperand
    return { ...transformed, rightOperand: encodedOperand(value, column, this.#encoder(column)) }
  }

  /** A bare name in `order by` is first a column of the result, and in an expression never. */
  protected override transformOrderByItem(node: OrderByItemNode): OrderByItemNode {
    const transformed = super.transformOrderByItem(node)
    const { orderBy, collation } = node
    if (!ReferenceNode.is(orderBy) || orderBy.table !== undefined || collation !== undefined) return transformed
    const results = this.#scopes.current?.results ?? new Set<string>()
    const own = results === 'any' || results.has(columnName(orderBy) ?? '')
    // Within `over (…)` or an aggregate there are only the tables.
    const inside = this.nodeStack.some(
      (outer, at) => at > this.nodeStack.findLastIndex(isScoped) && windows.has(outer.kind),
    )
    return own && !inside ? { ...transformed, orderBy } : transformed
  }

  /** A common table expression sees those before it, and itself when it is recursive. */
  protected override transformWith(node: WithNode): WithNode {
    const scope = this.#scopes.current
    if (scope === undefined || node.recursive) return super.transformWith(node)
    const all = scope.expressions
    const seen = new Set<string>()
    scope.expressions = seen
    const expressions = node.expressions.map(expression => {
      const transformed = this.transformNode(expression)
      seen.add(expression.name.table.table.identifier.name)
      return transformed
    })
    scope.expressions = all
    return { ...node, expressions }
  }

  #source(node: OperationNode): OperationNode {
    if (ListNode.is(node)) return { ...node, items: node.items.map(item => this.#source(item)) } as ListNode
    if (AliasNode.is(node) && TableNode.is(node.node))
      return { ...node, node: this.#scopes.table(node.node) ?? node.node } as AliasNode
    if (!TableNode.is(node)) return this.transformNode(node)
    const table = this.#scopes.table(node)
    return table === null ? node : AliasNode.create(table, IdentifierNode.create(node.table.identifier.name))
  }

  /** `*` written out where the database's names are not the literal's. */
  #expanded(selections: readonly SelectionNode[]): SelectionNode[] {
    const sources = this.#scopes.current?.sources ?? new Map<string, Source>()
    return selections.flatMap(node => {
      const { selection } = node
      if (SelectAllNode.is(selection)) {
        if (![...sources.values()].some(hasOtherNames)) return [node]
        return [...sources].flatMap(([alias, source]) => allOf(alias, source))
      }
      if (!ReferenceNode.is(selection) || !SelectAllNode.is(selection.column) || selection.table === undefined)
        return [node]
      const alias = selection.table.table.identifier.name
      const source = sources.get(alias) ?? 'derived'
      return hasOtherNames(source) ? allOf(alias, source) : [node]
    })
  }

  #encodedRows(values: OperationNode, columns: readonly ColumnNode[], target: TableModel | null): OperationNode {
    if (values.kind !== 'ValuesNode') return values
    const encoders = columns.map(({ column }) => {
      const model = target?.columnByKey.get(column.name)
      return model === undefined ? (value: unknown) => value : this.#encoder(model)
    })
    const rows = (values as ValuesNode).values.map(row =>
      PrimitiveValueListNode.is(row)
        ? PrimitiveValueListNode.create(encoders.map((encode, at) => encode(row.values[at])))
        : ValueListNode.create(row.values.map((value, at) => encodedValue(value, encoders[at]))),
    )
    return { ...values, values: rows } as ValuesNode
  }

  #encoder(column: ColumnModel): (value: unknown) => unknown {
    return columnEncoder(this.#model, column)
  }
}

const windows: ReadonlySet<string> = new Set<(AggregateFunctionNode | OperationNode)['kind']>([
  'OverNode',
  'AggregateFunctionNode',
])

function isScoped(node: OperationNode): boolean {
  return scoped.has(node.kind)
}

function renamed(node: ReferenceNode, column: ColumnModel): ReferenceNode {
  return ReferenceNode.create(ColumnNode.create(column.name), node.table)
}

function targetColumn(node: ColumnNode, target: TableModel | null): ColumnNode {
  const column = target?.columnByKey.get(node.column.name)
  return column === undefined ? node : ColumnNode.create(column.name)
}

function hasOtherNames(source: Source): boolean {
  return source !== 'derived' && source.columns.some(column => column.key !== column.name)
}

function allOf(alias: string, source: Source): SelectionNode[] {
  const table = TableNode.create(alias)
  if (source === 'derived') return [SelectionNode.createSelectAllFromTable(table)]
  return source.columns.map(column => SelectionNode.create(ReferenceNode.create(ColumnNode.create(column.key), table)))
}

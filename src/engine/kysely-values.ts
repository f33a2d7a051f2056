/** Values in Kysely's queries, in the form of the columns that they are written to or held against. */
import { type OperationNode, PrimitiveValueListNode, ValueListNode, ValueNode } from 'kysely'
import type { ColumnModel } from '../schema/model.ts'

type Encode = (value: unknown) => unknown

/** A value that is written to a column. */
export function encodedValue(node: OperationNode, encoder: Encode = value => value): OperationNode {
  return ValueNode.is(node) && !node.immediate ? ValueNode.create(encoder(node.value)) : node
}

/** What `encodeParameter` cannot know: that an array or an object is JSON, a range, or of a type of the user's. */
export function encodedOperand(node: OperationNode, column: ColumnModel, encoder: Encode): OperationNode {
  const encode = (value: unknown): unknown => {
    const own =
      column.type.kind === 'custom' || (typeof value === 'object' && value !== null && !(value instanceof Date))
    return own ? encoder(value) : value
  }
  if (ValueNode.is(node) && !node.immediate) return ValueNode.create(encode(node.value))
  if (PrimitiveValueListNode.is(node)) return PrimitiveValueListNode.create(node.values.map(encode))
  if (ValueListNode.is(node))
    return ValueListNode.create(node.values.map(value => encodedOperand(value, column, encoder)))
  return node
}

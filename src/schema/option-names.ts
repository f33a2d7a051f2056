/** The options that a column and a table may have: a literal that reaches the runtime untyped is held against them. */
import type { AnyColumn, AnyTable } from '../../types/literal.ts'

/** A record with every name of a type, so that a forgotten one does not compile. */
type Named<Shape> = Record<keyof Shape, true>

const columnOptions: Named<AnyColumn> = {
  type: true,
  primaryKey: true,
  nullable: true,
  unique: true,
  default: true,
  references: true,
  onDelete: true,
  onUpdate: true,
  deferrable: true,
  as: true,
  inverse: true,
  cascade: true,
  check: true,
  name: true,
  comment: true,
  identity: true,
  generated: true,
  stored: true,
  notNull: true,
  inherited: true,
  collate: true,
  version: true,
  renamedFrom: true,
  mode: true,
  length: true,
  precision: true,
  scale: true,
  fields: true,
  of: true,
  enum: true,
  domain: true,
  composite: true,
  custom: true,
}

const tableOptions: Named<AnyTable> = {
  columns: true,
  primaryKey: true,
  uniques: true,
  indexes: true,
  checks: true,
  foreignKeys: true,
  excludes: true,
  link: true,
  comment: true,
  name: true,
  schema: true,
  partitionBy: true,
  partitionOf: true,
  inherits: true,
  unlogged: true,
  with: true,
  rowSecurity: true,
  policies: true,
  triggers: true,
  renamedFrom: true,
  dependsOn: true,
}

export const columnOptionNames: readonly string[] = Object.keys(columnOptions)
export const tableOptionNames: readonly string[] = Object.keys(tableOptions)

/** The options that a column and a table may have, and what each takes: a literal that reaches the runtime untyped is held against them. */
import type { AnyColumn, AnyTable } from '../../types/literal.ts'
import type { Wanted } from './wanted.ts'

/** A record with every name of a type, so that a forgotten one does not compile. */
type Named<Shape> = Record<keyof Shape, Wanted>

export const actions = ['cascade', 'restrict', 'set null', 'set default', 'no action'] as const
export const deferrable = [true, false, 'initially deferred', 'initially immediate'] as const

export const columnOptions: Named<AnyColumn> = {
  type: 'anything',
  primaryKey: 'boolean',
  nullable: 'boolean',
  unique: 'anything',
  default: 'anything',
  references: 'string',
  foreignKey: 'string',
  onDelete: actions,
  onUpdate: actions,
  deferrable,
  as: 'string',
  inverse: 'string',
  cascade: 'strings',
  check: 'anything',
  name: 'string',
  comment: 'string',
  identity: 'anything',
  generated: 'sql',
  stored: 'boolean',
  notNull: 'anything',
  inherited: 'boolean',
  collate: 'string',
  version: 'boolean',
  renamedFrom: 'string',
  mode: 'string',
  length: 'number',
  precision: 'number',
  scale: 'number',
  fields: 'string',
  of: 'object',
  enum: 'object',
  domain: 'object',
  composite: 'object',
  custom: 'object',
}

export const tableOptions: Named<AnyTable> = {
  columns: 'object',
  primaryKey: 'anything',
  uniques: 'object',
  indexes: 'object',
  checks: 'object',
  foreignKeys: 'object',
  excludes: 'object',
  link: 'object',
  comment: 'string',
  name: 'string',
  schema: 'string',
  partitionBy: 'object',
  partitionOf: 'object',
  inherits: 'strings',
  unlogged: 'boolean',
  with: 'object',
  rowSecurity: ['off', 'on', 'forced'],
  policies: 'object',
  triggers: 'object',
  renamedFrom: 'string',
  dependsOn: 'strings',
}

export const columnOptionNames: readonly string[] = Object.keys(columnOptions)
export const tableOptionNames: readonly string[] = Object.keys(tableOptions)

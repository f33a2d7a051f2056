/** A Model as the statements that make it. Nothing here asks a database what is there already. */
import { literal, quote } from '../base/identifier.ts'
import type { Statement } from '../base/statement.ts'
import type { Model } from '../schema/model.ts'
import { commentOn, commentOnIndexes, comments } from './comment.ts'
import { addConstraint, foreignKeyClause } from './constraint.ts'
import { creationOrder, type Part } from './creation-order.ts'
import { statementText } from './fragment-text.ts'
import { createIndex } from './index-statement.ts'
import { laterKeys } from './later-keys.ts'
import { attachPartition, createPartitions } from './partition.ts'
import { createPolicy, enableRowSecurity, forceRowSecurity } from './policy.ts'
import { createRaw } from './raw.ts'
import { repeatedConstraints } from './repeated-constraints.ts'
import { createSequence, ownSequence } from './sequence.ts'
import { createTable } from './table.ts'
import { createTrigger } from './trigger.ts'
import { createComposite, createDomain, createEnum } from './user-type.ts'
import { createView, viewWord } from './view.ts'

/**
 * The statements that create everything the model holds, each after what it depends on. Run again they change
 * nothing: what stands is left as it is, even where the model says otherwise (that is for a migration). Plain views and
 * functions are the exception, being created `or replace`.
 */
export function createAll(model: Model): Statement[] {
  const later = laterKeys(model)
  const statements = (part: Part): string[] => {
    switch (part.kind) {
      case 'start':
        return [
          ...schemaNames(model).map(name => `create schema if not exists ${quote(name)}`),
          ...model.extensions.map(createExtension),
        ]
      case 'raw':
        return [createRaw(part.raw)]
      case 'sequence':
        return [createSequence(part.sequence)]
      case 'enum':
        return [createEnum(part.enum)]
      case 'type':
        return [part.type.kind === 'domain' ? createDomain(part.type) : createComposite(part.type)]
      case 'function':
        return functionStatements(part.function)
      case 'table':
        return [
          createTable(model, part.table, new Set(later.keys())),
          ...(part.table.partitionBy === null ? [] : createPartitions(part.table, part.table.partitionBy)),
          ...repeatedConstraints(part.table).map(one => addConstraint(part.table, one.name, one.clause)),
        ]
      case 'between':
        return [
          ...model.sequences.flatMap(sequence => ownSequence(model, sequence)),
          ...model.sortedTables.flatMap(table => table.indexes.map(index => createIndex(table, index))),
          ...[...later].map(([key, table]) => addConstraint(table, key.name, foreignKeyClause(model, key))),
          ...model.sortedTables.flatMap(table =>
            table.partitionOf === null ? [] : [attachPartition(model, table, table.partitionOf)],
          ),
          ...comments(model),
        ]
      case 'view':
        return [createView(part.view), ...commentOn(viewWord(part.view), part.view, part.view.comment)]
      case 'end':
        return [
          ...model.views.flatMap(view => view.indexes.map(index => createIndex(view, index))),
          ...model.views.flatMap(view => commentOnIndexes(view, view.indexes)),
          ...model.sortedTables.flatMap(table => table.triggers.map(trigger => createTrigger(table, trigger))),
          ...model.sortedTables.flatMap(table => [
            ...(table.rowSecurity === 'off' ? [] : [enableRowSecurity(table)]),
            ...(table.rowSecurity === 'forced' ? [forceRowSecurity(table)] : []),
            ...table.policies.map(policy => createPolicy(table, policy)),
          ]),
        ]
    }
  }
  return creationOrder(model)
    .flatMap(statements)
    .map(text => ({ text, values: [] }))
}

/** Also the schemas that only an extension lives in; those of Postgres's own are always there. */
export function schemaNames(model: Model): string[] {
  const names = [...model.schemas, ...model.extensions.flatMap(({ schema }) => (schema === null ? [] : [schema]))]
  return [...new Set(names)].filter(name => name !== 'public' && !name.startsWith('pg_'))
}

export function createExtension({ name, schema, version }: Model['extensions'][number]): string {
  const words = [`create extension if not exists ${quote(name)}`]
  if (schema !== null) words.push(`schema ${quote(schema)}`)
  if (version !== null) words.push(`version ${literal(version)}`)
  return words.join(' ')
}

/** A function whose body may name what is made later is made unread. */
export function functionStatements(given: Model['functions'][number]): string[] {
  const create = statementText(given.sql)
  return given.checkBody === false ? [unread, create, read] : [create]
}

const unread = 'set local check_function_bodies = off'
const read = 'set local check_function_bodies = on'

/** A Model as the statements that make it. Nothing here asks a database what is there already. */
import { literal, quote } from '../base/identifier.ts'
import type { Statement } from '../base/statement.ts'
import type { Model } from '../schema/model.ts'
import { commentOn, commentOnIndexes, comments } from './comment.ts'
import { addConstraint, foreignKeyClause } from './constraint.ts'
import { statementText } from './fragment-text.ts'
import { createIndex } from './index-statement.ts'
import { laterKeys } from './later-keys.ts'
import { createPartitions } from './partition.ts'
import { createPolicy, enableRowSecurity } from './policy.ts'
import { createSequence } from './sequence.ts'
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
  return [
    ...schemas(model).map(name => `create schema if not exists ${quote(name)}`),
    ...model.extensions.map(createExtension),
    ...model.sequences.map(createSequence),
    ...model.enums.map(createEnum),
    ...model.types.map(type => (type.kind === 'domain' ? createDomain(type) : createComposite(type))),
    ...functions(model, 'before'),
    ...model.sortedTables.flatMap(table => [
      createTable(model, table, new Set(later.keys())),
      ...(table.partitionBy === null ? [] : createPartitions(table, table.partitionBy)),
    ]),
    ...model.sortedTables.flatMap(table => table.indexes.map(index => createIndex(table, index))),
    ...[...later].map(([key, table]) => addConstraint(table, key.name, foreignKeyClause(model, key))),
    ...comments(model),
    ...functions(model, 'after'),
    ...model.views.flatMap(view => [
      createView(view),
      ...view.indexes.map(index => createIndex(view, index)),
      ...commentOn(viewWord(view), view, view.comment),
      ...commentOnIndexes(view, view.indexes),
    ]),
    ...model.sortedTables.flatMap(table => table.triggers.map(trigger => createTrigger(table, trigger))),
    ...model.sortedTables.flatMap(table => [
      ...(table.policies.length === 0 ? [] : [enableRowSecurity(table)]),
      ...table.policies.map(policy => createPolicy(table, policy)),
    ]),
  ].map(text => ({ text, values: [] }))
}

/** Also the schemas that only an extension lives in; those of Postgres's own are always there. */
function schemas(model: Model): string[] {
  const names = [...model.schemas, ...model.extensions.flatMap(({ schema }) => (schema === null ? [] : [schema]))]
  return [...new Set(names)].filter(name => name !== 'public' && !name.startsWith('pg_'))
}

function createExtension({ name, schema, version }: Model['extensions'][number]): string {
  const words = [`create extension if not exists ${quote(name)}`]
  if (schema !== null) words.push(`schema ${quote(schema)}`)
  if (version !== null) words.push(`version ${literal(version)}`)
  return words.join(' ')
}

function functions(model: Model, when: 'before' | 'after'): string[] {
  return model.functions.filter(given => (given.when ?? 'after') === when).map(given => statementText(given.sql))
}

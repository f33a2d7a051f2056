/** A Model as the statements that make it. Nothing here asks a database what is there already. */
import { literal, quote } from '../base/identifier.ts'
import { toposort } from '../base/toposort.ts'
import type { Statement } from '../base/statement.ts'
import type { ForeignKeyModel, Model, QualifiedName, TableModel, TypeModel } from '../schema/model.ts'
import { commentOn, commentOnIndexes, comments } from './comment.ts'
import { addConstraint, foreignKeyClause } from './constraint.ts'
import { statementText } from './fragment-text.ts'
import { createIndex } from './index-statement.ts'
import { laterKeys } from './later-keys.ts'
import { attachPartition, createPartitions } from './partition.ts'
import { createPolicy, enableRowSecurity, forceRowSecurity } from './policy.ts'
import { createRaw } from './raw.ts'
import { createSequence, ownSequence } from './sequence.ts'
import { createTable } from './table.ts'
import { createTrigger } from './trigger.ts'
import { createComposite, createDomain, createEnum } from './user-type.ts'
import { createView, viewWord } from './view.ts'

/** Statements that belong together. */
interface Step {
  /** The key in the literal of what they make. */
  readonly key?: string
  /** The keys of what must be there before. */
  readonly needs: readonly string[]
  readonly statements: readonly string[]
}

/**
 * The statements that create everything the model holds, each after what it depends on. Run again they change
 * nothing: what stands is left as it is, even where the model says otherwise (that is for a migration). Plain views and
 * functions are the exception, being created `or replace`.
 */
export function createAll(model: Model): Statement[] {
  const all = steps(model)
  const byKey = new Map<string, Step[]>()
  for (const one of all) {
    if (one.key !== undefined) byKey.set(one.key, [...(byKey.get(one.key) ?? []), one])
  }
  const sorted = toposort(all, step => step.needs.flatMap(need => byKey.get(need) ?? []))
  return sorted.flatMap(step => step.statements).map(text => ({ text, values: [] }))
}

/** What is made, in the order of kinds. */
function steps(model: Model): Step[] {
  const later = laterKeys(model)
  const laterSet = new Set(later.keys())
  const tables = model.sortedTables
  return [
    step([
      ...schemas(model).map(name => `create schema if not exists ${quote(name)}`),
      ...model.extensions.map(createExtension),
    ]),
    ...rawSteps(model, 'first'),
    ...model.sequences.map(sequence => step([createSequence(sequence)], sequence.key)),
    ...model.enums.map(type => step([createEnum(type)], typeKey(type))),
    ...model.types.map(type =>
      step(
        [type.kind === 'domain' ? createDomain(type) : createComposite(type)],
        typeKey(type),
        type.kind === 'domain'
          ? [...typeNeeds(type.base), ...type.dependsOn]
          : type.fields.flatMap(field => typeNeeds(field.type)),
      ),
    ),
    ...functionSteps(model, 'before'),
    ...tables.map(table => tableStep(model, table, laterSet)),
    step([
      ...model.sequences.flatMap(sequence => ownSequence(model, sequence)),
      ...tables.flatMap(table => table.indexes.map(index => createIndex(table, index))),
      ...[...later].map(([key, table]) => addConstraint(table, key.name, foreignKeyClause(model, key))),
      ...tables.flatMap(table =>
        table.partitionOf === null ? [] : [attachPartition(model, table, table.partitionOf)],
      ),
      ...comments(model),
    ]),
    ...functionSteps(model, 'after'),
    ...model.views.map(view =>
      step([createView(view), ...commentOn(viewWord(view), view, view.comment)], view.key, view.dependsOn),
    ),
    step([
      ...model.views.flatMap(view => view.indexes.map(index => createIndex(view, index))),
      ...model.views.flatMap(view => commentOnIndexes(view, view.indexes)),
      ...tables.flatMap(table => table.triggers.map(trigger => createTrigger(table, trigger))),
      ...tables.flatMap(table => [
        ...(table.rowSecurity === 'off' ? [] : [enableRowSecurity(table)]),
        ...(table.rowSecurity === 'forced' ? [forceRowSecurity(table)] : []),
        ...table.policies.map(policy => createPolicy(table, policy)),
      ]),
    ]),
    ...rawSteps(model, 'last'),
  ]
}

function step(statements: readonly string[], key?: string, needs: readonly string[] = []): Step {
  return key === undefined ? { statements, needs } : { statements, needs, key }
}

function tableStep(model: Model, table: TableModel, later: ReadonlySet<ForeignKeyModel>): Step {
  const statements = [
    createTable(model, table, later),
    ...(table.partitionBy === null ? [] : createPartitions(table, table.partitionBy)),
  ]
  const targets = table.foreignKeys.filter(key => !later.has(key)).map(key => key.target)
  return step(statements, table.key, [...table.inherits, ...targets, ...table.dependsOn])
}

/** The type that a user made, at the bottom of a type. */
function typeNeeds(type: TypeModel): string[] {
  if (type.element !== null) return typeNeeds(type.element)
  const made = type.enum ?? type.domain ?? type.composite
  return made === null ? [] : [typeKey(made)]
}

function typeKey({ schema, name }: QualifiedName): string {
  return schema === 'public' ? name : `${schema}.${name}`
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

function functionSteps(model: Model, when: 'before' | 'after'): Step[] {
  return model.functions
    .filter(given => (given.when ?? 'after') === when)
    .map(given => {
      const create = statementText(given.sql)
      const statements = given.checkBody === false ? [unread, create, read] : [create]
      return step(statements, given.name, given.dependsOn)
    })
}

const unread = 'set local check_function_bodies = off'
const read = 'set local check_function_bodies = on'

function rawSteps(model: Model, when: 'first' | 'last'): Step[] {
  return model.raw
    .filter(given => (given.when ?? 'last') === when)
    .map(given => step([createRaw(given)], given.name, given.dependsOn))
}

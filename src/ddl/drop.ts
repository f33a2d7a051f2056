/** A Model as the statements that take it away. */
import { quote, quoteQualified } from '../base/identifier.ts'
import type { Statement } from '../base/statement.ts'
import type { ForeignKeyModel, Model, QualifiedName } from '../schema/model.ts'
import { laterKeys } from './later-keys.ts'
import { dropRaw } from './raw.ts'
import { viewWord } from './view.ts'

/**
 * The statements that drop what `createAll` creates, in the reverse order. Run again they change nothing. Extensions
 * and schemas stay, since others may use them, and nothing is dropped by `cascade`: when something outside the model
 * depends on the model, Postgres refuses and says what it is. Indexes, comments and partitions go with their tables.
 */
export function dropAll(model: Model): Statement[] {
  const tables = model.sortedTables.toReversed()
  return [
    ...dropRaw(model),
    // Before all tables, because a policy's condition and a trigger's function may name others of them.
    ...tables.flatMap(table => table.policies.toReversed().map(policy => dropFrom(table, 'policy', policy.name))),
    ...tables.flatMap(table => table.triggers.toReversed().map(trigger => dropFrom(table, 'trigger', trigger.name))),
    ...model.views.toReversed().map(view => drop(viewWord(view), view)),
    ...dropFunctions(model, 'after'),
    ...[...laterKeys(model)].toReversed().map(([key, table]) => dropKey(table, key)),
    ...tables.map(table => drop('table', table)),
    ...dropFunctions(model, 'before'),
    ...model.types.toReversed().map(type => drop(type.kind === 'domain' ? 'domain' : 'type', type)),
    ...model.enums.toReversed().map(type => drop('type', type)),
    ...model.sequences.toReversed().map(sequence => drop('sequence', sequence)),
  ].map(text => ({ text, values: [] }))
}

function drop(word: string, named: QualifiedName): string {
  return `drop ${word} if exists ${quoteQualified(named)}`
}

function dropFrom(table: QualifiedName, word: 'policy' | 'trigger', name: string): string {
  return `drop ${word} if exists ${quote(name)} on ${quoteQualified(table)}`
}

function dropKey(table: QualifiedName, key: ForeignKeyModel): string {
  return `alter table if exists ${quoteQualified(table)} drop constraint if exists ${quote(key.name)}`
}

function dropFunctions(model: Model, when: 'before' | 'after'): string[] {
  return model.functions
    .filter(given => (given.when ?? 'after') === when)
    .toReversed()
    .map(given => `drop ${given.kind ?? 'function'} if exists ${given.signature ?? quote(given.name)}`)
}

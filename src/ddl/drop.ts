/** A Model as the statements that take it away. */
import { quote, quoteQualified } from '../base/identifier.ts'
import type { Statement } from '../base/statement.ts'
import type { ForeignKeyModel, Model, QualifiedName, TableModel } from '../schema/model.ts'
import { creationOrder, type Part } from './creation-order.ts'
import { laterKeys } from './later-keys.ts'
import { dropRaw } from './raw.ts'
import { viewWord } from './view.ts'

/**
 * The statements that drop what `createAll` creates, in the reverse order: each thing before what it depends on. Run again they change nothing.
 * Extensions and schemas stay, since others may use them, and nothing is dropped by `cascade`: when something outside the model
 * depends on the model, Postgres refuses and says what it is. Indexes, comments and partitions go with their tables.
 */
export function dropAll(model: Model): Statement[] {
  return creationOrder(model)
    .toReversed()
    .flatMap(part => dropPart(model, part))
    .map(text => ({ text, values: [] }))
}

function dropPart(model: Model, part: Part): string[] {
  const tables = model.sortedTables.toReversed()
  switch (part.kind) {
    case 'start':
      return []
    case 'raw':
      return dropRaw(part.raw)
    case 'sequence':
      return [drop('sequence', part.sequence)]
    case 'enum':
      return [drop('type', part.enum)]
    case 'type':
      return [drop(part.type.kind === 'domain' ? 'domain' : 'type', part.type)]
    case 'function':
      return [dropFunction(part.function)]
    case 'table':
      return [drop('table', part.table)]
    case 'between':
      return heldKeys(model).map(([key, table]) => dropKey(table, key))
    case 'view':
      return [drop(viewWord(part.view), part.view)]
    case 'end':
      return [
        // Another table may count by it, and Postgres drops it with its column.
        ...model.sequences.flatMap(one =>
          one.ownedBy === null ? [] : [`alter sequence if exists ${quoteQualified(one)} owned by none`],
        ),
        // Before all tables, because a policy's condition and a trigger's function may name others of them.
        ...tables.flatMap(table => table.policies.toReversed().map(policy => dropFrom(table, 'policy', policy.name))),
        ...tables.flatMap(table =>
          table.triggers.toReversed().map(trigger => dropFrom(table, 'trigger', trigger.name)),
        ),
      ]
  }
}

/** The keys that no order of tables lets go: those of cycles, and those to partitioned tables, which hold each partition. */
function heldKeys(model: Model): (readonly [ForeignKeyModel, TableModel])[] {
  const later = laterKeys(model)
  const isHeld = (key: ForeignKeyModel): boolean =>
    later.has(key) || (model.tableByKey.get(key.target)?.partitionBy ?? null) !== null
  return model.sortedTables
    .flatMap(table => table.foreignKeys.filter(isHeld).map(key => [key, table] as const))
    .toReversed()
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

function dropFunction(given: Model['functions'][number]): string {
  return `drop ${given.kind ?? 'function'} if exists ${given.signature ?? quote(given.name)}`
}

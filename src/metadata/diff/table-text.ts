import { createIndex } from '../../ddl/index-statement.ts'
import { policyStatement } from '../../ddl/policy.ts'
import { createTable } from '../../ddl/table.ts'
import { triggerStatement } from '../../ddl/trigger.ts'
import type { Model, TableModel } from '../../schema/model.ts'

/** All that a table names: what it is made of, and what goes with it. */
export function tableText(model: Model, table: TableModel): string {
  const { indexes, policies, triggers } = table
  return [
    createTable(model, table, new Set(), 'create table'),
    ...indexes.map(index => createIndex(table, index, 'plain')),
    ...policies.map(policy => policyStatement(table, policy)),
    ...triggers.map(trigger => triggerStatement(table, trigger)),
  ].join()
}

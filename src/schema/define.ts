/** `defineSchema`: the literal is checked once, and the Model made of it is kept beside it. */
import type { AnyTables, SchemaOptions } from '../../types/literal.ts'
import type { checked } from '../../types/check.ts'
import type { checkedSchemaOptions } from '../../types/options-check.ts'
import type { AnySchema, Schema } from '../../types/schema.ts'
import { SchemaError } from '../base/errors.ts'
import { buildModel } from './build.ts'
import type { Model } from './model.ts'
import { typeName } from './type-name.ts'

const models = new WeakMap<object, Model>()

/**
 * A schema from tables and what concerns them all. A mistake in the literal is a compile error on the key that is wrong
 * and, where types did not see it, a SchemaError with the same sentence.
 * @throws SchemaError when the literal is wrong
 * @example defineSchema({ users: table({ id: t.id(), email: t.text({ unique: true }) }) }, { naming: 'snake_case' })
 */
export function defineSchema<const Tables extends AnyTables>(tables: Tables & checked<Tables>): Schema<Tables, {}>
export function defineSchema<const Tables extends AnyTables, const Options extends SchemaOptions>(
  tables: Tables & checked<Tables>,
  options: Options & checkedSchemaOptions<Options>,
): Schema<Tables, Options>
export function defineSchema(tables: AnyTables, options: SchemaOptions = {}): AnySchema {
  const schema: AnySchema = Object.freeze({ tables, options })
  models.set(schema, buildModel(tables, options))
  return schema
}

/** The Model of a schema. @throws SchemaError when the value did not come from `defineSchema` and does not look like it */
export function modelOf(schema: AnySchema): Model {
  const known = models.get(schema)
  if (known !== undefined) return known
  if (typeof schema?.tables !== 'object') throw new SchemaError('notASchema', typeName(schema))
  const model = buildModel(schema.tables, schema.options ?? {})
  models.set(schema, model)
  return model
}

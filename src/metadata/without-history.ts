import type { AnySchema } from '../../types/schema.ts'
import { fragmentText } from '../ddl/fragment-text.ts'
import { mentions } from './diff/mention.ts'
import { historyName, type HistoryOptions } from './migrate/history.ts'

/** The schema without what remembers the migrations, which is no part of it, and without what is said of that. */
export function withoutHistory(schema: AnySchema, options?: HistoryOptions): AnySchema {
  const history = historyName(options)
  const isHistory = ([key, { schema: place = 'public', name = key }]: [string, AnySchema['tables'][string]]): boolean =>
    name === history.name && place === history.schema
  const tables = Object.entries(schema.tables).filter(entry => !isHistory(entry))
  if (tables.length === Object.keys(schema.tables).length) return schema
  const raw = Object.entries(schema.options.raw ?? {}).filter(([, { sql }]) => !mentions(fragmentText(sql), history))
  const { raw: _, ...rest } = schema.options
  return {
    tables: Object.fromEntries(tables),
    options: raw.length === 0 ? rest : { ...rest, raw: Object.fromEntries(raw) },
  }
}

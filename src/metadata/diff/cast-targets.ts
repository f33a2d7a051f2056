/** Casts that call functions: what uses one holds on to its function, and its text says no more than the type. */
import { rawStatement } from '../../ddl/raw.ts'
import type { Model, QualifiedName } from '../../schema/model.ts'
import { type Mentioned, mentions } from './mention.ts'

/** The types to which the function casts. A cast that is implicit is not in the text of what uses it, and not found. */
export function castTargets({ raw }: Pick<Model, 'raw'>, called: QualifiedName): Mentioned[] {
  return raw.flatMap(one => {
    if (one.kind !== 'cast') return []
    const [, target = '', call = ''] = /^create cast \(.+ as (.+?)\) with function (.+)$/s.exec(rawStatement(one)) ?? []
    if (!mentions(call, called)) return []
    const [, schema = '', name = ''] = /^(?:("(?:[^"]|"")+"|[^".]+)\.)?("(?:[^"]|"")+"|[^".]+)$/.exec(target) ?? []
    return name === '' ? [] : [{ schema: plain(schema), name: plain(name), isCast: true }]
  })
}

function plain(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}

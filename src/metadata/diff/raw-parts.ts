/** Indexes of partitions that go with one of the table above which only SQL says, since not all partitions have it. */
import { rawStatement } from '../../ddl/raw.ts'
import type { Comparison } from './comparison.ts'
import { once } from './once.ts'

const name = String.raw`((?:"(?:[^"]|"")+"|[^\s".]+)\.(?:"(?:[^"]|"")+"|[^\s".]+))`
const attaching = new RegExp(`^alter index ${name} attach partition ${name}$`)
const made = [
  new RegExp(`^create (?:unique )?index if not exists (?<index>"(?:[^"]|"")+"|\\S+) on only ${name}`, 'i'),
  new RegExp(`^alter table only ${name} add constraint (?<index>"(?:[^"]|"")+")`),
]

/** Whether an index goes so, by its schema and name. */
export const goesWithRaw = once((comparison: Comparison): ((schema: string, name: string) => boolean) => {
  const { from, to, remade } = comparison
  const stay = new Set(to.raw.map(one => one.name))
  const gone = from.raw.filter(one => !stay.has(one.name) || remade.raw.has(one.name)).map(rawStatement)
  const above = new Set(gone.flatMap(indexOf))
  const parts = from.raw.flatMap(raw => {
    const [, parent = '', part = ''] = attaching.exec(rawStatement(raw)) ?? []
    return above.has(plain(parent)) ? [plain(part)] : []
  })
  const found = new Set(parts)
  return (schema, own) => found.has(`${schema}.${own}`)
})

function indexOf(sql: string): string[] {
  for (const pattern of made) {
    const found = pattern.exec(sql)
    const index = found?.groups?.index
    const table = found?.find((one, at) => at > 0 && one !== index)
    if (index !== undefined && table !== undefined) return [`${plain(table).replace(/\.[^.]*$/, '')}.${plain(index)}`]
  }
  return []
}

function plain(text: string): string {
  return text.replaceAll('"', '')
}

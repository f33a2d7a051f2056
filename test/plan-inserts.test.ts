import { describe, expect, test } from 'vitest'
import { modelOf } from '../src/schema/define.ts'
import { defineSchema, SessionError, t, table } from '../src/index.ts'
import type { PendingRow, Reference } from '../src/session/pending-row.ts'
import { planInserts } from '../src/session/plan-inserts.ts'

const schema = defineSchema({
  posts: table({ id: t.id(), title: t.text(), authorId: t.ref('users.id'), subtitle: t.text({ nullable: true }) }),
  users: table({ id: t.id(), email: t.text(), role: t.text({ default: 'reader' }) }),
  nodes: table({
    id: t.bigint({ mode: 'number', primaryKey: true, identity: 'byDefault' }),
    label: t.text(),
    parentId: t.ref('nodes.id', { nullable: true }),
  }),
  strictNodes: table({ id: t.id(), parentId: t.ref('strictNodes.id') }),
  heads: table({ id: t.id(), teamId: t.ref('teams.id') }),
  teams: table({ id: t.id(), headId: t.ref('heads.id', { nullable: true }) }),
})
const model = modelOf(schema)

interface TestRow extends PendingRow {
  readonly name: string
}

function row(name: string, key: string, values: Record<string, unknown>, to: Record<string, PendingRow> = {}): TestRow {
  const found = model.tableByKey.get(key)
  if (found === undefined) throw new Error(`no table ${key}`)
  const references = Object.entries(to).map(([column, target]): Reference => {
    const foreign = found.foreignKeys.find(one => one.columns[0]?.key === column)
    if (foreign === undefined) throw new Error(`no key ${column}`)
    return { key: foreign, target }
  })
  return { name, table: found, values, references, snapshot: null }
}

/** A plan as data that a person reads. */
function steps(rows: readonly TestRow[]) {
  return planInserts(model, rows).map(step =>
    step.kind === 'insert'
      ? {
          insert: step.table.key,
          depth: step.depth,
          columns: step.columns.map(column => column.key),
          rows: step.rows.map(one => one.name),
          ...(step.postponed.length > 0 ? { postponed: step.postponed.length } : {}),
        }
      : {
          update: step.table.key,
          key: step.columns.map(column => column.key),
          rows: step.rows.map(one => one.name),
        },
  )
}

describe('plan', () => {
  test('of nothing is nothing', () => expect(steps([])).toEqual([]))

  test('puts parents first, whatever the order of adding', () => {
    const ada = row('ada', 'users', { email: 'a' })
    expect(steps([row('p', 'posts', { title: 'x' }, { authorId: ada }), ada])).toEqual([
      { insert: 'users', depth: 0, columns: ['email'], rows: ['ada'] },
      { insert: 'posts', depth: 0, columns: ['title', 'authorId'], rows: ['p'] },
    ])
  })

  test('keeps the order of adding within a table', () => {
    const rows = ['c', 'a', 'b'].map(name => row(name, 'users', { email: name }))
    expect(steps(rows)).toEqual([{ insert: 'users', depth: 0, columns: ['email'], rows: ['c', 'a', 'b'] }])
  })

  test('divides rows by the defaults that they leave to the database', () => {
    const rows = [
      row('a', 'users', { email: 'a' }),
      row('b', 'users', { email: 'b', role: 'editor' }),
      row('c', 'users', { email: 'c' }),
    ]
    expect(steps(rows)).toEqual([
      { insert: 'users', depth: 0, columns: ['email'], rows: ['a', 'c'] },
      { insert: 'users', depth: 0, columns: ['email', 'role'], rows: ['b'] },
    ])
  })

  test('does not divide rows by nullable columns without a default', () => {
    const rows = [
      row('a', 'posts', { title: 'a', authorId: 1 }),
      row('b', 'posts', { title: 'b', authorId: 1, subtitle: 's' }),
    ]
    expect(steps(rows)).toEqual([
      { insert: 'posts', depth: 0, columns: ['title', 'authorId', 'subtitle'], rows: ['a', 'b'] },
    ])
  })

  test('takes undefined for not given', () => {
    expect(steps([row('a', 'users', { email: 'a', role: undefined })])[0]).toMatchObject({ columns: ['email'] })
  })

  test('writes a tree in as many statements as it is deep', () => {
    const root = row('root', 'nodes', { label: 'r' })
    const left = row('left', 'nodes', { label: 'l' }, { parentId: root })
    const right = row('right', 'nodes', { label: 'r' }, { parentId: root })
    const leaf = row('leaf', 'nodes', { label: 'x' }, { parentId: left })
    expect(steps([leaf, right, left, root])).toEqual([
      { insert: 'nodes', depth: 0, columns: ['label'], rows: ['root'] },
      { insert: 'nodes', depth: 1, columns: ['label', 'parentId'], rows: ['right', 'left'] },
      { insert: 'nodes', depth: 2, columns: ['label', 'parentId'], rows: ['leaf'] },
    ])
  })

  test('writes a tree whose keys are given in one statement', () => {
    const rows = [row('leaf', 'nodes', { id: 2, label: 'l', parentId: 1 }), row('root', 'nodes', { id: 1, label: 'r' })]
    expect(steps(rows)).toEqual([
      { insert: 'nodes', depth: 0, columns: ['id', 'label', 'parentId'], rows: ['leaf', 'root'] },
    ])
  })

  test('sees a parent by its key when the columns given differ', () => {
    const rows = [row('leaf', 'nodes', { label: 'l', parentId: 1 }), row('root', 'nodes', { id: 1, label: 'r' })]
    expect(steps(rows)).toEqual([
      { insert: 'nodes', depth: 0, columns: ['id', 'label'], rows: ['root'] },
      { insert: 'nodes', depth: 1, columns: ['label', 'parentId'], rows: ['leaf'] },
    ])
  })

  test('breaks a cycle of rows at the key that may be null, and updates it afterwards', () => {
    const references: Reference[] = []
    const team: TestRow = { ...row('team', 'teams', {}), references }
    const head = row('head', 'heads', {}, { teamId: team })
    references.push(...row('x', 'teams', {}, { headId: head }).references)
    expect(steps([head, team])).toEqual([
      { insert: 'teams', depth: 0, columns: ['headId'], rows: ['team'], postponed: 1 },
      { insert: 'heads', depth: 1, columns: ['teamId'], rows: ['head'] },
      { update: 'teams', key: ['headId'], rows: ['team'] },
    ])
  })

  test('refuses a cycle of rows that no key may break, and names the relations', () => {
    const references: Reference[] = []
    const one: TestRow = { ...row('one', 'strictNodes', {}), references }
    const other = row('other', 'strictNodes', {}, { parentId: one })
    references.push(...row('x', 'strictNodes', {}, { parentId: other }).references)
    expect(() => steps([one, other])).toThrow(new SessionError('rowCycle', `'strictNodes.parent'`))
  })

  test('of a chain of many rows needs no deep stack', () => {
    const rows = [row('0', 'nodes', { label: '' })]
    for (let at = 1; at < 20_000; at++)
      rows.push(row(String(at), 'nodes', { label: '' }, { parentId: rows[at - 1] as TestRow }))
    expect(planInserts(model, rows.toReversed())).toHaveLength(20_000)
  })

  test('is the same for the same rows', () => {
    const rows = Array.from({ length: 50 }, (_, at) =>
      row(`${at}`, 'users', at % 3 === 0 ? { email: 'a', role: 'x' } : { email: 'a' }),
    )
    expect(steps(rows)).toEqual(steps(rows))
  })
})

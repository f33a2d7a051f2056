/**
 * Random histories of a session against a simple model: whatever is done, the database ends as the model says, and every object is as its
 * row. `HISTORY_RUNS` says how many histories; each has up to sixty steps.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineSchema, type Engine, type Nested, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'
import { randomRuns } from './random-runs.ts'

const schema = defineSchema(
  {
    nodes: table({
      id: t.id(),
      label: t.text({ unique: true }),
      value: t.integer({ default: 0 }),
      data: t.jsonb<{ n: number }>({ nullable: true }),
      parentId: t.ref('nodes.id', { nullable: true, inverse: 'children' }),
      version: t.integer({ version: true }),
    }),
    items: table({
      id: t.id(),
      nodeId: t.ref('nodes.id', { onDelete: 'cascade', inverse: 'items' }),
      name: t.text(),
      size: t.bigint({ nullable: true }),
    }),
    tags: table({ id: t.id(), word: t.text() }),
    nodeTags: table(
      { nodeId: t.ref('nodes.id', { onDelete: 'cascade' }), tagId: t.ref('tags.id', { onDelete: 'cascade' }) },
      { primaryKey: ['nodeId', 'tagId'], link: { nodeId: 'nodes', tagId: 'tags' } },
    ),
  },
  { naming: 'snake_case' },
)

type Step =
  | { readonly do: 'node'; readonly parent: number; readonly reuse: boolean }
  | { readonly do: 'item'; readonly node: number }
  | { readonly do: 'change' | 'rename' | 'delete' | 'drop' | 'edit'; readonly which: number; readonly to: number }
  | { readonly do: 'move' | 'adopt' | 'carry'; readonly which: number; readonly to: number }
  | { readonly do: 'flush' | 'commit' | 'rollback' | 'begin' | 'release' | 'undo' | 'reload' | 'fail' }

const number = fc.nat({ max: 1000 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('node' as const), parent: number, reuse: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('item' as const), node: number }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom('change' as const, 'rename' as const, 'delete' as const, 'drop' as const, 'edit' as const),
        which: number,
        to: number,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom('move' as const, 'adopt' as const, 'carry' as const),
        which: number,
        to: number,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom(
          'flush' as const,
          'commit' as const,
          'rollback' as const,
          'begin' as const,
          'release' as const,
          'undo' as const,
          'reload' as const,
          'fail' as const,
        ),
      }),
    },
  ),
  { maxLength: 60 },
)

interface NodeState {
  label: string
  value: number
  data: { n: number } | null
  parent: object | null
}
interface ItemState {
  name: string
  node: object
}
/** What the caller means the rows to be. */
interface World {
  nodes: Map<object, NodeState>
  items: Map<object, ItemState>
}

const copyOf = ({ nodes, items }: World): World => ({
  nodes: new Map([...nodes].map(([key, state]) => [key, structuredCloneState(state)])),
  items: new Map([...items].map(([key, state]) => [key, { ...state }])),
})
const structuredCloneState = (state: NodeState): NodeState => ({ ...state, data: state.data && { ...state.data } })

interface NodeRow {
  id: number
  label: string
  value: number
  data: { n: number } | null
  parentId: number | null
}

async function run(engine: Engine<typeof schema>, history: readonly Step[]): Promise<void> {
  await engine.execute('truncate nodes, items, tags, node_tags restart identity cascade')
  await using session = engine.session()
  let world: World = { nodes: new Map(), items: new Map() }
  let committed = copyOf(world)
  const savepoints: { readonly nested: Nested; readonly world: World }[] = []
  let labels = 0
  const pick = <Value>(values: Iterable<Value>, at: number): Value | undefined => {
    const list = [...values]
    return list.length === 0 ? undefined : list[at % list.length]
  }
  // Labels that are given up since the last flush, for a new row to take.
  let freed: string[] = []
  const nodeOf = (key: object) => key as NodeRow
  const isAbove = (node: object, other: object | null): boolean => {
    for (let at = other; at !== null; at = world.nodes.get(at)?.parent ?? null) if (at === node) return true
    return false
  }
  const remove = (node: object): void => {
    for (const [item, state] of [...world.items]) {
      if (state.node !== node) continue
      if (session.state(item) === 'pending') session.delete(item)
      world.items.delete(item)
    }
    for (const [child, state] of world.nodes) {
      if (state.parent !== node) continue
      if (session.state(child) === 'pending') (child as { parentId: number | null }).parentId = null
      state.parent = null
    }
    session.delete(node)
    const label = world.nodes.get(node)?.label
    if (label !== undefined) freed.push(label)
    world.nodes.delete(node)
  }
  for (const step of history) {
    switch (step.do) {
      case 'node': {
        const parent = step.parent % 3 === 0 ? null : (pick(world.nodes.keys(), step.parent) ?? null)
        const used = new Set([...world.nodes.values()].map(state => state.label))
        const old = step.reuse ? freed.find(label => !used.has(label)) : undefined
        if (old !== undefined) freed = freed.filter(label => label !== old)
        const label = old ?? `l${labels++}`
        const node = session.add('nodes', { label, parent: parent as never })
        world.nodes.set(node, { label, value: 0, data: null, parent })
        break
      }
      case 'item': {
        const node = pick(world.nodes.keys(), step.node)
        if (node === undefined) break
        const item = session.add('items', { name: `i${step.node}`, node: node as never, size: 2n ** 60n })
        world.items.set(item, { name: `i${step.node}`, node })
        break
      }
      case 'change': {
        const found = pick(world.nodes, step.which)
        if (found === undefined) break
        nodeOf(found[0]).value = step.to
        found[1].value = step.to
        break
      }
      case 'edit': {
        const found = pick(world.nodes, step.which)
        if (found === undefined) break
        const node = nodeOf(found[0])
        if (node.data === null) node.data = { n: step.to }
        else node.data.n = step.to
        found[1].data = { n: step.to }
        break
      }
      case 'rename': {
        const found = pick(world.nodes, step.which)
        if (found === undefined) break
        freed.push(found[1].label)
        const label = `l${labels++}`
        nodeOf(found[0]).label = label
        found[1].label = label
        break
      }
      case 'delete': {
        const node = pick(world.nodes.keys(), step.which)
        if (node !== undefined) remove(node)
        break
      }
      case 'drop': {
        const item = pick(world.items.keys(), step.which)
        if (item === undefined) break
        session.delete(item)
        world.items.delete(item)
        break
      }
      case 'move': {
        // A key is a value only where both have one.
        const found = pick(world.items, step.which)
        const node = pick(world.nodes.keys(), step.to)
        if (found === undefined || node === undefined) break
        if (session.state(found[0]) !== 'persistent' || session.state(node) !== 'persistent') break
        ;(found[0] as { nodeId: number }).nodeId = nodeOf(node).id
        found[1].node = node
        break
      }
      case 'adopt': {
        const child = pick(world.nodes, step.which)
        const parent = pick(world.nodes.keys(), step.to)
        if (child === undefined || parent === undefined || isAbove(child[0], parent)) break
        if (session.state(child[0]) !== 'persistent' || session.state(parent) !== 'persistent') break
        const { children } = (await session.load(parent as never, { children: true } as never)) as {
          children: object[]
        }
        freed = []
        if (children.includes(child[0])) children.splice(children.indexOf(child[0]), 1)
        else children.push(child[0])
        child[1].parent = child[1].parent === parent ? null : parent
        break
      }
      case 'carry': {
        const found = pick(world.items, step.which)
        const node = pick(world.nodes.keys(), step.to)
        if (found === undefined || node === undefined || session.state(found[0]) !== 'persistent') break
        const item = (await session.load(found[0] as never, { node: true } as never)) as { node: object }
        freed = []
        item.node = node
        found[1].node = node
        break
      }
      case 'flush':
        await session.flush()
        freed = []
        break
      case 'commit':
        if (savepoints.length > 0) break
        await session.commit()
        freed = []
        committed = copyOf(world)
        break
      case 'rollback':
        if (savepoints.length > 0) break
        await session.rollback()
        freed = []
        world = copyOf(committed)
        break
      case 'begin':
        savepoints.push({ nested: await session.nested(), world: copyOf(world) })
        freed = []
        break
      case 'release':
        await savepoints.pop()?.nested.commit()
        freed = []
        break
      case 'undo': {
        const last = savepoints.pop()
        await last?.nested.rollback()
        if (last !== undefined) {
          world = last.world
          freed = []
        }
        break
      }
      case 'fail':
        // A statement that fails inside a savepoint leaves all as it was.
        await session.flush()
        freed = []
        await expect(session.nested(() => session.execute('select 1 / 0'))).rejects.toThrow('division by zero')
        break
      case 'reload': {
        const node = pick(world.nodes.keys(), 7)
        if (node === undefined) break
        await session.flush()
        freed = []
        expect(await session.get('nodes', nodeOf(node).id)).toBe(node)
        await session.refresh(node)
        break
      }
    }
  }
  while (savepoints.length > 0) await savepoints.pop()?.nested.commit()
  await session.commit()
  const rows = (await engine.execute('select id, label, value, data, parent_id from nodes order by id')).rows
  const wanted = [...world.nodes].map(([key, state]) => ({
    id: nodeOf(key).id,
    label: state.label,
    value: state.value,
    data: state.data,
    parent_id: state.parent === null ? null : nodeOf(state.parent).id,
  }))
  expect(rows).toEqual(wanted.sort((a, b) => a.id - b.id))
  for (const key of world.nodes.keys()) {
    const { id, label, value, data, parentId } = nodeOf(key)
    expect({ id, label, value, data, parent_id: parentId }).toEqual(rows.find(row => row['id'] === id))
  }
  const items = (await engine.execute('select id, node_id, name, size from items order by id')).rows
  const things = [...world.items].map(([key, state]) => ({
    id: (key as { id: number }).id,
    node_id: nodeOf(state.node).id,
    name: state.name,
    size: 2n ** 60n,
  }))
  expect(items).toEqual(things.sort((a, b) => a.id - b.id))
  for (const [key, { node }] of world.items) expect((key as { nodeId: number }).nodeId).toBe(nodeOf(node).id)
  // Nothing is left to do.
  expect([session.new, session.dirty, session.deleted]).toEqual([[], [], []])
}

for (const driver of drivers) {
  describe(`histories of a session on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    beforeAll(async () => {
      engine = (await driver.engine(schema)) as Engine<typeof schema>
      await engine.metadata.createAll()
    })
    afterAll(() => engine.dispose())
    test('end as a simple model says', { timeout: 600_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(steps, history => run(engine, history)),
        { ...randomRuns('HISTORY', 1000), interruptAfterTimeLimit: 500_000 },
      )
    })
  })
}

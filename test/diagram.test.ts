/** The picture of a schema. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineSchema, t, table } from '../src/index.ts'
import { diagramOf } from '../src/metadata/diagram/diagram.ts'
import type { Box, Link } from '../src/metadata/diagram/layers.ts'
import { layersOf } from '../src/metadata/diagram/layers.ts'
import { layout } from '../src/metadata/diagram/layout.ts'
import { mermaid } from '../src/metadata/diagram/mermaid.ts'
import { svg } from '../src/metadata/diagram/svg.ts'
import { fitted, textWidth } from '../src/metadata/diagram/text-width.ts'
import { tracksOf } from '../src/metadata/diagram/tracks.ts'
import { modelOf } from '../src/schema/define.ts'

const schema = defineSchema(
  {
    users: table({
      id: t.id(),
      email: t.text({ unique: true }),
      managerId: t.ref('users.id', { nullable: true, as: 'manager' }),
    }),
    profiles: table({
      userId: t.ref('users.id', { primaryKey: true }),
      bio: t.varchar({ length: 80, comment: 'In "short" & <plain>' }),
    }),
    posts: table(
      { id: t.id(), authorId: t.ref('users.id'), price: t.numeric({ precision: 10, scale: 2 }), at: t.timestamptz() },
      { name: 'blog posts', comment: 'What people wrote' },
    ),
  },
  { naming: 'snake_case' },
)
const diagram = diagramOf(modelOf(schema))

test('what Mermaid takes for words of its own stands as a string', () => {
  const table1 = table({ id: t.id(), pk: t.text({ comment: 'up to 5% %{x}' }) })
  const text = mermaid(diagramOf(modelOf(defineSchema({ class: table1, To: table1, 'a%b': table1, classes: table1 }))))
  expect(text).toContain('  "class" {\n')
  expect(text).toContain('  "To" {\n')
  expect(text).toContain('  "a％b" {\n')
  expect(text).toContain('  classes {\n')
  expect(text).toContain('    text _pk "pk; up to 5% % {x}"\n')
})

test('Mermaid says tables, keys and how many rows may point to one', () => {
  expect(mermaid(diagram)).toBe(`erDiagram
  users {
    bigint id PK
    text email UK
    bigint manager_id FK "null"
  }
  profiles {
    bigint user_id PK, FK
    varchar(80) bio "In 'short' & <plain>"
  }
  "blog posts" {
    bigint id PK
    bigint author_id FK
    numeric(10_2) price "numeric(10,2)"
    timestamptz at
  }
  users |o--o{ users : "manager_id"
  users ||--o| profiles : "user_id"
  users ||--o{ "blog posts" : "author_id"
`)
})

describe('the SVG', () => {
  const text = svg(diagram, { title: 'a <shop> & more' })

  test('says what it is, for those who do not see it', () => {
    expect(text).toContain('<title id="cupel-title">a &lt;shop&gt; &amp; more</title>')
    expect(text).toContain('3 tables and 3 foreign keys. users: 3 columns, points to users.')
    expect(text).toContain('prefers-color-scheme:dark')
  })

  test('closes every element that it opens', () => {
    const open: string[] = []
    for (const [tag, slash, name] of text.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
      if (slash === '/') expect(open.pop()).toBe(name)
      else if (!tag.endsWith('/>')) open.push(name ?? '')
    }
    expect(open).toEqual([])
  })

  test('is the same for the same schema, and not empty without tables', () => {
    expect(svg(diagramOf(modelOf(schema)), { title: 'a <shop> & more' })).toBe(text)
    expect(svg({ tables: [], keys: [] })).toContain('0 tables and 0 foreign keys')
  })
})

describe('a layout', () => {
  const boxes = fc.array(
    fc.record({
      width: fc.integer({ min: 60, max: 200 }),
      height: fc.integer({ min: 40, max: 300 }),
      group: fc.integer({ min: 0, max: 1 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  const graphs = boxes.chain(all =>
    fc
      .array(fc.tuple(fc.nat(all.length - 1), fc.nat(all.length - 1)), { maxLength: 40 })
      .map(pairs => ({ all, links: pairs.map(([from, to]): Link => ({ from, to, fromY: 30, toY: 15 })) })),
  )
  const margins = { edge: 20, bandTop: 30, bandBottom: 10 }

  test('puts no box on another, draws every key once, and no line through a box', () => {
    fc.assert(
      fc.property(graphs, ({ all, links }) => {
        const made = layout(all, links, 2, margins)
        const areas = all.map((box, at) => {
          const { x, y } = made.corners[at]!
          return { left: x, right: x + made.widths[at]!, top: y, bottom: y + box.height }
        })
        for (const [at, one] of areas.entries()) {
          expect(one.left >= 0 && one.top >= 0 && one.right <= made.width && one.bottom <= made.height).toBe(true)
          for (const other of areas.slice(at + 1)) {
            expect(
              one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top,
            ).toBe(true)
          }
        }
        const stretches = made.nets.flatMap(net => net.stretches)
        expect(stretches.flatMap(({ link }) => link ?? []).toSorted((a, b) => a - b)).toEqual([...links.keys()])
        for (const { from, to, track } of stretches) {
          const pieces = [
            [from.x, track ?? to.x, from.y, from.y],
            [track ?? from.x, track ?? from.x, from.y, to.y],
            [track ?? to.x, to.x, to.y, to.y],
          ] as const
          for (const [x1, x2, y1, y2] of pieces) {
            const through = areas.some(
              area =>
                Math.max(x1, x2) > area.left + 1 &&
                Math.min(x1, x2) < area.right - 1 &&
                Math.max(y1, y2) > area.top + 1 &&
                Math.min(y1, y2) < area.bottom - 1,
            )
            expect(through).toBe(false)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  test('has what is pointed to left of what points', () => {
    const box: Box = { width: 10, height: 10, group: 0 }
    const link = (from: number, to: number): Link => ({ from, to, fromY: 0, toY: 0 })
    expect(layersOf([box, box, box], [link(0, 1), link(1, 2)], [100])).toEqual([2, 1, 0])
    // A ring has no first; each is placed all the same.
    expect(layersOf([box, box], [link(0, 1), link(1, 0)], [100]).toSorted()).toEqual([0, 1])
  })

  test('gives lines that would cross the order in which they do not', () => {
    expect(
      tracksOf([
        { left: [0], right: [40] },
        { left: [60], right: [90] },
      ]),
    ).toEqual({ tracks: [0, 0], count: 1 })
    expect(tracksOf([{ left: [0], right: [0] }])).toEqual({ tracks: [null], count: 0 })
    expect(
      tracksOf([
        { left: [0], right: [50] },
        { left: [20], right: [70] },
      ]).tracks,
    ).toEqual([1, 0])
  })
})

test('a text that is too wide ends in an ellipsis', () => {
  const cut = fitted('a very long name of a column', 60, 12)
  expect(cut).toMatch(/^a very.*…$/)
  expect(textWidth(cut, 12)).toBeLessThanOrEqual(60)
  expect(fitted('id', 60, 12)).toBe('id')
})

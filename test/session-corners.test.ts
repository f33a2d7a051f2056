/** What histories over any schema (session-schemas.property.test.ts) have found, each by itself. */
import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defineSchema, type Engine, t, table } from '../src/index.ts'
import { drivers } from './drivers.ts'

const schema = defineSchema({
  teams: table({
    id: t.id(),
    code: t.text({ unique: true }),
    size: t.integer({ default: 0 }),
    version: t.integer({ version: true }),
  }),
  // Their key is a bigint, and that of a team a number.
  players: table({
    id: t.id(),
    teamId: t.bigint({ nullable: true, references: 'teams.id', inverse: 'players', cascade: ['delete'] }),
    name: t.text(),
  }),
  coaches: table({
    id: t.id(),
    teamId: t.bigint({ references: 'teams.id', inverse: 'coaches', onDelete: 'cascade' }),
  }),
  fans: table({
    id: t.id(),
    code: t.text({ nullable: true, references: 'teams.code', as: 'team', inverse: 'fans', cascade: ['orphan'] }),
  }),
  flags: table({ id: t.id(), fanId: t.ref('fans.id', { nullable: true, inverse: 'flags' }) }),
  subs: table({
    id: t.id(),
    code: t.text({ references: 'teams.code', as: 'team', inverse: 'subs', cascade: ['orphan', 'delete'] }),
  }),
  loose: table({
    id: t.id(),
    code: t.text({ nullable: true, references: 'teams.code', as: 'team', inverse: 'subbed' }),
  }),
  seats: table(
    { id: t.id(), no: t.integer({ unique: true }), rank: t.integer() },
    { uniques: { seats_rank: { columns: ['rank'], deferrable: 'initially deferred' } } },
  ),
  boxes: table({ key: t.bytea({ primaryKey: true }), label: t.text({ nullable: true }) }),
  // A key with that of a box in it, and one with that in it.
  trays: table(
    {
      box: t.bytea({ references: 'boxes.key', onUpdate: 'cascade', as: 'in', inverse: 'trays' }),
      no: t.integer(),
      label: t.text({ nullable: true }),
    },
    { primaryKey: ['box', 'no'] },
  ),
  beads: table(
    { id: t.id(), box: t.bytea(), no: t.integer() },
    {
      foreignKeys: {
        beads_tray: { columns: ['box', 'no'], references: 'trays', onUpdate: 'cascade', as: 'tray', inverse: 'beads' },
      },
    },
  ),
  mats: table({ id: t.id(), code: t.text({ unique: true }) }),
  pins: table({ id: t.id(), code: t.text({ references: 'mats.code', onUpdate: 'cascade' }) }),
  tacks: table({
    id: t.id(),
    code: t.text({ nullable: true, references: 'mats.code', onUpdate: 'cascade', as: 'mat', inverse: 'tacks' }),
  }),
  covers: table({
    id: t.id(),
    code: t.text({ nullable: true, unique: true, references: 'mats.code', as: 'mat', inverse: 'cover' }),
  }),
  words: table({ id: t.id(), text: t.text() }),
  pages: table({ id: t.id(), text: t.text() }),
  pageWords: table(
    { page: t.ref('pages.id', { onDelete: 'cascade' }), word: t.ref('words.id', { onDelete: 'cascade' }) },
    { primaryKey: ['page', 'word'], link: { page: 'pages', word: 'words' } },
  ),
  // Each may go with the other.
  hosts: table({ id: t.id(), guestId: t.ref('guests.id', { nullable: true, onDelete: 'cascade', inverse: 'hosts' }) }),
  guests: table({ id: t.id(), hostId: t.ref('hosts.id', { nullable: true, onDelete: 'cascade', inverse: 'guests' }) }),
  // A row goes with its root, and with the one above it.
  nodes: table({
    id: t.id(),
    rootId: t.ref('nodes.id', { nullable: true, onDelete: 'cascade', as: 'root', inverse: 'all' }),
    aboveId: t.ref('nodes.id', { nullable: true, onDelete: 'cascade', as: 'above', inverse: 'below' }),
  }),
  // A spoke goes with its hub, unless another comes after it.
  hubs: table({ id: t.id(), spokeId: t.ref('spokes.id', { nullable: true, onDelete: 'cascade' }) }),
  spokes: table({
    id: t.id(),
    hubId: t.ref('hubs.id', { nullable: true, onDelete: 'cascade' }),
    priorId: t.ref('spokes.id', { nullable: true, onDelete: 'restrict' }),
  }),
  // The first stands in the way of the second's end, and points to it no more before its own.
  roots: table({ id: t.id(), leafId: t.ref('leaves.id', { nullable: true, onDelete: 'cascade' }) }),
  leaves: table({
    id: t.id(),
    rootId: t.ref('roots.id', { onDelete: 'restrict', inverse: 'leaves', cascade: ['delete'] }),
  }),
})

for (const driver of drivers) {
  describe(`corners of a session on ${driver.name}`, () => {
    let engine: Engine<typeof schema>
    beforeAll(async () => {
      engine = await driver.engine(schema)
      await engine.metadata.createAll()
    })
    afterAll(() => engine.dispose())
    beforeEach(async () => {
      const names = engine.model.tables.map(one => `"${one.name}"`).join(', ')
      await engine.execute(`truncate ${names} restart identity`)
    })
    const all = async (text: string) => (await engine.execute(text)).rows
    const box = (...bytes: number[]) => Uint8Array.of(...bytes)

    describe('keys', () => {
      test('of another mode than what they point to are followed by deletes', async () => {
        await using session = engine.session()
        const team = session.add('teams', { code: 'a', players: [{ name: 'x' }], coaches: [{}] })
        await session.commit()
        const { players, coaches } = await session.load(team, { players: true, coaches: true })
        const [player, coach] = [players[0], coaches[0]]
        if (player === undefined || coach === undefined) throw new Error('no rows')
        session.delete(team)
        await session.flush()
        expect([session.state(player), session.state(coach)]).toEqual(['deleted', 'deleted'])
        await session.commit()
        expect(await all('select count(*)::int as n from players')).toEqual([{ n: 0 }])
      })

      test('that have others in them move with those, at every level', async () => {
        await using session = engine.session()
        const first = session.add('boxes', { key: box(1) })
        const tray = session.add('trays', { in: first, no: 1 })
        const bead = session.add('beads', { box: box(1), no: 1 })
        await session.commit()
        first.key = box(2)
        // Written while it is still found by the old key.
        tray.label = 'x'
        await session.commit()
        expect([tray.box, bead.box]).toEqual([box(2), box(2)])
        expect(await session.get('trays', { box: box(2), no: 1 })).toBe(tray)
        await session.commit()
        expect(await all('select label from trays')).toEqual([{ label: 'x' }])
        first.key = box(3)
        session.delete(bead)
        session.delete(tray)
        await session.commit()
        expect(await all('select label from trays')).toEqual([])
      })

      test('that change go before rows that are to be under them', async () => {
        await using session = engine.session()
        const first = session.add('boxes', { key: box(1) })
        const second = session.add('boxes', { key: box(2) })
        const tray = session.add('trays', { in: second, no: 7 })
        await session.commit()
        first.key = box(3)
        session.add('trays', { in: first, no: 1 })
        await session.load(tray, { in: true }).then(loaded => {
          loaded.in = first
        })
        // What is under it follows, until it is written.
        first.key = box(4)
        session.add('trays', { in: first, no: 2 })
        first.key = box(5)
        await session.commit()
        expect(await all('select box, no from trays order by no')).toEqual([
          { box: box(5), no: 1 },
          { box: box(5), no: 2 },
          { box: box(5), no: 7 },
        ])
      })

      test('that change leave relations as they were until they are written', async () => {
        await using session = engine.session()
        const mat = session.add('mats', { code: 'a', tacks: [{}, {}] })
        await session.commit()
        const { tacks } = await session.load(mat, { tacks: { with: { mat: true } } })
        const [first, second] = tacks
        if (first === undefined || second === undefined) throw new Error('no rows')
        mat.code = 'b'
        expect(first.mat).toBe(mat)
        tacks.pop()
        expect(second.mat).toBe(null)
        await session.commit()
        expect([first.mat, second.mat, tacks]).toEqual([mat, null, [first]])
        expect(await all('select id, code from tacks order by id')).toEqual([
          { id: 1, code: 'b' },
          { id: 2, code: null },
        ])
      })

      test('that change take along rows that were added before and after', async () => {
        await using session = engine.session()
        const first = session.add('boxes', { key: box(1) })
        await session.commit()
        const before = session.add('trays', { in: first, no: 1 })
        const given = session.add('trays', { box: box(1), no: 2 })
        first.key = box(2)
        const after = session.add('trays', { in: first, no: 3 })
        const wrong = session.add('boxes', { key: box(2) })
        await expect(session.flush()).rejects.toThrow('duplicate key')
        expect([before.box, given.box]).toEqual([box(1), box(1)])
        session.delete(wrong)
        await session.commit()
        expect([before.box, given.box, after.box]).toEqual([box(2), box(2), box(2)])
        expect(await all('select box, no from trays order by no')).toEqual([
          { box: box(2), no: 1 },
          { box: box(2), no: 2 },
          { box: box(2), no: 3 },
        ])
      })

      test('that change in bulk are read again of rows under those that the session does not have', async () => {
        await using session = engine.session()
        await session.insert('mats', [{ code: 'a' }])
        const pin = session.add('pins', { code: 'a' })
        await session.flush()
        await session.update('mats', { where: {}, set: { code: 'b' } })
        expect(await session.get('pins', pin.id)).toBe(pin)
        expect(pin.code).toBe('b')
      })

      test('given as values put a row back that was taken out of a collection', async () => {
        await using session = engine.session()
        const [a, b] = session.addAll('teams', [{ code: 'a', fans: [{}] }, { code: 'b' }])
        await session.commit()
        if (a === undefined || b === undefined) throw new Error('no rows')
        const { fans } = await session.load(a, { fans: true })
        const [fan] = fans.splice(0, 1)
        if (fan === undefined) throw new Error('no row')
        fan.code = 'b'
        await session.commit()
        expect(await all('select code from fans')).toEqual([{ code: 'b' }])
      })
    })

    describe('deletes', () => {
      test('take along what was put under the row and is not there yet', async () => {
        await using session = engine.session()
        const [a, b] = session.addAll('teams', [{ code: 'a', players: [{ name: 'x' }] }, { code: 'b' }])
        await session.commit()
        if (a === undefined || b === undefined) throw new Error('no rows')
        const { players } = await session.load(a, { players: true })
        const [player] = players
        if (player === undefined) throw new Error('no row')
        await session.load(player, { team: true })
        Object.assign(player, { team: b })
        session.delete(b)
        await session.commit()
        expect(await all('select name from players')).toEqual([])
      })

      test('of rows that the database has deleted with others of the flush find them gone', async () => {
        await using session = engine.session()
        const host = session.add('hosts', {})
        await session.flush()
        const guest = session.add('guests', { host })
        const second = session.add('hosts', { guest })
        const third = session.add('guests', { host: second })
        await session.commit()
        for (const row of [third, second, guest, host]) session.delete(row)
        await session.commit()
        expect(await all('select id from hosts union all select id from guests')).toEqual([])
      })

      test('of a cycle of tables heed a key that restricts', async () => {
        await using session = engine.session()
        const root = session.add('roots', {})
        session.add('leaves', { root })
        await session.commit()
        session.delete(root)
        await session.commit()
        expect(await all('select id from leaves')).toEqual([])
      })

      test('of a cycle of tables take along a row that another stands in the way of', async () => {
        await using session = engine.session()
        const hub = session.add('hubs', {})
        const first = session.add('spokes', { hub })
        session.add('spokes', { prior: first })
        await session.flush()
        await session.update('hubs', { where: {}, set: { spokeId: first.id } })
        await session.commit()
        for (const spoke of await session.find('spokes')) session.delete(spoke)
        session.delete(hub)
        await session.commit()
        expect(await all('select id from spokes')).toEqual([])
      })

      test('of what was only queued take it out of collections', async () => {
        await using session = engine.session()
        const team = session.add('teams', { code: 'a' })
        await session.commit()
        const { players } = await session.load(team, { players: true })
        const player = session.add('players', { name: 'x', team })
        expect(players).toEqual([player])
        session.delete(player)
        expect(players).toEqual([])
      })

      test('of a row whose key was changed, and not written, know what is under it', async () => {
        await using session = engine.session()
        const team = session.add('teams', { code: 'a', subs: [{}], subbed: [{}] })
        await session.commit()
        await session.load(team, { subs: true, subbed: true })
        team.code = 'b'
        session.delete(team)
        await session.commit()
        expect(await all('select id from subs')).toEqual([])
        expect(await all('select code from loose')).toEqual([{ code: null }])
      })

      test('in bulk follow a row once that goes by two keys', async () => {
        await using session = engine.session()
        const root = session.add('nodes', {})
        const above = session.add('nodes', { root, above: root })
        const below = session.add('nodes', { root, above })
        await session.commit()
        expect(await session.delete('nodes', { where: { id: root.id } })).toBe(1)
        expect([root, above, below].map(node => session.state(node))).toEqual(['deleted', 'deleted', 'deleted'])
      })
    })

    describe('collections', () => {
      test('get back a row whose key may not be null as if it had stayed', async () => {
        await using session = engine.session()
        const team = session.add('teams', { code: 'a', subs: [{}] })
        await session.commit()
        const { subs } = await session.load(team, { subs: true })
        const [sub] = subs.splice(0, 1)
        if (sub === undefined) throw new Error('no row')
        subs.push(sub)
        await session.commit()
        expect(await all('select code from subs')).toEqual([{ code: 'a' }])
      })
    })

    describe('join tables', () => {
      test('that get a row with another tell the other side', async () => {
        await using session = engine.session()
        const word = session.add('words', { text: 'w' })
        await session.commit()
        const { pages } = await session.load(word, { pages: true })
        const page = session.add('pages', { text: 'p', words: [word] })
        expect(pages).toEqual([page])
      })

      test('lose a row with which two others leave each other', async () => {
        await using session = engine.session()
        const page = session.add('pages', { text: 'p', words: [{ text: 'w' }] })
        await session.commit()
        const { words } = await session.load(page, { words: { with: { pages: true } } })
        const [word] = words
        const join = await session.get('pageWords', { page: 1, word: 1 })
        if (join === null || word === undefined) throw new Error('no row')
        session.delete(join)
        await session.flush()
        expect([words, word.pages]).toEqual([[], []])
        await session.rollback()
        expect([words, word.pages]).toEqual([[word], [page]])
      })

      test('have what they had when a row that left and came back is undone', async () => {
        await using session = engine.session()
        const page = session.add('pages', { text: 'p', words: [{ text: 'w' }] })
        await session.commit()
        const { words } = await session.load(page, { words: { with: { pages: true } } })
        const [word] = words
        if (word === undefined) throw new Error('no row')
        await session.commit()
        words.pop()
        await session.flush()
        words.push(word)
        await session.flush()
        await session.rollback()
        expect([words, word.pages]).toEqual([[word], [page]])
        const join = await session.get('pageWords', { page: 1, word: 1 })
        if (join === null) throw new Error('no row')
        session.delete(join)
        await session.flush()
        session.add('pageWords', { page: 1, word: 1 })
        await session.flush()
        await session.rollback()
        expect([words, word.pages]).toEqual([[word], [page]])
      })

      test('lose a row that was added by its values, and not written, as any other', async () => {
        await using session = engine.session()
        const [page] = [session.add('pages', { text: 'p' }), session.add('words', { text: 'w' })]
        await session.commit()
        const { words } = await session.load(page, { words: true })
        await session.find('words')
        session.add('pageWords', { page: 1, word: 1 })
        expect(words.length).toBe(1)
        words.pop()
        await session.commit()
        expect(await all('select * from "pageWords"')).toEqual([])
      })

      test('get no row of what is deleted before it was written', async () => {
        await using session = engine.session()
        const [word, page] = [session.add('words', { text: 'w' }), session.add('pages', { text: 'p' })]
        await session.commit()
        const { words } = await session.load(page, { words: true })
        words.push(word)
        session.delete(page)
        await session.commit()
        expect(await all('select * from "pageWords"')).toEqual([])
      })
    })

    describe('unique values', () => {
      test('pass from row to row, and are exchanged where the constraint waits', async () => {
        await using session = engine.session()
        const [a, b, c] = session.addAll('seats', [
          { no: 1, rank: 1 },
          { no: 2, rank: 2 },
          { no: 3, rank: 3 },
        ])
        if (a === undefined || b === undefined || c === undefined) throw new Error('no rows')
        await session.commit()
        Object.assign(a, { no: 2, rank: 2 })
        Object.assign(b, { no: 3, rank: 1 })
        Object.assign(c, { no: 4 })
        await session.commit()
        const rows = 'select no, rank from seats order by id'
        expect(await all(rows)).toEqual([
          { no: 2, rank: 2 },
          { no: 3, rank: 1 },
          { no: 4, rank: 3 },
        ])
        Object.assign(a, { no: 3 })
        Object.assign(b, { no: 2 })
        await expect(session.commit()).rejects.toThrow(`"seats_no_key"; this is row 1 of 2 changed in table 'seats'`)
        // By another value.
        a.no = 9
        await session.flush()
        a.no = 3
        await session.commit()
        expect(await all(rows)).toEqual([
          { no: 3, rank: 2 },
          { no: 2, rank: 1 },
          { no: 4, rank: 3 },
        ])
      })
    })

    describe('what is not known of an object', () => {
      test('has those read again that may have moved with its key', async () => {
        await using session = engine.session()
        const mat = session.add('mats', { code: 'a' })
        const pin = session.add('pins', { code: 'a' })
        await session.flush()
        session.expire(mat)
        await session.update('mats', { where: {}, set: { code: 'b' } })
        expect(await session.get('pins', pin.id)).toBe(pin)
        expect(pin.code).toBe('b')
      })

      test('keeps none from giving way to another that takes its place', async () => {
        await using session = engine.session()
        const [a, b] = session.addAll('mats', [
          { code: 'a', cover: {} },
          { code: 'b', cover: {} },
        ])
        await session.commit()
        if (a === undefined || b === undefined) throw new Error('no rows')
        const { cover } = await session.load(b, { cover: true })
        if (cover === null) throw new Error('no row')
        await session.load(a, { cover: true })
        session.expire(a)
        Object.assign(a, { cover })
        await session.commit()
        expect(await all('select id, code from covers order by id')).toEqual([
          { id: 1, code: null },
          { id: 2, code: 'a' },
        ])
      })

      test('is read when it is changed or deleted, so that a version is held to', async () => {
        await using session = engine.session({ expireOnCommit: true })
        const team = session.add('teams', { code: 'a' })
        await session.commit()
        team.size = 1
        await session.commit()
        expect(await all('select size, version from teams')).toEqual([{ size: 1, version: 2 }])
        session.delete(team)
        await session.commit()
        expect(await all('select size from teams')).toEqual([])
      })

      test('is read when others come to point to it', async () => {
        await using session = engine.session({ expireOnCommit: true })
        const team = session.add('teams', { code: 'a' })
        await session.commit()
        session.add('fans', { team })
        await session.commit()
        expect(await all('select code from fans')).toEqual([{ code: 'a' }])
      })

      test('is never the version, when columns are named', async () => {
        await using session = engine.session()
        session.add('teams', { code: 'a' })
        await session.commit()
        await session[Symbol.asyncDispose]()
        await using other = engine.session()
        const [team] = await other.find('teams', { columns: ['size'] })
        if (team === undefined) throw new Error('no row')
        Object.assign(team, { size: 5 })
        await other.commit()
        expect(await all('select size, version from teams')).toEqual([{ size: 5, version: 2 }])
      })

      test('does not keep it in a collection that it is taken out of', async () => {
        await using session = engine.session()
        const team = session.add('teams', { code: 'a', fans: [{}, {}], players: [{ name: 'x' }] })
        await session.commit()
        const { fans, players } = await session.load(team, { fans: true, players: true })
        session.expire()
        players.length = 0
        fans.splice(0, 1)
        await session.commit()
        expect(await all('select id from fans')).toEqual([{ id: 2 }])
        expect(await all('select "teamId" from players')).toEqual([{ teamId: null }])
      })

      test('does not keep it in a collection when it is put into another', async () => {
        await using session = engine.session()
        const [a, b] = session.addAll('teams', [{ code: 'a', players: [{ name: 'x' }] }, { code: 'b' }])
        await session.commit()
        if (a === undefined || b === undefined) throw new Error('no rows')
        const [first, second] = [await session.load(a, { players: true }), await session.load(b, { players: true })]
        const [player] = first.players
        if (player === undefined) throw new Error('no row')
        session.expire(player)
        second.players.push(player)
        expect([first.players, second.players]).toEqual([[], [player]])
        await session.commit()
        expect([first.players, second.players]).toEqual([[], [player]])
        expect(await all('select "teamId"::int from players')).toEqual([{ teamId: 2 }])
      })

      test('does not make it an orphan when its key is given again', async () => {
        await using session = engine.session()
        const team = session.add('teams', { code: 'a', fans: [{}] })
        await session.commit()
        const { fans } = await session.load(team, { fans: true })
        const [fan] = fans
        if (fan === undefined) throw new Error('no row')
        session.expire(fan)
        fans.pop()
        fan.code = 'a'
        await session.commit()
        expect(await all('select code from fans')).toEqual([{ code: 'a' }])
      })

      test('has the key of the row, whatever it was changed to', async () => {
        await using session = engine.session()
        const one = session.add('boxes', { key: box(1), label: 'x' })
        await session.commit()
        one.key = box(2)
        session.expire(one)
        expect(one).toEqual({ key: box(1) })
        await session.commit()
        expect(await all('select key from boxes')).toEqual([{ key: box(1) }])
      })

      test('leads nowhere until it is read again', async () => {
        await using session = engine.session()
        session.add('teams', { code: 'a', fans: [{}] })
        await session.commit()
        const [fan] = await session.find('fans', { with: { team: true } })
        if (fan === undefined) throw new Error('no row')
        session.expire(fan)
        expect(() => fan.team).toThrow(`column 'fans.code'`)
        expect([JSON.stringify(fan), { ...fan }, inspect(fan)]).toEqual(['{"id":1}', { id: 1 }, '{ id: 1 }'])
        const loaded = await session.load(fan, { team: true })
        expect([loaded.team?.code, Object.keys(fan).toSorted()]).toEqual(['a', ['code', 'id', 'team']])
        session.expire(fan)
        await session.refresh(fan)
        expect([fan.team?.code, Object.keys(fan).toSorted()]).toEqual(['a', ['code', 'id', 'team']])
      })

      test('is where it was, when it was moved and that is given up', async () => {
        await using session = engine.session()
        const [a, b] = session.addAll('teams', [{ code: 'a', fans: [{}, {}] }, { code: 'b' }])
        await session.commit()
        if (a === undefined || b === undefined) throw new Error('no rows')
        const { fans } = await session.load(a, { fans: true })
        const other = (await session.load(b, { fans: true })).fans
        for (const giveUp of [(fan: object) => session.expire(fan), (fan: object) => session.refresh(fan)]) {
          for (const there of [[], other]) {
            const [fan] = fans.splice(0, 1)
            if (fan === undefined) throw new Error('no row')
            there.push(fan)
            await giveUp(fan)
            expect([fans.length, fans.includes(fan), other]).toEqual([2, true, []])
          }
          await session.commit()
          expect(await all('select code from fans')).toEqual([{ code: 'a' }, { code: 'a' }])
        }
      })

      test('does not keep it under a row that goes since it was taken out of a collection', async () => {
        await using session = engine.session()
        const team = session.add('teams', { code: 'a', fans: [{}] })
        await session.commit()
        const { fans } = await session.load(team, { fans: { with: { flags: true } } })
        const [fan] = fans
        if (fan === undefined) throw new Error('no row')
        fan.flags.push(session.add('flags', {}))
        await session.commit()
        const [flag] = await session.find('flags')
        if (flag === undefined) throw new Error('no row')
        session.expire(flag)
        fans.pop()
        await session.commit()
        expect(await all('select id, "fanId" from flags order by id')).toEqual([{ id: 1, fanId: null }])
      })

      test('does not keep it from going with others when it was changed', async () => {
        await using session = engine.session()
        const team = session.add('teams', { code: 'a', players: [{ name: 'x' }] })
        await session.commit()
        const [player] = await session.find('players')
        if (player === undefined) throw new Error('no row')
        session.expire(player)
        player.name = 'y'
        session.delete(team)
        await session.commit()
        expect(await all('select name from players')).toEqual([])
      })

      test('takes no rows out of its collections when a transaction is undone', async () => {
        await using session = engine.session()
        const team = session.add('teams', { code: 'a', fans: [{}] })
        await session.commit()
        const { fans } = await session.load(team, { fans: true })
        await session.commit()
        session.expire(team)
        session.add('words', { text: 'w' })
        await session.flush()
        await session.rollback()
        expect(fans.length).toBe(1)
      })

      test('is none once all was written: the object is plain again', async () => {
        await using session = engine.session()
        const word = session.add('words', { text: 'w' })
        await session.commit()
        session.expire(word)
        word.text = 'x'
        await session.commit()
        expect(word).toStrictEqual({ id: 1, text: 'x' })
        expect(Object.getPrototypeOf(word)).toBe(Object.prototype)
        session.expire(word)
        await session.update('words', { where: {}, set: { text: 'y' } })
        expect(word).toStrictEqual({ id: 1, text: 'y' })
      })

      test('is not known again when the savepoint that read it is undone', async () => {
        await using session = engine.session()
        const team = session.add('teams', { code: 'a' })
        await session.flush()
        session.expire(team)
        const savepoint = await session.nested()
        team.size = 3
        await session.flush()
        await savepoint.rollback()
        expect(() => team.size).toThrow(`column 'teams.size'`)
        expect(await session.get('teams', 1)).toBe(team)
        expect(team).toStrictEqual({ id: 1, code: 'a', size: 0, version: 1 })
      })
    })

    describe('a savepoint that is undone', () => {
      test('leaves no values that were read in it for those of the row', async () => {
        await using session = engine.session()
        await session.insert('words', [{ text: 'w' }])
        const savepoint = await session.nested()
        await session.execute(`update words set text = 'x'`)
        const word = await session.get('words', 1)
        expect(word?.text).toBe('x')
        await savepoint.rollback()
        expect(await session.get('words', 1)).toBe(word)
        expect(word?.text).toBe('w')
      })

      test('takes its rows out of collections that were loaded in it, and gives others what they held', async () => {
        await using session = engine.session()
        const team = session.add('teams', { code: 'a', players: [{ name: 'x' }] })
        const page = session.add('pages', { text: 'p' })
        await session.commit()
        const { players } = await session.load(team, { players: true })
        const savepoint = await session.nested()
        session.add('players', { name: 'y', team })
        session.add('words', { text: 'w', pages: [page] })
        await session.flush()
        await session.load(team, { players: true })
        const { words } = await session.load(page, { words: true })
        expect([players.length, words.length]).toEqual([2, 1])
        await savepoint.rollback()
        expect(players.map(({ name }) => name)).toEqual(['x'])
        expect(words).toEqual([])
      })
    })

    test('rows that were deleted in bulk are in collections again when that is undone, with a savepoint in it', async () => {
      await using session = engine.session()
      const root = session.add('nodes', {})
      const node = session.add('nodes', { root })
      await session.commit()
      const loaded = await session.load(root, { all: true })
      const outer = await session.nested()
      await session.delete('nodes', { where: { id: root.id } })
      const inner = await session.nested()
      await inner.rollback()
      await outer.rollback()
      expect(loaded.all).toEqual([node])
    })

    test('an object that was put under a new one, and is not, is plain again', async () => {
      await using session = engine.session()
      const player = session.add('players', { name: 'x' })
      await session.commit()
      const loaded = await session.load(player, { team: true })
      loaded.team = session.add('teams', { code: 'a' })
      loaded.team = null
      await session.commit()
      expect(Object.getPrototypeOf(player)).toBe(Object.prototype)
    })

    test('a row that was changed without being read in the transaction is read by get', async () => {
      await using session = engine.session()
      const team = session.add('teams', { code: 'a' })
      await session.commit()
      await engine.execute('update teams set size = 5')
      team.code = 'b'
      await session.flush()
      expect(await session.get('teams', 1)).toBe(team)
      expect([team.code, team.size]).toEqual(['b', 5])
    })

    test('objects that lead to each other are printed as far as was asked for', async () => {
      await engine.unitOfWork(async writing => {
        writing.add('teams', { code: 'a', players: [{ name: 'x' }] })
      })
      await using session = engine.session()
      const [team] = await session.find('teams', { with: { players: { with: { team: true } } } })
      const inner = `{ id: 1, teamId: 1n, name: 'x', team: [Circular] }`
      expect(inspect(team, { breakLength: 999, compact: 9, depth: null })).toBe(
        `{ id: 1, code: 'a', size: 0, version: 1, players: [ ${inner} ] }`,
      )
      expect(inspect(team, { breakLength: 999, compact: 9, depth: 1 })).toContain('players: [ [Object] ]')
    })

    test('an object that was let go of and comes back has its collections, and stands back behind another', async () => {
      await using session = engine.session()
      const team = session.add('teams', { code: 'a', players: [{ name: 'x' }] })
      await session.commit()
      const { players } = await session.load(team, { players: { with: { team: true } } })
      const [player] = players
      if (player === undefined) throw new Error('no row')
      session.expunge(team)
      session.add(team)
      session.delete(player)
      await session.commit()
      expect(players).toEqual([])
      const other = session.add('players', { name: 'y', team })
      await session.flush()
      const loaded = await session.load(other, { team: true })
      session.expunge(team)
      const same = await session.get('teams', 1)
      expect(same).not.toBe(team)
      expect(loaded.team).toBe(same)
    })

    test('an object that was let go of is not touched by a rollback', async () => {
      await using session = engine.session()
      const word = session.add('words', { text: 'w' })
      await session.flush()
      session.expunge(word)
      await session.rollback()
      expect(session.state(word)).toBe('detached')
      expect(await session.count('words')).toBe(0)
    })
  })
}

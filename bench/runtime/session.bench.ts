/** What the session costs beside `pg` written by hand in its best form: a graph, changes, keys, finds, relations; and a clean flush. */
import pg from 'pg'
import { createEngine, defineSchema, t, table } from './built.ts'
import { startPostgres } from '../../test/postgres-server.ts'
import { report, turns, type Way } from './turns.ts'

const rounds = Number(process.env.ROUNDS ?? 20)
const warmUp = 8

const schema = defineSchema({
  users: table({
    id: t.id(),
    email: t.text(),
    name: t.text(),
    age: t.integer(),
    joined: t.timestamptz({ default: new Date(0) }),
  }),
  posts: table({ id: t.id(), userId: t.ref('users.id', { inverse: 'posts' }), title: t.text(), words: t.integer() }),
  comments: table({ id: t.id(), postId: t.ref('posts.id', { inverse: 'comments' }), text: t.text() }),
  tags: table({ id: t.id(), label: t.text() }),
  postTags: table(
    { postId: t.ref('posts.id'), tagId: t.ref('tags.id') },
    { primaryKey: ['postId', 'tagId'], link: { postId: 'posts', tagId: 'tags' } },
  ),
})
const users = 500
const postsEach = 4
const commentsEach = 4

const { url: address, stop } = await startPostgres()
try {
  await using engine = createEngine(address, { schema })
  await engine.metadata.createAll()
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  console.log(`Node ${process.version}, ${rounds} rounds; median (least-most); CPU is that of the client`)
  const empty = async (): Promise<void> => {
    await client.query('truncate users, posts, comments, tags, "postTags" restart identity')
  }
  await measure(
    'a graph of 500 users, 2,000 posts and 8,000 comments, inserted',
    [graphByHand(client), graphBySession()],
    10_500,
    empty,
  )

  await empty()
  await client.query(`insert into users (email, name, age) select 'u' || n, 'User ' || n, n % 90 from generate_series(1, 5000) n;
    insert into posts ("userId", title, words) select 1 + n % 100, 'Post ' || n, n from generate_series(0, 499) n;
    insert into comments ("postId", text) select 1 + n % 500, 'Comment ' || n from generate_series(0, 1999) n;
    insert into tags (label) select 'tag ' || n from generate_series(1, 20) n;
    insert into "postTags" select n, 1 + (n + k) % 20 from generate_series(1, 500) n, generate_series(0, 1) k; analyze`)
  await measure(
    '5,000 rows loaded, one column of each changed, written',
    [changeByHand(client), changeBySession()],
    5000,
  )
  await measure('a row by its key', [keyByHand(client), keyBySession()], 1000)
  await measure('1,000 rows found', [findByHand(client), findBySession()], 10_000)
  await measure(
    '100 users with posts, comments and tags',
    [...graphsByHand(client), relationsBySession('selectin'), relationsBySession('joined')],
    100,
  )
  await cleanFlush()

  function graphBySession(): Way {
    return {
      name: 'cupel: session',
      isBase: false,
      async run() {
        await using session = engine.session()
        for (let user = 0; user < users; user++) {
          const owner = session.add('users', { email: `u${user}`, name: `User ${user}`, age: user % 90 })
          for (let post = 0; post < postsEach; post++) {
            const parent = session.add('posts', { user: owner, title: `Post ${post}`, words: post })
            for (let at = 0; at < commentsEach; at++) session.add('comments', { post: parent, text: `Comment ${at}` })
          }
        }
        await session.commit()
      },
    }
  }

  function changeBySession(): Way {
    return {
      name: 'cupel: session',
      isBase: false,
      async run() {
        await using session = engine.session()
        for (const user of await session.find('users')) user.age++
        await session.commit()
      },
    }
  }

  function keyBySession(): Way {
    return {
      name: 'cupel: session.get',
      isBase: false,
      async run() {
        await using session = engine.session()
        for (let id = 1; id <= 1000; id++) {
          if ((await session.get('users', id))?.email !== `u${id}`) throw new Error('another row')
        }
      },
    }
  }

  function findBySession(): Way {
    return {
      name: 'cupel: session.find',
      isBase: false,
      async run() {
        for (let time = 0; time < 10; time++) {
          await using session = engine.session()
          const found = await session.find('users', { where: { id: { lte: 1000 } } })
          if (found.length !== 1000) throw new Error('other rows')
        }
      },
    }
  }

  function relationsBySession(load: 'selectin' | 'joined'): Way {
    return {
      name: `cupel: session.find, ${load}`,
      isBase: false,
      async run() {
        await using session = engine.session()
        const found = await session.find('users', {
          where: { id: { lte: 100 } },
          with: { posts: { with: { comments: true, tags: true } } },
          load,
        })
        checkGraph(found)
      },
    }
  }

  /** A flush that has nothing to do. */
  async function cleanFlush(): Promise<void> {
    const size = 100_000
    await client.query(`truncate users cascade;
      insert into users (email, name, age) select 'u' || n, 'User ' || n, n % 90 from generate_series(1, ${size}) n`)
    await using session = engine.session()
    await session.find('users')
    for (let time = 0; time < 20; time++) await session.flush()
    const start = performance.now()
    for (let time = 0; time < 20; time++) await session.flush()
    console.log(`\na flush of ${size} clean objects: ${((performance.now() - start) / 20).toFixed(2)} ms`)
  }
  await client.end()
} finally {
  await stop()
}

async function measure(
  title: string,
  ways: readonly Way[],
  rows: number,
  between = async (): Promise<void> => {},
): Promise<void> {
  const taken = await turns(ways, { rows, rounds, warmUp, garbage: 'young', between })
  console.log(`\n${title}\n\n${report(taken)}`)
}

interface Graph {
  readonly posts: readonly { readonly comments: readonly object[]; readonly tags: readonly object[] }[]
}

function checkGraph(found: readonly Graph[]): void {
  const posts = found.flatMap(user => user.posts)
  const count = posts.reduce((sum, post) => sum + post.comments.length + post.tags.length, 0)
  if (found.length !== 100 || posts.length !== 500 || count !== 3000) throw new Error('rows are missing')
}

function graphByHand(client: pg.Client): Way {
  return {
    name: 'pg by hand: unnest, three statements',
    isBase: true,
    async run() {
      await client.query('begin')
      const emails: string[] = []
      const names: string[] = []
      const ages: number[] = []
      for (let user = 0; user < users; user++) {
        emails.push(`u${user}`)
        names.push(`User ${user}`)
        ages.push(user % 90)
      }
      const owners = await client.query<{ id: string }>(
        'insert into users (email, name, age) select * from unnest($1::text[], $2::text[], $3::int[]) returning id, joined',
        [emails, names, ages],
      )
      const ids: number[] = []
      const titles: string[] = []
      const words: number[] = []
      for (const { id } of owners.rows) {
        for (let post = 0; post < postsEach; post++) {
          ids.push(Number(id))
          titles.push(`Post ${post}`)
          words.push(post)
        }
      }
      const parents = await client.query<{ id: string }>(
        'insert into posts ("userId", title, words) select * from unnest($1::bigint[], $2::text[], $3::int[]) returning id',
        [ids, titles, words],
      )
      const posts: number[] = []
      const texts: string[] = []
      for (const { id } of parents.rows) {
        for (let at = 0; at < commentsEach; at++) {
          posts.push(Number(id))
          texts.push(`Comment ${at}`)
        }
      }
      await client.query(
        'insert into comments ("postId", text) select * from unnest($1::bigint[], $2::text[]) returning id',
        [posts, texts],
      )
      await client.query('commit')
    },
  }
}

interface UserRow {
  id: string
  email: string
  age: number
}

function changeByHand(client: pg.Client): Way {
  return {
    name: 'pg by hand: select, update from unnest',
    isBase: true,
    async run() {
      await client.query('begin')
      const { rows } = await client.query<UserRow>('select * from users')
      for (const row of rows) row.age++
      await client.query(
        'update users u set age = x.age from unnest($1::bigint[], $2::int[]) as x(id, age) where u.id = x.id',
        [rows.map(row => row.id), rows.map(row => row.age)],
      )
      await client.query('commit')
    },
  }
}

function keyByHand(client: pg.Client): Way {
  return {
    name: 'pg by hand, a named statement',
    isBase: true,
    async run() {
      for (let id = 1; id <= 1000; id++) {
        const { rows } = await client.query<UserRow>({
          name: 'one',
          text: 'select * from users where id = $1',
          values: [id],
        })
        if (rows[0]?.email !== `u${id}`) throw new Error('another row')
      }
    },
  }
}

function findByHand(client: pg.Client): Way {
  return {
    name: 'pg by hand, a named statement',
    isBase: true,
    async run() {
      for (let time = 0; time < 10; time++) {
        const { rows } = await client.query({
          name: 'some',
          text: 'select * from users where id <= $1',
          values: [1000],
        })
        if (rows.length !== 1000) throw new Error('other rows')
      }
    },
  }
}

function graphsByHand(client: pg.Client): Way[] {
  const grouped = <Row extends object>(rows: readonly Row[], key: keyof Row): Map<unknown, Row[]> => {
    const groups = new Map<unknown, Row[]>()
    for (const row of rows) {
      const known = groups.get(row[key])
      if (known === undefined) groups.set(row[key], [row])
      else known.push(row)
    }
    return groups
  }
  return [
    {
      name: 'pg by hand: four statements',
      isBase: true,
      async run() {
        const owners = (await client.query<{ id: string }>('select * from users where id <= 100')).rows
        const ids = owners.map(user => user.id)
        const posts = (
          await client.query<{ id: string; userId: string }>('select * from posts where "userId" = any($1)', [ids])
        ).rows
        const postIds = posts.map(post => post.id)
        const comments = (
          await client.query<{ postId: string }>('select * from comments where "postId" = any($1)', [postIds])
        ).rows
        const tags = (
          await client.query<{ postId: string }>(
            'select j."postId", t.* from "postTags" j join tags t on t.id = j."tagId" where j."postId" = any($1)',
            [postIds],
          )
        ).rows
        const [byPost, byTagged, byUser] = [
          grouped(comments, 'postId'),
          grouped(tags, 'postId'),
          grouped(posts, 'userId'),
        ]
        checkGraph(
          owners.map(user => ({
            ...user,
            posts: (byUser.get(user.id) ?? []).map(post => ({
              ...post,
              comments: byPost.get(post.id) ?? [],
              tags: byTagged.get(post.id) ?? [],
            })),
          })),
        )
      },
    },
    {
      name: 'pg by hand: one statement, json_agg',
      isBase: true,
      async run() {
        const { rows } = await client.query<Graph>(`select u.*, coalesce((select json_agg(p) from (select p.*,
          coalesce((select json_agg(c) from comments c where c."postId" = p.id), '[]') as comments,
          coalesce((select json_agg(t) from "postTags" j join tags t on t.id = j."tagId" where j."postId" = p.id), '[]') as tags
          from posts p where p."userId" = u.id) p), '[]') as posts from users u where u.id <= 100`)
        checkGraph(rows)
      },
    },
  ]
}

import { type Call, type Route, send } from './call.ts'
import { readBody } from './read-body.ts'
import { Refusal } from './refusal.ts'
import { sendLines } from './send-lines.ts'
import { transfer } from './transfer.ts'
import { object, text, whole } from './validator.ts'

/** Milliseconds that a statement of a short answer may take, the wait for a connection among them. */
const timeout = 5000
const largest = 2 ** 31 - 1

const account = object({
  email: text(320, /^[^\s@]+@[^\s@]+$/, 'an address of mail'),
  credit: whole(0, largest),
})
const post = object({ authorId: whole(1, Number.MAX_SAFE_INTEGER), title: text(200), body: text(20_000) })
const movement = object({ giverId: whole(1, largest), takerId: whole(1, largest), amount: whole(1, largest) })
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

export const routes: readonly Route[] = [
  { method: 'GET', path: '/health', answer: health },
  { method: 'GET', path: '/ready', answer: ready },
  { method: 'GET', path: '/posts', answer: posts },
  { method: 'POST', path: '/posts', answer: addPost },
  { method: 'POST', path: '/accounts', answer: addAccount },
  { method: 'GET', path: '/accounts/:id', answer: oneAccount },
  { method: 'PUT', path: '/transfers/:id', answer: putTransfer },
]

/** Whether the process is well. Asks no database, whose trouble a new process would not end. */
async function health({ response }: Call): Promise<void> {
  const { heapUsed, external } = process.memoryUsage()
  send(response, 200, { status: 'ok', memory: heapUsed + external })
}

/** Whether requests are welcome. */
async function ready({ engine, response, signal }: Call): Promise<void> {
  await engine.execute('select 1', [], { signal, timeout: 1000 })
  send(response, 200, { status: 'ready' })
}

/** Posts behind the one that `after` names, as lines of JSON. The statement ends on the server when the client goes. */
async function posts(call: Call): Promise<void> {
  const after = idIn(call.url.searchParams.get('after') ?? '0')
  const sql = 'select id, author_id as "authorId", title, body from posts where id > :after order by id'
  await sendLines(call.engine.stream(sql, { after }, { signal: call.signal }), call)
}

async function addPost(call: Call): Promise<void> {
  const given = await readBody(call, post)
  const made = await call.engine.unitOfWork(async session => session.add('posts', given))
  created(call, `/posts/${made.id}`, made.id)
}

async function addAccount(call: Call): Promise<void> {
  const given = await readBody(call, account)
  const made = await call.engine.unitOfWork(async session => session.add('accounts', given))
  created(call, `/accounts/${made.id}`, made.id)
}

async function oneAccount({ engine, params, response, signal }: Call): Promise<void> {
  const found = await engine.execute('select id, email, credit from accounts where id = $1', [idIn(params.id)], {
    signal,
    timeout,
  })
  const row = found.oneOrNone()
  if (row === null) throw new Refusal(404, 'there is no such account')
  send(response, 200, row)
}

/** Sent again with the same id, it moves nothing and gives the same answer: so a client may try until it hears one. */
async function putTransfer(call: Call): Promise<void> {
  const { id = '' } = call.params
  if (!uuid.test(id)) throw new Refusal(404, 'the id of a transfer is a uuid')
  const wanted = await readBody(call, movement)
  const made = await transfer(call.engine, { id: id.toLowerCase(), ...wanted })
  send(call.response, made === 'new' ? 201 : 200, { id })
}

function created({ response }: Call, location: string, id: number): void {
  response.setHeader('location', location)
  send(response, 201, { id })
}

function idIn(text: string | undefined): number {
  const id = /^\d{1,15}$/.test(text ?? '') ? Number(text) : null
  if (id === null) throw new Refusal(400, 'an id is a whole number')
  return id
}

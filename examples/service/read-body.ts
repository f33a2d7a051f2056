import { addAbortSignal } from 'node:stream'
import type { Call } from './call.ts'
import { Refusal } from './refusal.ts'
import type { Validator } from './validator.ts'

const mostBytes = 65_536

/**
 * The body of a request, as a validator lets it in.
 * @throws Refusal that says what is wrong with it, and repeats none of it
 */
export async function readBody<Value>({ request, signal }: Call, validator: Validator<Value>): Promise<Value> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'a body is application/json')
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of addAbortSignal(signal, request)) {
    size += chunk.length
    if (size > mostBytes) throw new Refusal(413, `a body has at most ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  const result = validator['~standard'].validate(parse(Buffer.concat(chunks).toString()))
  if ('issues' in result) throw new Refusal(422, 'the body is not as it should be', { issues: result.issues })
  return result.value
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    // The parser's own sentence quotes what it was given.
    throw new Refusal(400, 'the body is not JSON')
  }
}

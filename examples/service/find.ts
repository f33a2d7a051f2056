import type { Call, Route } from './call.ts'
import { Refusal } from './refusal.ts'

/**
 * The route of a method and a path.
 * @throws Refusal with 404 or, for a path that has other methods, with 405
 */
export function find(routes: readonly Route[], method: string, path: string): Found {
  const found = routes.flatMap(route => {
    const params = match(route.path, path)
    return params === null ? [] : [{ route, params }]
  })
  const one = found.find(({ route }) => route.method === method)
  if (one !== undefined) return one
  if (found.length === 0) throw new Refusal(404, 'there is nothing here')
  const allowed = found.map(({ route }) => route.method).join(', ')
  throw new Refusal(405, `this takes ${allowed}`, { headers: { allow: allowed } })
}

interface Found {
  readonly route: Route
  readonly params: Call['params']
}

function match(pattern: string, path: string): Call['params'] | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return null
  const params: { [name: string]: string } = {}
  for (const [at, part] of wanted.entries()) {
    const value = given[at]!
    if (part.startsWith(':')) params[part.slice(1)] = value
    else if (part !== value) return null
  }
  return params
}

/** Why a module of the user's project could not be loaded, and where in it. */
import { existsSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { typeName } from '../schema/type-name.ts'

/** @param file the module that was asked for; places are told as they are seen from its folder */
export function loadFailure(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `it threw ${typeName(error)}`
  const folder = dirname(file)
  const [, at, row, text] = finding.exec(error.message) ?? []
  if (text !== undefined) return `${text}${placeText(at, row, folder)}`
  const [first = ''] = error.message.split('\n')
  const [, path, line] = placeIn(error.stack ?? '', folder) ?? []
  return `${error.name}: ${first}${placeText(path, line, folder)}`
}

/** What esbuild, which tsx reads TypeScript with, says on the second line of what it finds wrong. */
const finding = /^([^\n]+?):(\d+):\d+: ERROR: (.*)$/m

/** The first line of a stack that is of the project itself: a syntax error's own first line, or a caller. */
function placeIn(stack: string, folder: string): RegExpExecArray | null {
  for (const text of stack.split('\n')) {
    const found = /(?:^|\(|\bat )((?:file:\/\/)?[^\s()]*?\.[mc]?[jt]sx?)(?:\?[^:]*)?:(\d+)/.exec(text.trim())
    if (found === null) continue
    const path = pathOf(found[1] ?? '')
    if (!path.includes('node_modules') && path.startsWith(folder) && existsSync(path)) return found
  }
  return null
}

function pathOf(place: string): string {
  return place.startsWith('file:') ? fileURLToPath(place) : place
}

function placeText(place: string | undefined, line: string | number | undefined, folder: string): string {
  if (place === undefined || line === undefined) return ''
  const path = pathOf(place)
  return `, in '${path.startsWith('/') ? relative(folder, path) : path}', line ${line}`
}

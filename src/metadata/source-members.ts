/** The parts of source text, by its brackets: what it does not know it takes as it stands. */

/** A member of an object in the text: its key and its value's text. */
export type Member = readonly [key: string, value: string]

/** The letters of code with their places, less those in strings, templates and comments. */
export function* code(text: string, from: number): Generator<readonly [place: number, letter: string]> {
  for (let at = from; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (letter === "'" || letter === '"' || letter === '`') {
      for (at++; at < text.length && text[at] !== letter; at++) if (text[at] === '\\') at++
    } else if (letter === '/' && text[at + 1] === '/') {
      while (at + 1 < text.length && text[at + 1] !== '\n') at++
    } else if (letter === '/' && text[at + 1] === '*') at = Math.max(text.indexOf('*/', at), at) + 1
    else yield [at, letter]
  }
}

/** What stands between two brackets, the brackets too; null where the first has no other. */
export function balanced(text: string, open: number): string | null {
  let depth = 0
  for (const [place, letter] of code(text, open)) {
    if (/[<({[]/.test(letter)) depth++
    else if (/[)}\]]/.test(letter) || (letter === '>' && text[place - 1] !== '=')) depth--
    if (depth === 0) return text.slice(open, place + 1)
  }
  return null
}

/** The parts of a list between brackets, each without the space and the comments before it. */
function parts(text: string, open: number): string[] {
  const found: string[] = []
  let depth = 0
  let start = open + 1
  for (const [place, letter] of code(text, open)) {
    if (/[({[]/.test(letter)) depth++
    else if (/[)}\]]/.test(letter)) depth--
    if ((letter === ',' && depth === 1) || depth === 0) {
      found.push(
        text
          .slice(start, place)
          .replace(/^(?:\s|\/\/[^\n]*\n|\/\*[^]*?\*\/)+/, '')
          .trimEnd(),
      )
      start = place + 1
    }
    if (depth === 0) break
  }
  return found.filter(part => part !== '')
}

/** What a call is given. */
export function argumentsOf(call: string): string[] {
  const name = /^[\w.$]*/.exec(call)?.[0].length ?? 0
  const open = call.indexOf('(', call[name] === '<' ? name + (balanced(call, name)?.length ?? 0) : name)
  return open === -1 ? [] : parts(call, open)
}

/** The elements of an array. */
export function elementsOf(text: string): string[] {
  return text.startsWith('[') ? parts(text, 0) : []
}

/** The members of an object; a name alone is its own value. */
export function membersOf(text: string): Member[] {
  if (!text.startsWith('{')) return []
  return parts(text, 0).flatMap((part): Member[] => {
    if (/^[\w$]+$/.test(part)) return [[part, part]]
    const found = /^(?:([\p{ID_Start}$_][\p{ID_Continue}$]*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")):\s*/u.exec(part)
    return found === null ? [] : [[found[1] ?? wordOf(found[2] ?? '') ?? '', part.slice(found[0].length).trim()]]
  })
}

/** What is spread into an object in the text. */
export function spreadsOf(text: string): string[] {
  return text.startsWith('{') ? parts(text, 0).filter(part => part.startsWith('...')) : []
}

/** The value of a string in the text; undefined where it is another thing. */
export function wordOf(text: string | undefined): string | undefined {
  const inside = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")$/.exec(text ?? '')
  return inside === null ? undefined : (inside[1] ?? inside[2] ?? '').replace(/\\(.)/g, '$1')
}

/**
 * The name that was probably meant. Twin: `nearest` in types/nearest.ts, which asks the same questions in the same order
 * while the compiler prints an error.
 */

/**
 * The candidate that differs from `name` in case and underscores only, or else the one within one edit (a letter more, less,
 * other, or two neighbours swapped), or else within two. Of several, the first in the order of their characters, whatever
 * order they come in. null when none is near: a change that could make a name into any other of its length says nothing.
 * @example nearest('emial', ['id', 'email']) // => 'email'
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const names = [...candidates].sort()
  const near = (edits: number, letters: number): string | undefined =>
    name.length < letters
      ? undefined
      : names.find(candidate => candidate.length >= letters && within(name, candidate, edits))
  return names.find(candidate => isSpeltAlike(candidate, name)) ?? near(1, 2) ?? near(2, 5) ?? null
}

/** `; did you mean 'email'?`, or nothing: the end of a sentence about an unknown name. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates)
  return near === null ? '' : `; did you mean '${near}'?`
}

/** Whether two names differ in case and underscores only. */
export function isSpeltAlike(name: string, other: string): boolean {
  return plain(name) === plain(other)
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}

/** Whether `a` becomes `b` in at most so many edits. */
function within(a: string, b: string, edits: number): boolean {
  let same = 0
  while (same < a.length && same < b.length && a[same] === b[same]) same++
  const left = a.slice(same)
  const right = b.slice(same)
  if (left === right) return true
  if (edits === 0) return false
  return (
    within(left.slice(1), right.slice(1), edits - 1) ||
    within(left.slice(1), right, edits - 1) ||
    within(left, right.slice(1), edits - 1) ||
    (left.length > 1 &&
      left[0] === right[1] &&
      left[1] === right[0] &&
      within(left.slice(2), right.slice(2), edits - 1))
  )
}

/**
 * The name that was probably meant. Twin: `nearest` in types/nearest.ts, which asks the same questions in the same order
 * while the compiler prints an error.
 */

/**
 * The first candidate that differs from `name` in case and underscores only, or else the first within one edit
 * (a letter more, less, other, or two neighbours swapped), or else within two. null when none is that near.
 * @example nearest('emial', ['id', 'email']) // => 'email'
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const names = [...candidates]
  const found =
    names.find(candidate => plain(candidate) === plain(name)) ??
    names.find(candidate => within(name, candidate, 1)) ??
    names.find(candidate => name.length > 3 && candidate.length > 3 && within(name, candidate, 2))
  return found ?? null
}

/** `; did you mean 'email'?`, or nothing: the end of a sentence about an unknown name. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates)
  return near === null ? '' : `; did you mean '${near}'?`
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

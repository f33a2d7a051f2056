/** Postgres's own text as SQL of the literal. */
import { Fragment } from '../base/fragment.ts'
import { printedText } from './printed-text.ts'

/** A fragment of nothing but this text, which Postgres printed. */
export function textFragment(text: string): Fragment {
  return plainFragment(printedText(text))
}

/** A fragment of nothing but this text, as a person wrote it. */
export function plainFragment(text: string): Fragment {
  return new Fragment([{ kind: 'text', text }])
}

/** The text of a fragment that is nothing else; empty for another. */
export function plainText({ parts: [part, ...more] }: Fragment): string {
  return part?.kind === 'text' && more.length === 0 ? part.text : ''
}

/** An object without the members that are `undefined`. */
export function present<Shape extends object>(
  given: Shape,
): { [Name in keyof Shape]: Exclude<Shape[Name], undefined> } {
  // The cast: what is left holds no `undefined`.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Shape]: Exclude<Shape[Name], undefined>
  }
}

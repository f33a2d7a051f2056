/** The `sql` tag: SQL as it is written, with values and names that cannot become SQL by accident. */
import type { AnyColumn } from '../../types/literal.ts'
import { EngineError } from '../base/errors.ts'
import { Fragment, isFragment, type Part } from '../base/fragment.ts'
import { typedParts } from './typed-value.ts'

/** The tag and what makes pieces for it. */
export interface Sql {
  /**
   * SQL with values in it. A fragment becomes part of the text; everything else is a parameter, an array too.
   * @example sql`select * from users where id = any(${[1, 2]})` // sends: select * from users where id = any($1)
   */
  (texts: TemplateStringsArray, ...values: readonly unknown[]): Fragment
  /** A name, quoted; several are joined by dots: `sql.identifier('public', 'users')` is `"public"."users"`. */
  identifier(...names: readonly string[]): Fragment
  /** Values with commas between them, each a parameter of its own, as in `in (${sql.list([1, 2])})`. */
  list(values: Iterable<unknown>): Fragment
  /** Fragments with a separator between them: a comma, unless another is given. */
  join(fragments: Iterable<Fragment>, separator?: Fragment): Fragment
  /**
   * A value of a type that the place of a parameter does not tell: a range, a composite, geometry, an array of JSON. It is checked and
   * written as a column of that type would be, and cast to it.
   * @throws ValueError for a value that the type cannot hold
   * @example sql`select * from stays where during && ${sql.typed(t.daterange(), { lower: '2026-01-01' })}` // sends: $1::daterange
   */
  typed<Input>(column: { readonly '~insert': Input }, value: Input | null): Fragment
  /** Text that becomes SQL as it stands. Never give it what a user wrote. */
  dangerous(text: string): Fragment
}

function tag(texts: TemplateStringsArray, ...values: readonly unknown[]): Fragment {
  for (const raw of texts.raw) if (raw.includes('\\')) checkEscapes(raw)
  return fragmentOf(
    texts.flatMap((text, at) => (at === 0 ? [textPart(text)] : [...partsOf(values[at - 1]), textPart(text)])),
  )
}

/** Refuses a backslash that JavaScript would drop, as in `a ~ '\d'`, and an escape that it cannot read. */
function checkEscapes(raw: string): void {
  const escapes = /\\(x[\da-f]{2}|u[\da-f]{4}|u\{0*(?:10|[\da-f])?[\da-f]{1,4}\}|[^])/gi
  for (const [, escaped = ''] of raw.matchAll(escapes)) {
    if (escaped.length === 1 && !/[\\`$'"{nrtbfv\n\r]/.test(escaped)) throw new EngineError('lostBackslash', [escaped])
  }
}

/** The `sql` tag. */
export const sql: Sql = Object.assign(tag, {
  identifier(...names: readonly string[]): Fragment {
    if (names.length === 0 || names.includes('')) throw new EngineError('emptyIdentifier', [])
    return new Fragment([{ kind: 'identifier', names }])
  },
  list(values: Iterable<unknown>): Fragment {
    const parts = Array.from(values, (value, at) => (at === 0 ? partsOf(value) : [comma, ...partsOf(value)])).flat()
    if (parts.length === 0) throw new EngineError('emptyList', [])
    return new Fragment(parts)
  },
  join(fragments: Iterable<Fragment>, separator: Fragment = new Fragment([comma])): Fragment {
    const pieces = Array.from(fragments, (fragment, at) =>
      at === 0 ? fragment.parts : [...separator.parts, ...fragment.parts],
    )
    return fragmentOf(pieces.flat())
  },
  typed(column: object, value: unknown): Fragment {
    // What `t` gives is the plain data of a column, and phantoms.
    return new Fragment(typedParts(column as AnyColumn, value))
  },
  dangerous(text: string): Fragment {
    return new Fragment([textPart(text)])
  },
})

const comma = textPart(', ')

function textPart(text: string): Part {
  return { kind: 'text', text }
}

function partsOf(value: unknown): readonly Part[] {
  return isFragment(value) ? value.parts : [{ kind: 'value', value }]
}

/** Texts side by side become one, so that a fragment's parts depend on its SQL alone. */
function fragmentOf(parts: readonly Part[]): Fragment {
  const merged: Part[] = []
  for (const part of parts) {
    const last = merged.at(-1)
    if (part.kind !== 'text') merged.push(part)
    else if (last?.kind === 'text') merged[merged.length - 1] = textPart(last.text + part.text)
    else if (part.text !== '') merged.push(part)
  }
  return new Fragment(merged)
}

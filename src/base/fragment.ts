/**
 * A piece of SQL before it is text: literal text, values, names and lists, in order. It does not know a schema or a
 * driver; `src/sql/tag.ts` makes fragments, `text` here and `src/ddl` print them.
 */

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'identifier'; readonly names: readonly string[] }

/** Known to every copy of cupel in a process: the schema may be of another copy than the command line. No JSON can say it. */
const brand = Symbol.for('cupel.fragment')

/** SQL with its values kept apart from its text. Made by the `sql` tag. */
export class Fragment {
  readonly parts: readonly Part[]

  constructor(parts: readonly Part[]) {
    this.parts = parts
  }

  get [brand](): true {
    return true
  }
}

/** Whether a value is a piece of SQL rather than data. */
export function isFragment(value: unknown): value is Fragment {
  return typeof value === 'object' && value !== null && brand in value
}

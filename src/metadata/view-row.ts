/** What a row of a view is: the literal may say it in words of its own, or not at all. */
import type { Fragment } from '../base/fragment.ts'

/** The columns in order, each as one text, by the view's own text. */
const rows = new WeakMap<Fragment, readonly string[]>()

export function keepViewRow(text: Fragment, columns: readonly string[]): Fragment {
  rows.set(text, columns)
  return text
}

/** The columns of a view that was read from a database; undefined for others. */
export function viewRow(text: Fragment): readonly string[] | undefined {
  return rows.get(text)
}

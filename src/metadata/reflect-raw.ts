/** Things kept as SQL: what a table has that the literal has no words for, and things of other kinds. */
import type { Raw } from '../../types/literal.ts'
import { literal, quote } from '../base/identifier.ts'
import { textFragment } from './text-fragment.ts'

/** Raw things by name, in the order in which they are added. */
export class RawThings {
  readonly things: Record<string, Raw> = {}

  add(kind: string, identity: string, sql: string, more: Omit<Raw, 'kind' | 'sql'> = {}): void {
    this.things[`${kind} ${identity}`] = { kind, sql: textFragment(sql), ...more }
  }

  /** A statement that changes what stands, and may be run again. */
  alter(identity: string, sql: string): void {
    this.add('alter', identity, sql)
  }

  /**
   * @param relation as SQL, maybe after `only`
   * @param parts the constraints of partitions that it takes in, as `relation, name`; it would make others
   */
  constraint(
    relation: string,
    name: string,
    definition: string,
    parts: readonly (readonly [relation: string, name: string])[] = [],
  ): void {
    const table = relation.replace(/^only /, '')
    this.add(
      'constraint',
      `${quote(name)} on ${table}`,
      `alter table ${relation} add constraint ${quote(name)} ${definition}`,
      {
        unless: textFragment(
          `select from pg_constraint where conrelid = ${literal(table)}::regclass and conname = ${literal(name)}`,
        ),
        ...(parts.length === 0 ? {} : { dependsOn: parts.map(([on, part]) => `constraint ${quote(part)} on ${on}`) }),
      },
    )
  }

  trigger(relation: string, name: string, definition: string): void {
    this.add('trigger', `${quote(name)} on ${relation}`, definition, {
      unless: textFragment(
        `select from pg_trigger where tgrelid = ${literal(relation)}::regclass and tgname = ${literal(name)}`,
      ),
    })
  }
}

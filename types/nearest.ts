/** The name that was probably meant, while an error is printed. Twin: src/base/nearest.ts. */

/** `; did you mean 'email'?`, or nothing. Costs nothing until a name is wrong. */
export type suggestion<Name extends string, Candidates> = suggest<nearest<Name, Candidates & string>>

type suggest<Near extends string> = [Near] extends [never] ? '' : `; did you mean '${Near}'?`

/**
 * The candidate that differs in case and underscores only, or else the one that is one edit away, or else two edits away. Of
 * several, the first in the order of their characters: the order of a union is the compiler's own, and no two files' the same.
 */
export type nearest<Name extends string, Candidates extends string> = first<
  firstFound<[alike<Name, Candidates>, near<of2<Name>, of2<Candidates>, 1>, near<of5<Name>, of5<Candidates>, 2>]>
>

type firstFound<Answers extends readonly unknown[]> = Answers extends readonly [infer First, ...infer Rest]
  ? [First] extends [never]
    ? firstFound<Rest>
    : First
  : never

/** Names of so many letters or more: in shorter ones the edits would make any of them any other. */
type of2<Name extends string> = Name extends `${infer _1}${infer _2}${infer _Rest}` ? Name : never
type of5<Name extends string> = Name extends `${infer _1}${infer _2}${infer _3}${infer _4}${infer _5}${infer _Rest}`
  ? Name
  : never

type first<Names> = firstOf<Names & string, Names & string>

/** The names that no other stands before. */
type firstOf<Name extends string, All extends string> = Name extends unknown
  ? true extends isBefore<Exclude<All, Name>, Name>
    ? never
    : Name
  : never

type isBefore<A extends string, B extends string> = A extends `${infer A0}${infer As}`
  ? B extends `${infer B0}${infer Bs}`
    ? A0 extends B0
      ? isBefore<As, Bs>
      : Characters extends `${string}${A0}${string}${B0}${string}`
        ? true
        : false
    : false
  : B extends ''
    ? false
    : true

/** In the order in which JavaScript sorts them. Names that differ in other letters are all proposed. */
type Characters = '$-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'

type alike<Name extends string, Candidate extends string> = Candidate extends unknown
  ? plain<Candidate> extends plain<Name>
    ? Candidate
    : never
  : never

type plain<Name extends string> = plainRec<Lowercase<Name>, ''>

type plainRec<Name extends string, Done extends string> = Name extends `${infer Before}_${infer After}`
  ? plainRec<After, `${Done}${Before}`>
  : `${Done}${Name}`

type near<Name extends string, Candidate extends string, Edits extends 1 | 2> = [Name] extends [never]
  ? never
  : Candidate extends unknown
    ? true extends within<Name, Candidate, Edits>
      ? Candidate
      : never
    : never

type fewer = { 2: 1; 1: 0; 0: never }

/** Whether `A` becomes `B` in at most so many edits: `true`, or a union that holds it. */
type within<A extends string, B extends string, Edits extends 0 | 1 | 2> = A extends B
  ? true
  : [A, B] extends [`${infer A0}${infer As}`, `${infer B0}${infer Bs}`]
    ? A0 extends B0
      ? within<As, Bs, Edits>
      : Edits extends 1 | 2
        ?
            | within<As, Bs, fewer[Edits]>
            | within<As, B, fewer[Edits]>
            | within<A, Bs, fewer[Edits]>
            | swapped<A, B, Edits>
        : false
    : Edits extends 1 | 2
      ? within<tail<A>, tail<B>, fewer[Edits]>
      : false

type tail<Name extends string> = Name extends `${infer _First}${infer Rest}` ? Rest : ''

type swapped<A extends string, B extends string, Edits extends 1 | 2> = A extends `${infer A0}${infer A1}${infer As}`
  ? B extends `${A1}${A0}${infer Bs}`
    ? within<As, Bs, fewer[Edits]>
    : false
  : false

/** How a key of the literal becomes a name in the database. Twin: src/base/naming.ts. */

/** Camel case to snake case: `createdAt` is `created_at`. */
export type snakeCase<Key extends string> = Key extends `${infer First}${infer Rest}`
  ? snakeRec<Rest, Lowercase<First>>
  : Key

type snakeRec<Key extends string, Done extends string> = Key extends `${infer First}${infer Rest}`
  ? snakeRec<Rest, `${Done}${First extends Capital ? '_' : ''}${Lowercase<First>}`>
  : Done

type Capital =
  | 'A'
  | 'B'
  | 'C'
  | 'D'
  | 'E'
  | 'F'
  | 'G'
  | 'H'
  | 'I'
  | 'J'
  | 'K'
  | 'L'
  | 'M'
  | 'N'
  | 'O'
  | 'P'
  | 'Q'
  | 'R'
  | 'S'
  | 'T'
  | 'U'
  | 'V'
  | 'W'
  | 'X'
  | 'Y'
  | 'Z'

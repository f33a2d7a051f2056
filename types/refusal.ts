/** How the compiler says a sentence: the wrong key is given a type that nothing has, with the sentence in its name. */
import type { MessageName, Messages } from '../src/base/messages.ts'

declare const refused: unique symbol

/** The type of a value that may not be there. The sentence says why. */
export interface Refusal<Sentence extends string> {
  readonly [refused]: Sentence
}

/** A sentence of src/base/messages.ts with its blanks filled. Twin: `sentence`. */
export type message<Name extends MessageName, Values extends readonly string[]> = fill<Messages[Name], Values>

type fill<Sentence extends string, Values extends readonly string[]> = fillRec<Sentence, Values, ''>

type fillRec<
  Sentence extends string,
  Values extends readonly string[],
  Done extends string,
> = Sentence extends `${infer Before}{${infer Index extends number}}${infer After}`
  ? fillRec<After, Values, `${Done}${Before}${Values[Index]}`>
  : `${Done}${Sentence}`

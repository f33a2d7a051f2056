/** The refusal of a text that is not in the form of its type. */
import { ValueError } from '../base/errors.ts'

/** The error for text that the database gave and that no reader understands; `type` names the type. */
export function unreadable(type: string): ValueError {
  return new ValueError('unreadableText', type)
}

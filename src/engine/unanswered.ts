/**
 * Says of a statement that was sent behind another that its answer is waited for no longer: it is to be sent again, by itself. It reads,
 * and so may run twice.
 */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
}

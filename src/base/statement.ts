/** The waist: what every compiler gives and every driver takes. */
export interface Statement {
  /** SQL with `$1`, `$2`, … where the values go. */
  readonly text: string
  /** One value for each parameter, in Postgres's text form; null is SQL NULL. */
  readonly values: readonly (string | null)[]
}

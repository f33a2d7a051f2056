/** Names that are too long, told by one comparison. */

/** Eight characters at least, and any: TypeScript takes one for each placeholder, and what is left for the last. */
// biome-ignore lint/suspicious/noExplicitAny: `string` may be empty in a pattern, `any` may not
type Eight = `${any}${any}${any}${any}${any}${any}${any}${any}`
/** More than 63 characters. PERF: one comparison, where counting would take one for each character. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type Long = `${Eight}${Eight}${Eight}${Eight}${Eight}${Eight}${Eight}${Eight}${any}`
/** Long enough for underscores to matter. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type Half = `${Eight}${Eight}${Eight}${Eight}${any}`

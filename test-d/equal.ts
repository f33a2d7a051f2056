/** Whether two types are the same, told apart where assignability is not enough: by `any`, readonly and optional keys. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles where the two types are equal and `true` is given. */
export declare function same<A, B>(equal: Equal<A, B>): void

/** One thing that is wrong with what was given. Without the value. */
export interface Issue {
  readonly path: readonly string[]
  readonly message: string
}

/** A Standard Schema (standardschema.dev), as far as it is used here; those of any library will do. */
export interface Validator<Value> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    validate(given: unknown): { readonly value: Value } | { readonly issues: readonly Issue[] }
  }
}

/** What one key takes: a sentence, and whether it is met. */
export interface Field<Value> {
  readonly wanted: string
  is(given: unknown): given is Value
}

/** What the keys hold. */
type Fields = { readonly [key: string]: Field<unknown> }
type Valid<Given extends Fields> = {
  readonly [Key in keyof Given]: Given[Key] extends Field<infer Value> ? Value : never
}

/** A validator of objects that have these keys and no other. */
export function object<Given extends Fields>(fields: Given): Validator<Valid<Given>> {
  const keys = Object.keys(fields)
  return {
    '~standard': {
      version: 1,
      vendor: 'examples/service',
      validate(given) {
        if (typeof given !== 'object' || given === null || Array.isArray(given)) {
          return { issues: [{ path: [], message: `is an object with ${keys.join(', ')}` }] }
        }
        const values = given as { readonly [key: string]: unknown }
        const issues = Object.entries(fields)
          .filter(([key, field]) => !field.is(Object.hasOwn(values, key) ? values[key] : undefined))
          .map(([key, { wanted }]) => ({ path: [key], message: `is ${wanted}` }))
        if (Object.keys(values).some(key => !keys.includes(key))) {
          issues.push({ path: [], message: `has no keys but ${keys.join(', ')}` })
        }
        // Every key was looked at.
        return issues.length === 0 ? { value: values as Valid<Given> } : { issues }
      },
    },
  }
}

export const text = (most: number, pattern = /^/, wanted = `a text of 1 to ${most} characters`): Field<string> => ({
  wanted,
  is: (given): given is string =>
    typeof given === 'string' && given.length > 0 && given.length <= most && pattern.test(given),
})

export const whole = (least: number, most: number): Field<number> => ({
  wanted: `a whole number from ${least} to ${most}`,
  is: (given): given is number => Number.isInteger(given) && least <= Number(given) && Number(given) <= most,
})

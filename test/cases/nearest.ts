/** Names, what they were chosen from, and the one that was probably meant. */
export interface NearestCase {
  readonly name: string
  readonly from: readonly string[]
  readonly near: string | null
}

// biome-ignore format: columns line up
export const cases = [
  { name: 'emial',      from: ['id', 'email'],            near: 'email' },
  { name: 'emai',       from: ['id', 'email'],            near: 'email' },
  { name: 'emaill',     from: ['id', 'email'],            near: 'email' },
  { name: 'emaul',      from: ['id', 'email'],            near: 'email' },
  { name: 'mail',       from: ['id', 'email'],            near: 'email' },
  { name: 'EMAIL',      from: ['email', 'emails'],        near: 'email' },
  { name: 'created_at', from: ['createdAt', 'id'],        near: 'createdAt' },
  { name: 'createdat',  from: ['created_by', 'createdAt'], near: 'createdAt' },
  { name: 'user',       from: ['posts', 'users'],         near: 'users' },
  { name: 'usres',      from: ['posts', 'users'],         near: 'users' },
  { name: 'emalli',     from: ['id', 'email'],            near: 'email' },
  { name: 'titles_',    from: ['id', 'title'],            near: 'title' },
  { name: 'di',         from: ['id', 'email'],            near: 'id' },
  { name: 'ab',         from: ['xy', 'email'],            near: null },
  { name: 'abc',        from: ['axy'],                    near: null },
  { name: 'banana',     from: ['id', 'email'],            near: null },
  { name: 'email',      from: [],                         near: null },
  { name: '',           from: ['email'],                  near: null },
] as const satisfies readonly NearestCase[]

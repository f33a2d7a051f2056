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
  { name: 'mai',        from: ['main', 'mail'],           near: 'mail' },
  { name: 'mai',        from: ['mail', 'main'],           near: 'mail' },
  { name: 'word',       from: ['words', 'world', 'lord', 'wor'], near: 'lord' },
  { name: 'wort',       from: ['words', 'wort_', 'Wort'], near: 'Wort' },
  { name: 'first_name', from: ['firstName', 'FirstName', 'firstname'], near: 'FirstName' },
  { name: 'titel1',     from: ['title3', 'title2', 'title10'], near: 'title10' },
  { name: 'column1',    from: ['column9', 'column10', 'column_'], near: 'column10' },
  { name: 'postss',     from: ['posts', 'post'],          near: 'posts' },
  { name: 'x',          from: ['y', 'id', 'xy'],          near: null },
  { name: 'id',         from: ['at', 'uuid'],             near: null },
  { name: 'it',         from: ['id', 'at'],               near: 'at' },
  { name: 'name',       from: ['time', 'role'],           near: null },
  { name: 'words',      from: ['wads', 'wards'],          near: 'wards' },
  { name: 'colour',     from: ['email', 'name', 'role'],  near: null },
  { name: '',           from: ['email'],                  near: null },
] as const satisfies readonly NearestCase[]

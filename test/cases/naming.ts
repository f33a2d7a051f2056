/** Keys of the literal and the names they become. */
// biome-ignore format: columns line up
export const cases = [
  { key: 'id',         name: 'id' },
  { key: 'createdAt',  name: 'created_at' },
  { key: 'Users',      name: 'users' },
  { key: 'userID',     name: 'user_i_d' },
  { key: 'URL',        name: 'u_r_l' },
  { key: 'line2Text',  name: 'line2_text' },
  { key: 'snake_case', name: 'snake_case' },
  { key: 'a_B',        name: 'a__b' },
  { key: '_private',   name: '_private' },
  { key: '',           name: '' },
] as const

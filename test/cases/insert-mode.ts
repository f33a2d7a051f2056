/** Options of a column, and whether an insert must, may or must not name it. */
// biome-ignore format: columns line up
export const cases = [
  { options: [],                                  mode: 'required' },
  { options: ['unique'],                          mode: 'required' },
  { options: ['primaryKey'],                      mode: 'required' },
  { options: ['nullable'],                        mode: 'optional' },
  { options: ['default'],                         mode: 'optional' },
  { options: ['version'],                         mode: 'optional' },
  { options: ['identity'],                        mode: 'optional' },
  { options: ['identity', 'always'],              mode: 'forbidden' },
  { options: ['primaryKey', 'identity', 'always'], mode: 'forbidden' },
  { options: ['generated'],                       mode: 'forbidden' },
  { options: ['generated', 'nullable'],           mode: 'forbidden' },
  { options: ['default', 'nullable'],             mode: 'optional' },
] as const

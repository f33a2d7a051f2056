/**
 * How wide text is, so that boxes fit it without a browser. The widths are those of Helvetica, in thousandths of the size of the letters;
 * Arial, Liberation Sans and Nimbus Sans are made to the same.
 */
// biome-ignore format: one width for each letter, in the order of their codes from the space on
const widths: readonly number[] = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584,
  584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278,
  278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,
  500, 334, 260, 334, 584,
]

/** Bold letters are wider by about this. */
const boldness = 1.07

/** The width of a text, in the unit of the size; what is not ASCII counts as a letter's, or as a full square where it is East Asian. */
export function textWidth(text: string, size: number, weight: 'normal' | 'bold' = 'normal'): number {
  let sum = 0
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0
    sum += widths[code - 32] ?? (code >= 0x1100 ? 1000 : 611)
  }
  return (sum / 1000) * size * (weight === 'bold' ? boldness : 1)
}

/** The text, or as much of its beginning as fits with an ellipsis. */
export function fitted(text: string, room: number, size: number, weight: 'normal' | 'bold' = 'normal'): string {
  if (textWidth(text, size, weight) <= room) return text
  const letters = [...text]
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, size, weight) > room) letters.pop()
  return `${letters.join('')}…`
}

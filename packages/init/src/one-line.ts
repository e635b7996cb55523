/**
 * Text of a stranger in one line: without what breaks lines (also to other readers of YAML than ours),
 * and without what turns the direction of writing.
 */
export const oneLine = (text: string): string =>
  text
    .replace(/[\s\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/g, '')
    .trim()

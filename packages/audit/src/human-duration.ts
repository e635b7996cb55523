const units = [
  ['seconds?|secs?|s|sekunden?', 1000],
  ['minutes?|mins?|m|minuten?', 60_000],
  ['hours?|hrs?|h|stunden?', 3_600_000],
  ['days?|d|tage?n?', 86_400_000],
  ['weeks?|w|wochen?', 7 * 86_400_000],
  ['months?|monate?n?', 30 * 86_400_000],
  ['years?|jahre?n?', 365 * 86_400_000],
] as const

const named: Readonly<Record<string, number>> = {
  one: 1,
  a: 1,
  an: 1,
  eine: 1,
  einer: 1,
  two: 2,
  zwei: 2,
}

/** Durations as people write them, `30 minutes`, `24h`, `a week`; milliseconds. */
export const durationsIn = (text: string): number[] =>
  units
    .flatMap(([words, milliseconds]) => {
      const pattern = new RegExp(
        `(?<![\\w.,])(\\d+(?:[.,]\\d+)?|one|an?|einer?|two|zwei)[\\s\\u00a0-]*(?:${words})(?!\\p{L})`,
        'giu',
      )
      return [...text.matchAll(pattern)].map(({ 1: count = '', index }) => ({
        index,
        milliseconds:
          milliseconds * (named[count.toLowerCase()] ?? Number(count.replace(',', '.'))),
      }))
    })
    .toSorted((a, b) => a.index - b.index)
    .map(({ milliseconds }) => milliseconds)

/** What a cell of a guarantee table promises; undefined where it names no duration. */
export function durationIn(text: string): number | undefined {
  if (
    /^\W*(?:none|nothing|no (?:data )?loss|zero|0|keine?r?|nichts)\b/iu.test(text) &&
    durationsIn(text).length === 0
  )
    return 0
  return durationsIn(text).at(-1)
}

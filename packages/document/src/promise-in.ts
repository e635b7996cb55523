const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const units: readonly (readonly [RegExp, number])[] = [
  [/^s(ec(ond)?s?)?$|^sekunden?$/, second],
  [/^m(in(ute)?[sn]?)?$/, minute],
  [/^h((ou)?rs?)?$|^(std|stunden?)$/, hour],
  [/^d(ays?)?$|^tage?n?$/, day],
  [/^w((ee)?ks?)?$|^wochen?$/, 7 * day],
  [/^months?$|^monate?n?$/, 30 * day],
  [/^years?$|^jahre?n?$/, 365 * day],
]

const nothing = /^(none|nothing|no\b.*|zero|0|nichts|keiner?)$/

/**
 * What a person promises in a cell, in milliseconds: `< 30 minutes`, `1–2 hours` (the longer), `Max 7 days`,
 * `None`. Undefined for what is no duration.
 */
export function promiseIn(cell: string): number | undefined {
  const text = cell.normalize('NFKC').toLowerCase().trim()
  const spans = text.split(/[-‐-―]|\bto\b/).flatMap((one) => durationIn(one) ?? [])
  if (spans.length > 0) return Math.max(...spans)
  return nothing.test(text.replace(/\s*\(.*$/, '')) ? 0 : undefined
}

/** The durations that a sentence names, each in milliseconds: `kept for 30 days`, `every 6 hours`. */
export const durationsIn = (text: string): number[] =>
  piecesIn(text.normalize('NFKC').toLowerCase()).filter((one) => one !== undefined)

/** Undefined for a number of something else. */
const piecesIn = (text: string) =>
  [...text.matchAll(/(\d{1,6}(?:[.,]\d{1,3})?)[\s-]*(\p{L}+)/gu)].map(
    ([, count = '', word = '']) => {
      const unit = units.find(([written]) => written.test(word))?.[1]
      return unit === undefined ? undefined : Number(count.replace(',', '.')) * unit
    },
  )

function durationIn(text: string): number | undefined {
  const pieces = piecesIn(text)
  const known = pieces.filter((one) => one !== undefined)
  if (known.length === 0 || known.length < pieces.length) return undefined
  return Math.round(known.reduce((sum, one) => sum + one, 0) / second) * second
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const units: readonly (readonly [RegExp, number])[] = [
  [/^s(ec(ond)?s?)?$/, second],
  [/^m(in(ute)?s?)?$/, minute],
  [/^h((ou)?rs?)?$/, hour],
  [/^d(ays?)?$/, day],
  [/^w((ee)?ks?)?$/, 7 * day],
  [/^months?$/, 30 * day],
]

const nothing = /^(none|nothing|no\b.*|zero|0)$/

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

function durationIn(text: string): number | undefined {
  const pieces = [...text.matchAll(/(\d{1,6}(?:[.,]\d{1,3})?)\s*(\p{L}+)/gu)].map(
    ([, count = '', word = '']) => {
      const unit = units.find(([written]) => written.test(word))?.[1]
      return unit === undefined ? undefined : Number(count.replace(',', '.')) * unit
    },
  )
  const known = pieces.filter((one) => one !== undefined)
  if (known.length === 0 || known.length < pieces.length) return undefined
  return Math.round(known.reduce((sum, one) => sum + one, 0) / second) * second
}

/** As a playbook writes it: `30m`, `24h`, `7d`, and `0` for nothing lost. */
export function inShort(milliseconds: number): string | 0 {
  if (milliseconds === 0) return 0
  if (milliseconds % day === 0 && milliseconds > day) return `${milliseconds / day}d`
  if (milliseconds % hour === 0) return `${milliseconds / hour}h`
  if (milliseconds % minute === 0) return `${milliseconds / minute}m`
  return `${Math.ceil(milliseconds / second)}s`
}

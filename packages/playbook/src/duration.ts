import { Failure } from '@recovery-playbook/failure'

const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/**
 * A human duration in milliseconds: `30m`, `24 hours`, `1h 30min`, `7d`.
 *
 * @param name the input that it comes from, for the message
 * @throws Failure INPUT_INVALID
 */
export function parseDuration(text: string, name: string): number {
  const pieces = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)]
  const rest = pieces.reduce((left, [piece]) => left.replace(piece, ''), text)
  const milliseconds = pieces.reduce((sum, [, count, word]) => sum + Number(count) * unit(word), 0)
  if (rest.trim() === '' && milliseconds > 0) return milliseconds
  throw new Failure('INPUT_INVALID', `'${text}' in '${name}' is not a duration.`, {
    hint: 'Write it like 30m, 24h, 7d or 1h 30m.',
  })
}

function unit(word = ''): number {
  const match = /^(s|m|h|d)(ec(ond)?s?|in(ute)?s?|(ou)?rs?|ays?)?$/i.exec(word)
  return units[(match?.[1] ?? '').toLowerCase()] ?? NaN
}

/** The largest unit and the next one that is not zero: `4.2 s`, `12 min 5 s`, `1 d 25 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const
  return parts
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, name]) => `${count} ${name}`)
    .join(' ')
}

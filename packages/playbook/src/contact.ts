import { formatDuration } from './duration.ts'
import type { Contact } from './playbook.ts'

/** One line: `Charles, charles@example.org (the database; when nobody answered for 30 min)`. */
export function contactInWords({ name, reach, for: purpose, after }: Contact): string {
  const notes = [
    ...(purpose === undefined ? [] : [purpose]),
    ...(after === undefined ? [] : [`when nobody answered for ${formatDuration(after)}`]),
  ]
  const who = reach === undefined ? name : `${name}, ${reach}`
  return notes.length === 0 ? who : `${who} (${notes.join('; ')})`
}

import { inMarker } from '@recovery-playbook/alarm'

/** Only who may triage an issue can give it a label: with the marker alone, anybody could make one. */
export const keyCheckLabel = 'recovery-key-check'

/** What a person said of their own copy. */
export interface Answer {
  readonly word: 'opened' | 'failed'
  readonly login: string
  /** ISO 8601. */
  readonly at: string
}

/** What a key check says of itself in lines that nobody sees: titles are for people, who may change them. */
export interface Marked {
  /** `2026-Q4`. */
  readonly quarter: string
  readonly database: string
  /** As comments gave it when they were last looked at; so the list of issues alone tells it. */
  readonly answer: Answer | undefined
}

/** @param text Markdown, made harmless by whoever wrote it */
export const bodyOf = ({ quarter, database, answer }: Marked, text: string): string =>
  `<!-- recovery-playbook key-check ${quarter} ${inMarker(database)} -->\n${answerLine(answer)}\n${text}`

const answerLine = (answer: Answer | undefined) =>
  answer === undefined
    ? ''
    : `<!-- recovery-playbook answer ${answer.word} ${inMarker(answer.login)} ${answer.at} -->\n`

const lines =
  /^<!-- recovery-playbook key-check (\d{4}-Q[1-4]) (\S+) -->\r?\n(?:<!-- recovery-playbook answer (opened|failed) ((?:\w|%2D)+) ([\d.:TZ-]+) -->)?/

/** Undefined where this is no key check of the database. */
export function markedIn(body: string, database: string): Marked | undefined {
  const [, quarter, of, word, login = '', at = ''] = lines.exec(body) ?? []
  if (quarter === undefined || of !== inMarker(database)) return undefined
  const by = { login: login.replaceAll('%2D', '-'), at }
  const answer = word === 'opened' || word === 'failed' ? ({ word, ...by } as const) : undefined
  return { quarter, database, answer }
}

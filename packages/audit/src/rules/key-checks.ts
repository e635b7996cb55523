import type { KeyCheck } from '../facts.ts'
import type { Finding } from '../finding.ts'
import { inPlaybook, type Rule } from '../rule.ts'

const day = 24 * 3_600_000

/** Milliseconds in which people may answer. */
const patience = 14 * day

/** Milliseconds: one question each quarter, the first of one and the last of the next at the furthest. */
const twoQuarters = 184 * day

/** GitHub's secrets cannot be read back: only people can show that they hold what opens the backups. */
export const keyChecks: Rule = (facts) => {
  const { keyChecks, now } = facts
  const about = inPlaybook(facts, 'encryption')
  if (keyChecks === 'unknown')
    return [
      {
        ...{ rule: 'key-check-not-answered', severity: 'unknown', ...about },
        claim: 'what opens the recovery points',
        fact: 'Whether a person still holds it could not be asked.',
        source: 'issues with the label recovery-key-check',
        mend: 'Look at these issues, or give a token with `issues: read`.',
      },
    ]
  const databases = new Set(keyChecks.map(({ database }) => database))
  return [...databases].flatMap((database): Finding[] => {
    const asked = keyChecks.filter((one) => one.database === database)
    const last = asked.find((one) => isDue(one, now))
    if (last === undefined) return []
    const { quarter, url, answer } = last
    const claim = `a person holds what opens the recovery points of ${database}`
    const there = { claim, source: url, ...about }
    if (answer === 'opened')
      return asked.some(({ openedAt }) => ageOf(openedAt, now) <= twoQuarters)
        ? []
        : [
            {
              ...{ rule: 'key-check-not-answered', severity: 'unproved', ...there },
              fact: `Nobody has been asked since ${quarter}.`,
              mend: 'Let a watch run on the default branch, with `issues: write` and without `key-check: false`: it asks each quarter.',
            },
          ]
    return answer === 'failed'
      ? [
          {
            ...{ rule: 'key-check-failed', severity: 'false', ...there },
            fact: `Somebody tried in ${quarter}, and their copy did not open one.`,
            mend: 'Keep GitHub’s secret, export with a new passphrase or key now, and answer in the issue once a copy of it opens that.',
          },
        ]
      : [
          {
            ...{ rule: 'key-check-not-answered', severity: 'unproved', ...there },
            fact: `Nobody has shown in ${quarter} to hold it.`,
            mend: 'Open `key-check.gpg` as the issue says, and answer there with `/key-check opened` or `/key-check failed`.',
          },
        ]
  })
}

/** Whether it is answered, or should be by now. */
const isDue = ({ answer, openedAt }: KeyCheck, now: Date) =>
  answer !== undefined || ageOf(openedAt, now) > patience

const ageOf = (openedAt: string, now: Date) => now.getTime() - Date.parse(openedAt)

import { formatDuration, parseCalendarSpan, subtractSpan } from '@recovery-playbook/playbook'
import type { Facts } from '../facts.ts'
import { inPlaybook, lossInWords, promises, type Rule } from '../rule.ts'

const day = 86_400_000

/** Damage that nobody saw at once takes a recovery point from before it: as old as the promise allows. */
export const retention: Rule = (facts) => {
  const reach = reachOf(facts)
  if (reach === undefined) return []
  return promises(facts).flatMap(({ scenario, dataLoss }) =>
    dataLoss <= reach
      ? []
      : [
          {
            rule: 'retention-too-short',
            // How far the newest few go back is known when they are there.
            severity: reach === 0 ? ('unproved' as const) : ('false' as const),
            claim: lossInWords(scenario, dataLoss),
            fact:
              reach === 0
                ? 'Retention keeps the newest few alone, however young they are: a day of many exports leaves nothing of the day before.'
                : `Retention keeps recovery points of the last ${formatDuration(reach)} alone: nothing of the time before that is there to go back to.`,
            source: `${facts.file.path}, line ${inPlaybook(facts, 'retention').line}`,
            mend: `Write \`keep-within: ${Math.ceil(dataLoss / day)}d\` or more.`,
            ...inPlaybook(facts, 'retention'),
          },
        ],
  )
}

/** Milliseconds back that the policy keeps something of; undefined where it keeps everything. */
function reachOf({ playbook, now }: Facts): number | undefined {
  const { retention: keep } = playbook
  const counts = [
    [keep['keep-daily'], day],
    [keep['keep-weekly'], 7 * day],
    [keep['keep-monthly'], 30 * day],
    [keep['keep-yearly'], 365 * day],
  ] as const
  const last = keep['keep-last']
  const within = keep['keep-within']
  const asked = [last, within, ...counts.map(([count]) => count)]
  const keepsAll = asked.every((one) => one === undefined) || asked.includes('unlimited')
  if (keepsAll) return undefined
  return Math.max(
    0,
    ...counts.map(([count, each]) => (typeof count === 'number' ? count * each : 0)),
    within === undefined
      ? 0
      : now.getTime() - subtractSpan(now, parseCalendarSpan(within, 'keep-within')).getTime(),
  )
}

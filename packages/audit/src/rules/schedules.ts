import { formatDuration, schedulesInWords } from '@recovery-playbook/playbook'
import { longestGap } from '../longest-gap.ts'
import { github } from '../providers.ts'
import { inPlaybook, lossInWords, promises, type Rule } from '../rule.ts'
import { actionJobs } from '../workflow.ts'

/** Between two exports lies what a disaster costs: GitHub starts them when their schedules say, and later. */
export const schedules: Rule = (facts) => {
  const starts = actionJobs(facts.workflows)
    .filter(({ action }) => action === 'pg-export-release')
    .flatMap((job) => job.schedules)
  const crons = [...new Set(starts.map(({ cron }) => cron))]
  const gap = longestGap(crons, facts.now)
  return promises(facts).flatMap(({ scenario, dataLoss }) => {
    // Code alone loses nothing: every commit is kept.
    if (scenario === 'code-rollback') return []
    const claim = lossInWords(scenario, dataLoss)
    const about = {
      ...{ rule: 'schedule-too-rare', claim },
      ...inPlaybook(facts, 'guarantees', scenario, 'data-loss'),
    }
    if (gap === undefined) {
      const fact =
        crons.length === 0
          ? 'No schedule starts an export.'
          : `The schedule ${crons.map((cron) => `'${cron}'`).join(', ')} gives no two runs.`
      const source =
        crons.length === 0 ? 'the files of .github/workflows' : schedulesInWords(starts)
      const mend = `Start pg-export-release by a schedule, at least every ${formatDuration(dataLoss)}.`
      return [{ ...about, severity: 'false', fact, source, mend }]
    }
    if (gap + github.lateness <= dataLoss) return []
    const isLate = gap <= dataLoss
    return [
      {
        ...about,
        severity: isLate ? 'unproved' : 'false',
        fact: `Up to ${formatDuration(gap)} lie between two scheduled exports${isLate ? ', and GitHub starts them late when it is busy' : ''}.`,
        source: isLate
          ? `${schedulesInWords(starts)}; ${github.schedules}`
          : schedulesInWords(starts),
        mend: `Export more often, with at least ${formatDuration(github.lateness)} to spare for late starts, or promise ${formatDuration(gap + github.lateness)}.`,
      },
    ]
  })
}

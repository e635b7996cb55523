import { formatDuration } from '@recovery-playbook/playbook'
import type { Finding } from '../finding.ts'
import { inPlaybook, promises, type Rule } from '../rule.ts'

/** A promise is worth what its last drill measured. */
export const drills: Rule = (facts) => {
  const { drilled } = facts
  if (drilled === 'unknown')
    return [
      {
        ...{ rule: 'guarantee-never-drilled', severity: 'unknown' },
        claim: 'the guarantees',
        fact: 'The history of drills could not be read.',
        source: 'the branch recovery-log',
        mend: 'Look at the branch recovery-log, or give a token that may read it.',
        ...inPlaybook(facts, 'guarantees'),
      },
    ]
  return promises(facts).flatMap(({ scenario, recoveryTime }): Finding[] => {
    const at = inPlaybook(facts, 'guarantees', scenario)
    const claim = `${scenario} takes at most ${formatDuration(recoveryTime)}`
    const run = `Run verify-restore with \`scenario: ${scenario}\`.`
    const last = drilled.find((one) => one.scenario === scenario)
    if (last === undefined)
      return [
        {
          ...{ rule: 'guarantee-never-drilled', severity: 'unproved', claim, ...at },
          fact: 'No drill has ever tested it.',
          ...{ source: 'the history of drills on the branch recovery-log', mend: run },
        },
      ]
    const source = `the drill of ${last.recordedAt.slice(0, 10)}`
    const milliseconds = (last.recoverySeconds ?? 0) * 1000
    const slow: Finding[] =
      milliseconds <= recoveryTime
        ? []
        : [
            {
              ...{ rule: 'recovery-time-below-measured', severity: 'false', claim, source },
              ...inPlaybook(facts, 'guarantees', scenario, 'recovery-time'),
              fact: `The last drill took ${formatDuration(milliseconds)}.`,
              mend: 'Promise more time, or find the slow phase in the drill’s summary.',
            },
          ]
    if (last.verdict === 'PROVED' || slow.length > 0) return slow
    return [
      {
        ...{
          rule: 'guarantee-not-proved',
          severity: last.verdict === 'FAILED' ? 'false' : 'unproved',
        },
        ...{ claim, source, ...at, fact: `Its last drill ended with ${last.verdict}.` },
        mend: `Read that drill’s summary, mend what it names, and run it again. ${run}`,
      },
    ]
  })
}

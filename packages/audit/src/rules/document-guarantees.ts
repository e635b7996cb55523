import { guaranteesIn, tablesIn } from '@recovery-playbook/document'
import { formatDuration } from '@recovery-playbook/playbook'
import type { Finding } from '../finding.ts'
import { inPlaybook, type Rule } from '../rule.ts'

/** What people read and what is drilled have to be the same promise. */
export const documentGuarantees: Rule = (facts) => {
  const { document, playbook } = facts
  if (document === undefined) return []
  return guaranteesIn(tablesIn(document.text)).promises.flatMap(
    ({ scenario, line, recoveryTime, dataLoss }) => {
      const promised = playbook.guarantees[scenario]
      const pairs = [
        ['takes at most', recoveryTime, promised.recoveryTime, 'recovery-time'],
        ['loses at most', dataLoss, promised.dataLoss, 'data-loss'],
      ] as const
      return pairs.flatMap(([words, written, drilled, key]): Finding[] =>
        written === undefined || written === drilled
          ? []
          : [
              {
                ...{ rule: 'document-differs', severity: 'false', file: document.path, line },
                claim: `${scenario} ${words} ${inWords(written)}`,
                fact: `The playbook file promises ${inWords(drilled)}, and that is what drills are held against.`,
                source: `${facts.file.path}, line ${inPlaybook(facts, 'guarantees', scenario, key).line}`,
                mend: `Write \`${key}\` of ${scenario} and this line alike, or let \`render\` write the table.`,
              },
            ],
      )
    },
  )
}

const inWords = (milliseconds: number) =>
  milliseconds === 0 ? 'nothing' : formatDuration(milliseconds)

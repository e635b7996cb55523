import { formatDuration, linesOf, type Scenario, scenarios } from '@recovery-playbook/playbook'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'

/** One thing that a playbook may say, held against what is so. */
export type Rule = (facts: Facts) => Finding[]

/** Where the playbook says something; of what it leaves out, the nearest line above. */
export const inPlaybook = ({ file }: Facts, ...path: readonly PropertyKey[]) => ({
  file: file.path,
  line: linesOf(file.text)(...path),
})

/** What is promised for each scenario. */
export const promises = ({ playbook }: Facts) =>
  scenarios.map((scenario) => ({ scenario, ...playbook.guarantees[scenario] }))

export const lossInWords = (scenario: Scenario, dataLoss: number) =>
  `${scenario} loses at most ${dataLoss === 0 ? 'nothing' : formatDuration(dataLoss)}`

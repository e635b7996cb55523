import { messageOf } from '@recovery-playbook/failure'
import type { Decision, Outcome, Plan } from '@recovery-playbook/retention'
import { code, escape, oneLine, table } from './markdown.ts'

/** For the job summary: what was removed and what stays, each with its reasons. */
export const retentionSummary = (plan: Plan, outcome: Outcome): string =>
  [
    `### Retention: ${headline(plan, outcome)}\n\n`,
    ...remarks(plan, outcome).map((remark) => `${escape(remark)}\n\n`),
    table(
      ['recovery point', 'snapshot', '', 'why'],
      rows(plan, outcome).map(([tag, snapshot, fate, why]) => [
        code(tag),
        escape(snapshot),
        fate === 'kept' ? fate : `**${fate}**`,
        escape(why),
      ]),
    ),
  ].join('')

/** The same for a log: a line for each recovery point, then what came of it all. */
export const retentionLines = (plan: Plan, outcome: Outcome): string[] => [
  ...rows(plan, outcome).map(([tag, snapshot, fate, why]) =>
    oneLine(`${fate.padEnd(16)}  ${snapshot.padEnd(24)}  ${tag}: ${why}`),
  ),
  ...remarks(plan, outcome).map(oneLine),
  `Retention: ${headline(plan, outcome)}`,
]

function rows({ decisions }: Plan, outcome: Outcome) {
  return decisions.map((decision) => {
    const { tag, manifest } = decision.candidate
    const why = decision.reasons.join('; ')
    return [tag, manifest?.snapshotAt ?? 'unknown', fateOf(decision, outcome), why] as const
  })
}

function fateOf({ candidate, action }: Decision, { dryRun, removed, failure }: Outcome): string {
  if (action === 'keep') return 'kept'
  if (removed.includes(candidate)) return 'removed'
  if (failure?.candidate === candidate) return 'failed'
  return dryRun ? 'would be removed' : 'not reached'
}

function headline({ decisions }: Plan, { dryRun, removed }: Outcome): string {
  const unwanted = decisions.filter(({ action }) => action === 'remove').length
  const kept = decisions.length - unwanted
  return dryRun
    ? `${unwanted} would be removed, ${kept} kept`
    : removed.length === unwanted
      ? `${unwanted} removed, ${kept} kept`
      : `only ${removed.length} of ${unwanted} removed, ${kept} kept`
}

function remarks({ withheld }: Plan, { failure }: Outcome): string[] {
  return [
    ...(withheld === undefined ? [] : [`Nothing is removed: ${withheld}.`]),
    ...(failure === undefined
      ? []
      : [`It stopped at ${failure.candidate.tag}: ${messageOf(failure.error)}`]),
  ]
}

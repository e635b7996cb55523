import type { Check } from '@recovery-playbook/drill'
import { beginning, fitting, shortened } from './budget.ts'
import { escape, table } from './markdown.ts'

/** Of GitHub's 1 MiB for a summary; the rest of it has a bound of its own. */
const bytes = { hints: 60_000, checks: 400_000, unproved: 100_000 }

const nameOf = ({ name }: Pick<Check, 'name'>) => `**${escape(shortened(name, 100))}**`

/** What to do now, each remedy once with the checks that ask for it. */
export function remedies(checks: readonly Check[]): string {
  const asked = new Map<string, Check[]>()
  for (const check of checks) {
    if (check.hint !== undefined) asked.set(check.hint, [...(asked.get(check.hint) ?? []), check])
  }
  const steps = [...asked].map(([hint, asking]) => {
    const more = asking.length > 3 ? ` and ${asking.length - 3} more` : ''
    return `1. ${asking.slice(0, 3).map(nameOf).join(', ')}${more}: ${escape(beginning(hint, 5))}\n`
  })
  return cut(steps, bytes.hints, 'more remedies stand in the log')
}

/** What fails comes first where not everything has room. */
export function checkTable(checks: readonly Check[]): string {
  const head = ['check', 'state', 'what was found']
  const whole = fitting(checks.map(row), bytes.checks)
  const kept = whole.left === 0 ? whole : fitting(byUrgency(checks).map(row), bytes.checks)
  const left = kept.left === 0 ? '' : `\n… and ${kept.left} more checks stand in the log.\n`
  return `${table(head, [])}${kept.shown}${left}`
}

const row = (check: Check) =>
  `| ${[escape(shortened(check.name, 100)), `**${check.state}**`, escape(beginning(check.detail))].join(' | ')} |\n`

const urgency = ['FAILED', 'NOT PROVED', 'SKIPPED', 'PROVED']

const byUrgency = (checks: readonly Check[]) =>
  checks.toSorted((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state))

/** What was not proved and why, so that nobody takes it for proved; empty where everything was. */
export function unproved(checks: readonly Check[]): string {
  const notReached = checks.filter(({ detail }) => detail === 'Not reached.')
  const others = checks.filter(
    (check) => ['NOT PROVED', 'SKIPPED'].includes(check.state) && !notReached.includes(check),
  )
  const lines = others.map(
    (check) => `- ${nameOf(check)} (${check.state}): ${escape(beginning(check.detail, 10))}\n`,
  )
  const names = notReached.map((check, index) => `${index === 0 ? '' : ', '}${nameOf(check)}`)
  const rest =
    notReached.length === 0
      ? ''
      : `- Not reached, because the drill ended before: ${cut(names, 20_000, 'more')}\n`
  return `${cut(lines, bytes.unproved, 'more stand in the log')}${rest}`
}

function cut(pieces: readonly string[], room: number, more: string): string {
  const { shown, left } = fitting(pieces, room)
  return left === 0 ? shown : `${shown}\n… and ${left} ${more}.\n`
}

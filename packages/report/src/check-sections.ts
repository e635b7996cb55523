import type { Check } from '@recovery-playbook/drill'
import { beginning, fitting, shortened } from './budget.ts'
import { escape, table } from './markdown.ts'

/** Of GitHub's 1 MiB for a summary; the rest of it has a bound of its own. */
const bytes = { hints: 60_000, checks: 400_000, unproved: 100_000 }

const nameOf = ({ name }: Pick<Check, 'name'>) => `**${escape(shortened(name, 100))}**`

/** What to do now, each remedy once with the checks that ask for it. */
export function remedies(checks: readonly Check[], room = bytes.hints): string {
  const asked = new Map<string, Check[]>()
  for (const check of checks) {
    if (check.hint !== undefined) asked.set(check.hint, [...(asked.get(check.hint) ?? []), check])
  }
  const steps = [...asked].map(([hint, asking]) => {
    const more = asking.length > 3 ? ` and ${asking.length - 3} more` : ''
    return `1. ${asking.slice(0, 3).map(nameOf).join(', ')}${more}: ${withCode(beginning(hint, 5))}\n`
  })
  return cut(steps, room, 'more remedies stand in the log')
}

/** Words between backquotes stay code where nothing in them could end it; the rest is text. */
const withCode = (text: string): string =>
  text
    .split(/(?<!`)(`[\w .:/=-]+`)(?!`)/)
    .map((piece, index) => (index % 2 === 1 ? piece : escape(piece)))
    .join('')

/** What is not in order, in a line each. */
export function notInOrder(checks: readonly Check[]): string {
  const bad = checksThatFail(checks)
  const lines = bad.slice(0, 5).map(({ name, state, detail }) => {
    const [line = ''] = detail.split('\n', 1)
    return `- ${nameOf({ name })} (${state}): ${escape(shortened(line, 300))}\n`
  })
  return bad.length > 5 ? `${lines.join('')}- … and ${bad.length - 5} more\n` : lines.join('')
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
  const notReached = checks.filter(wasNotReached)
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

/** What is not in order, without what was not reached because of it; all of that where there is nothing else. */
export function checksThatFail(checks: readonly Check[]): Check[] {
  const bad = checks.filter(({ state }) => state === 'FAILED' || state === 'NOT PROVED')
  const told = bad.filter((check) => !wasNotReached(check))
  return byUrgency(told.length === 0 ? bad : told)
}

const wasNotReached = ({ detail }: Check) => detail === 'Not reached.'

function cut(pieces: readonly string[], room: number, more: string): string {
  const { shown, left } = fitting(pieces, room)
  return left === 0 ? shown : `${shown}\n… and ${left} ${more}.\n`
}

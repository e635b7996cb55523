import type { Check, DrillReport } from '@recovery-playbook/drill'
import { formatDuration } from '@recovery-playbook/playbook'
import { beginning, fitting, shortened } from './budget.ts'
import { checksThatFail, remedies } from './check-sections.ts'
import { code, escape, oneLine, shellWord } from './markdown.ts'
import { promisesTable } from './promises.ts'
import { restoreDocumentName } from './restore-document.ts'
import { inWords } from './verdict-words.ts'

/** What an issue says beside what the drill found. */
export interface AlarmContext {
  readonly database: string
  /** The repository that keeps the recovery points, and the one whose workflow ran: `owner/name`. */
  readonly storedIn: string
  readonly repository: string
  readonly runId: string
  readonly runUrl: string
  /** Lines, as they were configured. */
  readonly contacts: readonly string[]
  readonly providers: readonly { readonly provider: string; readonly words: string }[]
  /** Whether lines under a check may name keys of rows: they stay in the log. */
  readonly namesKeys: boolean
}

/** GitHub takes 65,536 characters for a body; of these the parts here use about half. */
const checkBytes = 20_000
const listBytes = 10_000

/** A title stays as it is while its issue is open: it says nothing that changes. */
export const alarmTitle = ({ scenario }: DrillReport, { database }: AlarmContext): string =>
  `Recovery does not work: the drill ${scenario ?? ''} of the database ${plain(database)}`

export const plain = (text: string) =>
  shortened(text.replaceAll(/[^\p{L}\p{M}\p{N} ._-]+/gu, ' '), 100)

/** The body of an issue while recovery does not work: what failed, whom to call, where to look. */
export function alarmBody(report: DrillReport, context: AlarmContext): string {
  const { contacts, providers } = context
  return [
    headline(report, context),
    `### What failed\n\n${failures(report.checks, context)}\n`,
    list('### What to do now', [remedies(report.checks, listBytes)]),
    list(
      '### Whom to call',
      contacts.map((line) => `- ${asTyped(line)}\n`),
    ),
    `### Look closer\n\n\`\`\`bash\n${commands(report, context).join('\n')}\n\`\`\`\n\n`,
    'To drill by hand, with standard programs alone, follow `RESTORE.md`; `by-hand: true` lets the drill do so.\n\n',
    `### Promised and measured\n\n${promisesTable(report)}\n`,
    list(
      '### The providers, when the drill ended',
      providers.map(({ provider, words }) => item(`${provider}: ${words}`)),
    ),
    'The next drill that proves recovery closes this issue.\n',
  ].join('')
}

/** What one more drill found, for a comment. */
export const alarmComment = (report: DrillReport, context: AlarmContext): string =>
  `${headline(report, context)}${failures(report.checks, context)}`

/** The comment that closes the issue: the proof. */
export function alarmResolved(report: DrillReport, context: AlarmContext): string {
  const { recoveryTime } = report.measured
  const time = recoveryTime === undefined ? '' : ` It took ${formatDuration(recoveryTime)}.`
  return `${headline(report, context)}Recovery works again.${time}\n\n${promisesTable(report)}`
}

function headline(report: DrillReport, { runUrl, database }: AlarmContext): string {
  const { verdict, scenario, startedAt, point } = report
  const tag = point === undefined ? '' : ` of the recovery point ${name(point.manifest.tag)}`
  return [
    `**${verdict}**: ${inWords(report)}.\n\n`,
    `The drill \`${scenario ?? ''}\`${tag} of the database ${name(database)}, begun at ${startedAt.toISOString()}: [this run](${runUrl}).\n\n`,
  ].join('')
}

export const name = (text: string) => code(shortened(text, 200))

export function failures(checks: readonly Check[], { namesKeys }: AlarmContext): string {
  const lines = checksThatFail(checks).map(
    ({ name, state, detail }) =>
      `- **${escape(shortened(name, 100))}** (${state}): ${escape(beginning(detail, namesKeys ? 1 : 10, 300))}\n`,
  )
  const { shown, left } = fitting(lines, checkBytes)
  return left === 0 ? shown : `${shown}- … and ${left} more, in the summary of the run\n`
}

const item = (text: string) => `- ${escape(shortened(text, 300))}\n`

/** As code where it can be: an address can be copied then, and nobody is mentioned. */
export const asTyped = (line: string) =>
  line.includes('`') ? escape(shortened(line, 300)) : `\`${oneLine(shortened(line, 300))}\``

export function list(title: string, items: readonly string[]): string {
  const { shown, left } = fitting(items, listBytes + 500)
  const more = left === 0 ? '' : `- … and ${left} more\n`
  return items.join('').trim() === '' ? '' : `${title}\n\n${shown}${more}\n`
}

function commands({ point }: DrillReport, context: AlarmContext): string[] {
  const { repository, storedIn, runId } = context
  const run = [shellWord(runId), '--repo', shellWord(repository)].join(' ')
  const tag = point?.manifest.tag ?? ''
  const document = [
    '--repo',
    shellWord(storedIn),
    '--pattern',
    restoreDocumentName,
    '--output',
    '-',
  ]
  return [
    `gh run view ${run} --log-failed`,
    `gh run rerun ${run} --failed`,
    // A tag that is no plain word comes from whoever wrote to the store: nothing to be executed.
    ...(/^\w[\w./:-]{0,299}$/.test(tag)
      ? [`gh release download ${shellWord(tag)} ${document.join(' ')}`]
      : []),
  ]
}

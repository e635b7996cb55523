import type { DrillReport } from '@recovery-playbook/drill'
import { type AlarmContext, asTyped, failures, list, name, plain } from './alarm-texts.ts'
import { remedies } from './check-sections.ts'
import { shellWord } from './markdown.ts'

/** A title stays as it is while its issue is open: it says nothing that changes. */
export const watchTitle = ({ database }: AlarmContext): string =>
  `Backups do not come as promised: the database ${plain(database)}`

/** The body of an issue while backups are late, or nothing starts them. */
export function watchBody(
  { checks, startedAt }: DrillReport,
  context: AlarmContext,
  workflow: string,
): string {
  const { database, repository, runUrl, contacts } = context
  const file = shellWord(workflow.split('/').at(-1) ?? workflow)
  return [
    `Looked at the database ${name(database)} at ${startedAt.toISOString()}: [this run](${runUrl}).\n\n`,
    `### What was found\n\n${failures(checks, context)}\n`,
    list('### What to do now', [remedies(checks)]),
    `\`\`\`bash\ngh workflow run ${file} --repo ${shellWord(repository)}\n\`\`\`\n\n`,
    list(
      '### Whom to call',
      contacts.map((line) => `- ${asTyped(line)}\n`),
    ),
    'The first look after a good export closes this issue.\n',
  ].join('')
}

/** The comment that closes the issue. */
export const watchResolved = (report: DrillReport, { runUrl }: AlarmContext): string =>
  `Backups come again: the newest is ${name(report.point?.manifest.tag ?? '')}, seen by [this run](${runUrl}).\n`

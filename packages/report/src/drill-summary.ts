import type { DrillReport } from '@recovery-playbook/drill'
import { formatDuration } from '@recovery-playbook/playbook'
import { shortened } from './budget.ts'
import { checkTable, notInOrder, remedies, unproved } from './check-sections.ts'
import { figureRows } from './figure-rows.ts'
import { gantt } from './gantt.ts'
import { code, shellWord, table } from './markdown.ts'
import { promisesTable, trendLine } from './promises.ts'
import { restoreDocumentName } from './restore-document.ts'
import { inWords } from './verdict-words.ts'

/** What a drill does not know by itself. */
export interface Beside {
  /** The repository that keeps the recovery points, `owner/name`. */
  readonly storedIn: string
  /** Milliseconds that the last drills of this scenario took, the oldest first. */
  readonly earlier: readonly number[]
}

/**
 * The job summary of a drill, as GitHub renders it: the verdict first, then what to do, and the figures
 * last. GitHub takes 1 MiB; what has no room is counted.
 */
export function drillSummary(report: DrillReport, beside: Beside): string {
  const { verdict, checks, phases, point, figures, measured } = report
  return [
    `## ${verdict}: ${inWords(report)}\n\n`,
    whatWasDrilled(report),
    section('What is not in order', notInOrder(checks)),
    section('What to do now', remedies(checks)),
    section('To recover now', verdict === 'SKIPPED' ? '' : recoverNow(report, beside)),
    section(
      'Promised and measured',
      `${promisesTable(report)}${trendLine(beside.earlier, measured.recoveryTime)}`,
    ),
    section('What was checked', checkTable(checks)),
    section('What was not proved, and why', unproved(checks)),
    section('Where the time went', gantt(phases, isTooSlow(report))),
    figures === undefined
      ? ''
      : section(
          'What is in it',
          table(
            point === undefined ? ['figure', ''] : ['figure', 'of this recovery point'],
            figureRows(figures),
          ),
        ),
  ].join('')
}

const section = (title: string, text: string) =>
  text.trim() === '' ? '' : `### ${title}\n\n${text.trimEnd()}\n\n`

const isTooSlow = ({ checks }: DrillReport) =>
  checks.some(({ name, state }) => name === 'recovery time' && state === 'FAILED')

function whatWasDrilled({ point, scenario, startedAt, elapsed }: DrillReport): string {
  if (point === undefined) return ''
  const { tag, snapshotAt } = point.manifest
  const drilled = scenario === undefined ? 'Looked at' : `Drilled as \`${scenario}\``
  return `Recovery point ${code(shortened(tag, 300))}, with the data of ${utc(snapshotAt)}. ${drilled} at ${utc(startedAt.toISOString())}, in ${formatDuration(elapsed)}.\n\n`
}

/** To the second, for people. */
const utc = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`

/** For whoever comes here in the worst hour: the way that needs nothing of ours. */
function recoverNow({ point }: DrillReport, { storedIn }: Beside): string {
  // A tag that is no plain word comes from whoever wrote to the store: nothing to be executed.
  if (point === undefined || !/^\w[\w./:-]{0,299}$/.test(point.manifest.tag)) return ''
  const words = [
    'gh release download',
    shellWord(point.manifest.tag),
    '--repo',
    shellWord(storedIn),
  ]
  const command = [...words, '--pattern', restoreDocumentName, '--output', '-'].join(' ')
  return `These commands bring this recovery point back by hand, with standard programs alone:\n\n\`\`\`bash\n${command}\n\`\`\`\n`
}

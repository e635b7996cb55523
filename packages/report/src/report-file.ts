import type { DrillReport } from '@recovery-playbook/drill'
import { beginning, shortened } from './budget.ts'
import { format, mostChecks, type ReportFile, reportFile } from './report-schema.ts'
import { inWords } from './verdict-words.ts'

/** `report.json` of a drill. */
export function reportJson(report: DrillReport, run: ReportFile['run']): string {
  const { verdict, scenario, startedAt, guarantee, measured, figures, phases, checks } = report
  const ordered =
    checks.length > mostChecks
      ? checks.toSorted((a, b) => Number(b.state === 'FAILED') - Number(a.state === 'FAILED'))
      : checks
  const file: ReportFile = {
    format,
    verdict,
    inWords: inWords(report),
    scenario: scenario ?? null,
    recoveryPoint: pointOf(report),
    run,
    startedAt: startedAt.toISOString(),
    seconds: inSeconds(report.elapsed),
    promised: {
      recoverySeconds: inSeconds(guarantee.recoveryTime),
      dataLossSeconds: inSeconds(guarantee.dataLoss),
    },
    measured: {
      recoverySeconds: inSeconds(measured.recoveryTime),
      dataLossSeconds: inSeconds(measured.dataLoss),
      ageSeconds: inSeconds(measured.age),
      worstGapSeconds: inSeconds(measured.worstGap),
    },
    figures: figures === undefined ? null : { ...figures, rows: String(figures.rows) },
    phases: phases.slice(0, mostChecks).map(({ title, begun, milliseconds }) => ({
      title: shortened(title, 200),
      begunSeconds: inSeconds(begun),
      seconds: inSeconds(milliseconds),
    })),
    checks: ordered.slice(0, mostChecks).map(({ name, state, detail, hint, output }) => ({
      name,
      state,
      detail: beginning(detail),
      hint: hint ?? null,
      output: output === undefined ? null : beginning(output),
    })),
    leftOut: Math.max(checks.length - mostChecks, 0),
  }
  return `${JSON.stringify(reportFile.parse(file), undefined, 2)}\n`
}

function pointOf({ point }: DrillReport): ReportFile['recoveryPoint'] {
  if (point === undefined) return null
  const { tag, database, commit, snapshotAt, partial } = point.manifest
  return { tag, database, commit, snapshotAt, partial: partial === true }
}

/** To the millisecond. */
export function inSeconds(milliseconds: number): number
export function inSeconds(milliseconds: number | undefined): number | null
export function inSeconds(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : Math.round(milliseconds) / 1000
}

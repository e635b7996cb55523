import type { DrillReport } from '@recovery-playbook/drill'
import type { Runner } from '@recovery-playbook/host'

/** The runner masks its log, and neither an issue nor a file: what a program said may hold a secret. */
export function withoutSecrets(report: DrillReport, runner: Runner): DrillReport {
  const redacted = (text: string) => runner.redacted(text)
  const checks = report.checks.map(({ hint, output, ...check }) => ({
    ...check,
    name: redacted(check.name),
    detail: redacted(check.detail),
    ...(hint !== undefined && { hint: redacted(hint) }),
    ...(output !== undefined && { output: redacted(output) }),
  }))
  const phases = report.phases.map((phase) => ({ ...phase, title: redacted(phase.title) }))
  return { ...report, checks, phases }
}

import {
  type AlarmSubject,
  notTold,
  providerStatuses,
  raiseAlarm,
  resolveAlarms,
  setCommitStatus,
} from '@recovery-playbook/alarm'
import type { DrillReport } from '@recovery-playbook/drill'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import {
  alarmBody,
  alarmComment,
  type AlarmContext,
  alarmResolved,
  alarmTitle,
  inWords,
} from '@recovery-playbook/report'
import { alarmContext } from './alarm-context.ts'
import type { Telling } from './inputs/telling.ts'
import { mayKeepIssue } from './may-keep-issue.ts'
import { runUrl } from './run-url.ts'

/**
 * A status on the commit of the recovery point, and an issue while drills fail. None of it changes the
 * verdict: what could not be done is a line of the log, with its remedy.
 */
export async function tellPeople(
  report: DrillReport,
  inputs: Telling,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  const { scenario, point, verdict } = report
  if (scenario === undefined || verdict === 'SKIPPED') return
  const subject = { database: inputs.name, scenario }
  await runner.chapter('Tell people', async () => {
    if (inputs.record && point !== undefined) {
      const repository = parseRepository(runner.context.repository)
      const { commit } = point.manifest
      const found = { verdict, words: inWords(report), runUrl: runUrl(runner) }
      await setCommitStatus(request, repository, commit, subject, found).catch((error: unknown) => {
        runner.info(`The commit ${commit} has no status: ${notTold('statuses: write', error)}`)
      })
    }
    if (inputs.alarm) {
      await alarm(report, subject, inputs, runner, request).catch((error: unknown) => {
        runner.info(`The issue about drills is not kept: ${notTold('issues: write', error)}`)
      })
    }
  })
}

async function alarm(
  report: DrillReport,
  subject: AlarmSubject,
  inputs: Telling,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  const repository = parseRepository(runner.context.repository)
  if (!(await mayKeepIssue(runner, request))) return
  const snapshotAt = report.point?.manifest.snapshotAt
  const context = (providers: AlarmContext['providers']) => alarmContext(inputs, runner, providers)
  if (report.verdict === 'PROVED' && snapshotAt !== undefined) {
    const proof = alarmResolved(report, context([]))
    const resolved = await resolveAlarms(request, repository, subject, proof, snapshotAt)
    for (const { number } of resolved.closed) runner.info(`Issue #${number} is closed.`)
    for (const { number } of resolved.left)
      runner.info(`Issue #${number} stays open: it is about a newer recovery point.`)
    return
  }
  const providers = await providerStatuses(inputs.statusPages, (url, milliseconds) =>
    runner.fetchText(url, milliseconds),
  )
  const known = context(providers)
  const { url, isNew } = await raiseAlarm(request, repository, subject, {
    title: alarmTitle(report, known),
    body: alarmBody(report, known),
    comment: alarmComment(report, known),
    snapshotAt,
  })
  runner.info(`${url} ${isNew ? 'was opened' : 'is open, and was brought up to date'}.`)
}

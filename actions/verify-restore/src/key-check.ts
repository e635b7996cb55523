import { notTold } from '@recovery-playbook/alarm'
import { type Check, type DrillReport, verdictOf } from '@recovery-playbook/drill'
import { keyCheckText } from '@recovery-playbook/encryption'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { answerWords, keepKeyCheck, type KeyCheck, quarterOf } from '@recovery-playbook/key-check'
import { keyCheckBody, keyCheckOpened, keyCheckTitle } from '@recovery-playbook/report'
import type { Inputs } from './inputs.ts'

/** Of the check in the report. */
export const keyCheckName = 'key check'

/**
 * Asks once a quarter for a person's own copy of what opens the backups, as soon as there is one to open,
 * and adds what became of it to what the watch found. Where it cannot be asked, the log says why.
 */
export async function withKeyCheck(
  report: DrillReport,
  inputs: Inputs,
  runner: Runner,
  request: GithubRequest,
): Promise<DrillReport> {
  if (report.point === undefined) return report
  const { tag, sealedFor } = report.point.manifest
  const { keeper, name: database } = inputs
  const storedIn = `${keeper.owner}/${keeper.repo}`
  const quarter = quarterOf(runner.clock.now())
  const keep = () =>
    keepKeyCheck(
      request,
      parseRepository(runner.context.repository),
      { database, quarter },
      {
        title: keyCheckTitle(database, quarter),
        body: keyCheckBody({
          ...{ database, storedIn, tag, sealedFor },
          ...{ words: keyCheckText(tag), answer: answerWords },
        }),
        opened: keyCheckOpened,
      },
    )
  const kept = await runner.chapter('Ask for the key', keep).catch((error: unknown) => {
    runner.info(`The issue about the key is not kept: ${notTold('issues: write', error)}`)
    return undefined
  })
  if (kept === undefined) return report
  const check = judge(kept)
  const checks = [...report.checks, check]
  const isNew = check.state === 'FAILED' && report.verdict !== 'FAILED'
  return { ...report, checks, verdict: verdictOf(checks), ...(isNew && { inWords: words }) }
}

const words = 'somebody could not open a backup with their own copy of the key'

/** Nobody's answer is no alarm: it is a finding of the audit. */
function judge({ quarter, url, answer }: KeyCheck): Check {
  if (answer === undefined)
    return {
      name: keyCheckName,
      state: 'SKIPPED',
      detail: `Nobody has answered for ${quarter} yet: ${url}`,
    }
  const said = `${answer.login} said so at ${answer.at} for ${quarter}: ${url}`
  if (answer.word === 'opened')
    return {
      name: keyCheckName,
      state: 'PROVED',
      detail: `A person holds what opens the backups. ${said}`,
    }
  return {
    ...{ name: keyCheckName, state: 'FAILED' },
    detail: `The copy that a person holds does not open the backups. ${said}`,
    hint: `Keep GitHub's secret: it may be the only copy. Export with a new passphrase or key now, of which two copies are kept, as the issue says, and answer there with \`${answerWords} opened\` once one of them opens it.`,
  }
}

/** What was found about backups alone. */
export function withoutKeyCheck(report: DrillReport): DrillReport {
  const checks = report.checks.filter((check) => check.name !== keyCheckName)
  return { ...report, checks, verdict: verdictOf(checks) }
}

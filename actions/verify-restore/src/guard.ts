import { type DrillReport, guardMerge } from '@recovery-playbook/drill'
import { Failure, messageOf } from '@recovery-playbook/failure'
import {
  defaultBranchIn,
  type GithubRequest,
  type PacedRequest,
  parseRepository,
  proposedChange,
  statusOf,
} from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { confirmRun, readHistory, readProof } from '@recovery-playbook/recovery-log'
import {
  freshPoint,
  heldMerge,
  overrideSummary,
  repairSummary,
  repairVerdict,
} from '@recovery-playbook/report'
import type { Inputs } from './inputs.ts'
import { type Guarding, readGuarding } from './inputs/guarding.ts'
import { overrideOf, overrideWords } from './override.ts'
import { repairIn } from './repair.ts'
import { signedBy } from './signed-by.ts'
import { pacedRequest, storeOf } from './store.ts'

/** What earlier drills have proved. */
export function guard(inputs: Inputs, runner: Runner, request: PacedRequest): Promise<DrillReport> {
  const repository = parseRepository(runner.context.repository)
  return guardMerge({
    ...inputs,
    ...runner,
    subject: { repository: runner.context.repository, database: inputs.name },
    store: storeOf(inputs, runner, request),
    history: () => readHistory(request, repository, inputs.name),
    verifySignature: signedBy(inputs, runner),
    proofOf: (recoveryPoint) =>
      readProof(request, repository, recoveryPoint, signedBy(inputs, runner)),
    confirm: async (proof, since) =>
      confirmRun(request, repository, proof, {
        workflows: inputs.provingWorkflows,
        since,
        defaultBranch: defaultBranchIn(await runner.event()),
      }),
  })
}

/** What becomes of a change where recovery is not proved. */
export interface Held {
  /** Whether it may pass all the same. */
  readonly passes: boolean
  /** Parts of the summary, around that of the guard. */
  readonly before: string
  readonly after: string
}

/**
 * Says how to end the waiting, or lets pass what can only mend recovery, and what an owner lets pass.
 *
 * @param why recovery is not proved, in a sentence
 * @param isOutOfReach whether the recovery points lie in another repository, and no token reads it
 */
export async function lookAtChange(
  why: string,
  guarding: Guarding,
  runner: Runner,
  request: GithubRequest,
  isOutOfReach = false,
): Promise<Held> {
  const change = proposedChange(await runner.event())
  if (change === undefined) return held()
  try {
    const paths = await repairIn(change, guarding, runner, request)
    if (paths !== undefined) {
      const touched = `it touches ${paths.join(', ')} alone`
      runner.warn(`${repairVerdict}: this change passes unproved, since ${touched}. ${why}`)
      return passing(repairSummary(paths, why))
    }
    const override = await overrideOf(change, runner.context.repository, request)
    if (override !== undefined) {
      const { login, reason, url } = override
      runner.warn(`${repairVerdict}: ${login} has overridden the guard: ${reason} (${url}). ${why}`)
      return passing(overrideSummary(override, why))
    }
  } catch (error) {
    const mayNot = [403, 404].includes(statusOf(error) ?? 0)
    runner.info(
      `Whether this change may pass unproved cannot be seen: ${messageOf(error)}. ${mayNot ? 'Give the job `permissions` for `issues: read` and `pull-requests: read`.' : 'Run this check again.'}`,
    )
    if (!mayNot) return held()
  }
  const { repository, runId } = runner.context
  const [workflow = 'backup.yml'] = guarding.provingWorkflows
  const waiting = {
    ...{ repository, runId, workflow, isFromFork: change.isFromFork, isOutOfReach },
    queued: change.isQueued ? change.number : undefined,
    // A queue shows another commit than the pull request.
    override: `${overrideWords} ${change.isQueued ? 'COMMIT' : change.head} REASON`,
  }
  runner.info('To merge this, make a recovery point and prove it, and let this check look again:')
  for (const line of freshPoint(waiting)) runner.info(`  ${line}`)
  return held(heldMerge(waiting))
}

const held = (after = ''): Held => ({ passes: false, before: '', after })
const passing = (before: string): Held => ({ passes: true, before, after: '' })

/** Of inputs that were refused, a playbook that cannot be read, say: whether the change is what mends them. */
export async function isRepairOf(error: unknown, runner: Runner): Promise<boolean> {
  const guarding = readGuarding(runner)
  const canBeRepaired = error instanceof Failure && error.code !== 'GITHUB_REFUSED'
  if (guarding === undefined || !canBeRepaired) return false
  const request = pacedRequest(guarding.token, runner)
  const { passes, before, after } = await lookAtChange(messageOf(error), guarding, runner, request)
  await runner.summarise(`${before}${after}`)
  if (passes) runner.output('verdict', repairVerdict)
  return passes
}

import { type ListedRelease, listRecoveryPoints, type Subject } from '@recovery-playbook/drill'
import { Failure, messageOf } from '@recovery-playbook/failure'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { readProof } from '@recovery-playbook/recovery-log'
import type { ReleaseStore } from '@recovery-playbook/release-store'
import {
  applyPlan,
  type Candidate,
  isPinned,
  type Outcome,
  type Plan,
  planRetention,
} from '@recovery-playbook/retention'
import { retentionLines } from '@recovery-playbook/report'
import type { Pruning } from './inputs.ts'
import type { Stores } from './stores.ts'

/** So many in one run: a mistake in a policy is noticed before everything is gone. */
const atMost = 10

export interface Pruned {
  /** Where, for people. */
  readonly place: string
  readonly plan: Plan
  readonly outcome: Outcome
}

interface Where {
  readonly store: ReleaseStore
  readonly subject: Subject
  /** For the proofs on the log branch of the application's repository. */
  readonly request: GithubRequest
  /** By the store's clock. */
  readonly now: Date
}

/** In every store, after a recovery point was published, and never before. */
export async function pruneAll(
  pruning: Pruning,
  { store, mirrors, subject, request }: Stores,
  runner: Runner,
): Promise<Pruned[]> {
  const all: Pruned[] = []
  for (const one of [store, ...mirrors.map((mirror) => mirror.store)]) {
    try {
      const now = request.serverTime() ?? runner.clock.now()
      const pruned = await prune(pruning, { store: one, subject, request, now })
      for (const line of retentionLines(pruned.plan, pruned.outcome)) runner.info(line)
      all.push(pruned)
    } catch (error) {
      runner.stopped.throwIfAborted()
      // The new recovery point is safe; what was not removed today may be removed tomorrow.
      runner.warn(`Nothing was removed from ${one.place}: ${messageOf(error)}`)
    }
  }
  return all
}

async function prune(
  { policy, dryRun, pruneTags }: Pruning,
  { store, subject, request, now }: Where,
): Promise<Pruned> {
  const releases = await listRecoveryPoints(store)
  const candidates = new Map<Candidate, ListedRelease>()
  for (const listed of releases) {
    candidates.set(await candidateOf(listed, subject, request), listed)
  }
  const plan = planRetention([...candidates.keys()], { policy, subject, now, atMost })
  const remove = async (candidate: Candidate) => {
    const known = candidates.get(candidate)?.point?.manifestSha256
    await store.remove(candidate.tag, {
      pruneTag: pruneTags,
      // Somebody may have pinned or exchanged it since it was listed.
      isRecoveryPoint: async (release) => {
        const [now] = await listRecoveryPoints({ published: () => Promise.resolve([release]) })
        return !isPinned(release) && known !== undefined && now?.point?.manifestSha256 === known
      },
    })
  }
  return { place: store.place, plan, outcome: await applyPlan(plan, remove, { dryRun }) }
}

async function candidateOf(
  { release, point }: ListedRelease,
  subject: Subject,
  request: GithubRequest,
): Promise<Candidate> {
  const { tag, publishedAt } = release
  const manifest = point?.manifest
  const ours = manifest?.repository === subject.repository && manifest.database === subject.database
  return {
    tag,
    publishedAt,
    manifest,
    provedIn: point !== undefined && ours ? await provedIn(point, subject, request) : undefined,
    pinned: isPinned(release),
  }
}

/** Undefined where it cannot be found out: that one stays. */
async function provedIn(
  { manifest, manifestSha256 }: NonNullable<ListedRelease['point']>,
  { repository }: Subject,
  request: GithubRequest,
): Promise<string[] | undefined> {
  try {
    const proof = await readProof(request, parseRepository(repository), manifest.tag)
    const holds = proof.verdict === 'PROVED' && proof.manifest === manifestSha256
    return holds ? ['database-restore'] : []
  } catch (error) {
    return error instanceof Failure && error.code === 'NOT_PROVED' ? [] : undefined
  }
}

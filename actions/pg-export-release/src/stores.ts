import type { Subject } from '@recovery-playbook/drill'
import { paced, type PacedRequest } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { githubReleases, type ReleaseStore } from '@recovery-playbook/release-store'
import type { Inputs } from './inputs.ts'
import { type Mirror, mirrorsOf } from './mirror.ts'

export interface Stores {
  /** Whose recovery points are looked at. */
  readonly subject: Subject
  readonly request: PacedRequest
  readonly store: ReleaseStore
  readonly mirrors: readonly Mirror[]
}

export function storesOf(inputs: Inputs, runner: Runner): Stores {
  const { repository, runId, runAttempt } = runner.context
  const run = { repository, id: Number(runId), attempt: Number(runAttempt) }
  const request = paced(runner.github(inputs.token), runner.clock, (line) => {
    runner.info(line)
  })
  return {
    subject: { repository, database: inputs.name },
    request,
    store: githubReleases(request, inputs.keeper, { pause: runner.clock.sleep, run }),
    mirrors: mirrorsOf(inputs, run, runner),
  }
}

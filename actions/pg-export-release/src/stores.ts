import type { Subject } from '@recovery-playbook/drill'
import { pacedPerToken, type PacedRequest } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import {
  githubReleases,
  githubRuns,
  type IsOver,
  type ReleaseStore,
  type Run,
} from '@recovery-playbook/release-store'
import type { Inputs } from './inputs.ts'
import { type Mirror, mirrorsOf } from './mirror.ts'

export interface Stores {
  /** Whose recovery points are looked at. */
  readonly subject: Subject
  readonly run: Run
  readonly isOver: IsOver
  readonly request: PacedRequest
  readonly store: ReleaseStore
  readonly mirrors: readonly Mirror[]
}

export function storesOf(inputs: Inputs, runner: Runner): Stores {
  const { repository, runId, runAttempt } = runner.context
  const run = { repository, id: Number(runId), attempt: Number(runAttempt) }
  const requestFor = pacedPerToken(
    (token) => runner.github(token),
    runner.clock,
    (line) => {
      runner.info(line)
    },
  )
  const request = requestFor(inputs.token)
  const isOver = githubRuns(request)
  return {
    subject: { repository, database: inputs.name },
    ...{ run, isOver, request },
    store: githubReleases(request, inputs.keeper, { pause: runner.clock.sleep, run, isOver }),
    mirrors: mirrorsOf(inputs, { run, isOver, requestFor }, runner),
  }
}

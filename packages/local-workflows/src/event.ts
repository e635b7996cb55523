import { join } from 'node:path'
import type { WorkflowRun } from '@recovery-playbook/local-github'
import { asText, type Value } from './expression.ts'
import { git } from './git.ts'
import { payloadOf } from './payload.ts'
import type { WorkflowOrder } from './run.ts'
import type { Occurrence } from './trigger.ts'
import type { WorkflowFile } from './workflow-file.ts'

interface Event extends Occurrence {
  readonly sha: string
}

/** The event with what GitHub would add to it. */
export async function occurrence({ github, event, inputs }: WorkflowOrder): Promise<Event> {
  const bare = ['--git-dir', github.gitDirectory()]
  const defaultRef = await git([...bare, 'symbolic-ref', 'HEAD'])
  const ref = event.ref ?? defaultRef
  const sha = event.sha ?? (await git([...bare, 'rev-parse', '--verify', `${ref}^{commit}`]))
  const [, ...parents] = (
    await git([...bare, 'rev-list', '--parents', '--max-count=1', sha])
  ).split(' ')
  const { repository } = github
  const defaultBranch = defaultRef.replace('refs/heads/', '')
  const scenery = { repository, defaultBranch, ref, sha, parents, inputs: inputs ?? {} }
  const payload = payloadOf(event.name, scenery, event.payload ?? {})
  return { name: event.name, ref, sha, payload }
}

/** The branch of a pull request, else the one that the event is on. */
export const headBranch = ({ ref, payload }: Occurrence): string => {
  const request = payload.pull_request as { head?: { ref?: string } } | undefined
  return request?.head?.ref ?? ref.replace(/^refs\/(heads|tags)\//, '')
}

export const isFromFork = ({ payload }: Occurrence): boolean => {
  const request = payload.pull_request as { head?: { repo?: { fork?: boolean } } } | undefined
  return request?.head?.repo?.fork === true
}

/** The context `github`, without what differs from job to job: token, job, workspace, action. */
export function describeRun(
  { github, directory }: WorkflowOrder,
  file: WorkflowFile,
  event: Event,
  run: WorkflowRun,
  inputs: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const { repository, apiUrl } = github
  const { name, ref, sha, payload } = event
  const owner = repository.split('/')[0] ?? ''
  const request = payload.pull_request as Record<string, { ref?: string } | null> | undefined
  // In `github.event.inputs` everything is text.
  const given = Object.entries(inputs).map(([key, value]) => [key, asText(value)] as const)
  return {
    ...{ repository, repository_owner: owner, sha, ref, event_name: name },
    event:
      name === 'workflow_dispatch' ? { ...payload, inputs: Object.fromEntries(given) } : payload,
    event_path: join(directory, `run-${run.id}`, 'event.json'),
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    head_ref: request?.head?.ref ?? '',
    base_ref: request?.base?.ref ?? '',
    ...{ actor: owner, triggering_actor: owner },
    ...{ run_id: String(run.id), run_number: String(run.runNumber) },
    ...{ run_attempt: String(run.runAttempt), retention_days: '90' },
    ...{ workflow: file.name, workflow_sha: sha },
    workflow_ref: `${repository}/${file.path}@${ref}`,
    ...{ server_url: apiUrl, api_url: apiUrl, graphql_url: `${apiUrl}/graphql` },
  }
}

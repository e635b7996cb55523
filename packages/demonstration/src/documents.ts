import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paced, parseRepository } from '@recovery-playbook/github'
import { githubClient, systemClock } from '@recovery-playbook/host'
import type { LocalGithub } from '@recovery-playbook/local-github'
import type { WorkflowResult } from '@recovery-playbook/local-workflows'
import { githubReleases } from '@recovery-playbook/release-store'

/**
 * Leaves what a person would look at on GitHub.
 *
 * @returns the folder: `summary.md`, and where something was published `release-notes.md` and `RESTORE.md`
 */
export async function keepDocuments(
  github: LocalGithub,
  results: readonly WorkflowResult[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'recovery-playbook-'))
  const summary = results
    .flatMap(({ jobs }) => jobs)
    .map((job) => job.summary)
    .join('\n')
  await writeFile(join(folder, 'summary.md'), summary)
  const request = paced(githubClient(github.token, github.apiUrl), systemClock)
  const repository = parseRepository(github.repository)
  const store = githubReleases(request, repository, { pause: systemClock.sleep })
  const [release] = await store.published()
  if (release === undefined) return folder
  await writeFile(join(folder, 'release-notes.md'), release.notes)
  await writeFile(join(folder, 'RESTORE.md'), await release.download('RESTORE.md'))
  return folder
}

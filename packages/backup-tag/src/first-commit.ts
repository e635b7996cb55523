import { type GithubRequest, refusal, type Repository, statusOf } from '@recovery-playbook/github'

/**
 * The newest commit of the default branch. A repository that was just made for backups has none, and a
 * tag needs one: it gets a README that says what the repository is for.
 *
 * @throws Failure GITHUB_REFUSED
 */
export async function newestCommit(
  request: GithubRequest,
  repository: Repository,
): Promise<string> {
  const { owner, repo } = repository
  try {
    return (await head(request, repository)) ?? (await firstCommit(request, repository))
  } catch (error) {
    throw refusal(`read the newest commit of ${owner}/${repo}`, error)
  }
}

async function head(request: GithubRequest, repository: Repository): Promise<string | undefined> {
  try {
    const route = 'GET /repos/{owner}/{repo}/commits/{ref}'
    const { data } = await request(route, { ...repository, ref: 'HEAD' })
    return data.sha
  } catch (error) {
    // 409: GitHub's answer for a repository without a commit.
    if (statusOf(error) === 409) return undefined
    throw error
  }
}

async function firstCommit(request: GithubRequest, repository: Repository): Promise<string> {
  const { owner, repo } = repository
  try {
    const { data } = await request('PUT /repos/{owner}/{repo}/contents/{path}', {
      ...repository,
      path: 'README.md',
      message: 'Say what this repository is for',
      content: Buffer.from(readme(`${owner}/${repo}`)).toString('base64'),
    })
    if (data.commit.sha !== undefined) return data.commit.sha
  } catch (error) {
    // Another run was faster.
    if (![409, 422].includes(statusOf(error) ?? 0)) throw error
  }
  const made = await head(request, repository)
  if (made !== undefined) return made
  throw new Error('it has no commit, and none could be made')
}

const readme = (name: string) => `# ${name}

Recovery Playbook keeps encrypted recovery points here, as releases. Keep this repository private.
`

import { Failure } from '@recovery-playbook/failure'
import { type GithubRequest, refusal, type Repository } from '@recovery-playbook/github'

/**
 * The assets of a public repository can be read by everybody for ever, and guessing a passphrase
 * never ends.
 *
 * @throws Failure REPOSITORY_PUBLIC
 */
export async function assertPrivate(request: GithubRequest, repository: Repository): Promise<void> {
  const isPublic = await request('GET /repos/{owner}/{repo}', { ...repository }).then(
    ({ data }) => !data.private,
    (error: unknown) => {
      throw refusal(`show ${repository.owner}/${repository.repo}`, error)
    },
  )
  if (!isPublic) return
  throw new Failure(
    'REPOSITORY_PUBLIC',
    `${repository.owner}/${repository.repo} is public: everybody could download its backups and try passphrases for ever.`,
    {
      hint: 'Make a private repository for backups and name it in the inputs `repository` and `token`, or accept the risk with `allow-public-repository: true`.',
    },
  )
}

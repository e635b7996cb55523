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
      hint: [
        'Make a private repository for backups: 1. On github.com/new, a repository such as',
        `${repository.owner}/${repository.repo}-backups, visibility Private.`,
        '2. On github.com/settings/personal-access-tokens/new, a fine-grained token for that repository',
        'alone, with the permission Contents: Read and write.',
        `3. In ${repository.owner}/${repository.repo}, Settings, Secrets and variables, Actions: the token`,
        'as the secret BACKUP_TOKEN. 4. In the workflow, of the export and of the drill:',
        `\`repository: ${repository.owner}/${repository.repo}-backups\` and`,
        '`token: ${{ secrets.BACKUP_TOKEN }}`.',
        'Or accept the risk with `allow-public-repository: true`.',
      ].join(' '),
    },
  )
}

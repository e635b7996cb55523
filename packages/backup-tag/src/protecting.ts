import { type GithubRequest, orNothing, type Repository } from '@recovery-playbook/github'
import { isBackupTag } from './name.ts'

/** With these words begins the message of each tag that stands for a state of the code. */
export const beforeWords = 'Backup before '

const perPage = 100

/**
 * The backup tag that protects a commit already, whatever its name says. Tags of recovery points do not
 * count: retention may remove them.
 */
export async function protectingTag(
  request: GithubRequest,
  repository: Repository,
  commit: string,
): Promise<string | undefined> {
  for (let page = 1; ; page += 1) {
    const { data } = await request('GET /repos/{owner}/{repo}/tags', {
      ...repository,
      per_page: perPage,
      page,
    })
    for (const { name, commit: tagged } of data) {
      if (tagged.sha !== commit || !isBackupTag(name)) continue
      if ((await messageOf(request, repository, name))?.startsWith(beforeWords) === true)
        return name
    }
    if (data.length < perPage) return undefined
  }
}

/** Undefined for a lightweight tag, which has none. */
async function messageOf(request: GithubRequest, repository: Repository, name: string) {
  const ref = await orNothing(
    request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...repository, ref: `tags/${name}` }),
  )
  if (ref?.data.object.type !== 'tag') return undefined
  const tag_sha = ref.data.object.sha
  const { data } = await request('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', {
    ...repository,
    tag_sha,
  })
  return data.message
}

import {
  type GithubRequest,
  newestBy,
  parseRepository,
  type ProposedChange,
  type Repository,
  uneditedComments,
} from '@recovery-playbook/github'

/** An owner's decision that a change is merged although recovery is not proved. */
export interface Override {
  readonly login: string
  readonly reason: string
  /** Of the comment, where it stays recorded. */
  readonly url: string
}

/** Whoever overrides names the commit: what is pushed later is another change. */
export const overrideWords = '/override-recovery-guard'

/** The whole comment: whoever quotes it overrides nothing. All of the commit: a few digits could be of another. */
const line = new RegExp(`^${overrideWords} ([0-9a-f]{40,64})[ \\t]+(\\S.{9,300})$`)

/**
 * Looks for a comment of an administrator that overrides the guard for just this commit.
 *
 * @throws what GitHub refuses, as Octokit says it
 */
export async function overrideOf(
  { number, head, isQueued }: ProposedChange,
  name: string,
  request: GithubRequest,
): Promise<Override | undefined> {
  if (number === undefined) return undefined
  const repository = parseRepository(name)
  const commit = isQueued ? await headOfPull(request, repository, number) : head
  const ofCommit = (body: string) => line.exec(body.trim())?.[1] === commit
  const said = await uneditedComments(request, repository, number)
  const overriding = said.filter(({ body }) => ofCommit(body))
  const found = await newestBy(['admin'], overriding, request, repository)
  if (found === undefined) return undefined
  const { login, body, url } = found
  return { login, reason: line.exec(body.trim())?.[2]?.trim() ?? '', url }
}

async function headOfPull(request: GithubRequest, repository: Repository, pull_number: number) {
  const { data } = await request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...repository,
    pull_number,
  })
  return data.head.sha
}

import { Failure } from '@recovery-playbook/failure'
import {
  commitFiles,
  fileAt,
  type GithubRequest,
  headOf,
  refusal,
  type Repository,
} from '@recovery-playbook/github'
import { readTags } from '@recovery-playbook/recovery-log'
import { withTags } from './with-tags.ts'

/** Of the one pull request that there is at a time. */
const branch = 'recovery-playbook/tag-history'

const week = 7 * 86_400_000

interface Order {
  readonly request: GithubRequest
  /** Opens the pull request: one of GITHUB_TOKEN's starts no checks. */
  readonly asProposer: GithubRequest
  readonly repository: Repository
  /** The document, as a path on the default branch. */
  readonly path: string
  readonly now: Date
}

export type Step =
  | { readonly kind: 'in step' }
  /** The last one is younger than a week. */
  | { readonly kind: 'waiting'; readonly added: readonly string[] }
  | { readonly kind: 'proposed'; readonly url: string; readonly added: readonly string[] }

/**
 * Proposes what the tag history table of a document lacks, as one pull request that is brought up to date
 * at most once a week. One that was closed is made anew a week later, while rows are missing.
 *
 * @throws Failure INPUT_INVALID where there is no such document or table in it; GITHUB_REFUSED
 */
export async function keepInStep(order: Order): Promise<Step> {
  try {
    return await step(order)
  } catch (error) {
    throw refusal(`propose rows for ${order.path}`, error)
  }
}

async function step({ request, asProposer, repository, path, now }: Order): Promise<Step> {
  const { data: home } = await request('GET /repos/{owner}/{repo}', { ...repository })
  const base = home.default_branch
  const parent = await headOf(request, repository, base)
  const before = parent && (await fileAt(request, repository, path, parent.commit))
  if (before === undefined) throw noDocument(path, base)
  const tags = await readTags(request, repository)
  if (tags === undefined) throw unreadable()
  const { text, added } = withTags(before, tags, path)
  if (added.length === 0) return { kind: 'in step' }

  const { data: pulls } = await asProposer('GET /repos/{owner}/{repo}/pulls', {
    ...repository,
    ...{ head: `${repository.owner}:${branch}`, state: 'all', per_page: 1 },
  })
  const [last] = pulls
  const open = last?.state === 'open' ? last : undefined
  const since =
    open === undefined ? last?.closed_at : await writtenAt(asProposer, repository, open.head.sha)
  if (since != null && now.getTime() - Date.parse(since) < week) return { kind: 'waiting', added }

  const message = `Add ${added.length === 1 ? (added[0] ?? '') : `${added.length} tags`} to the tag history`
  const files = { [path]: text }
  const sha = await commitFiles(asProposer, repository, { parent, files, message })
  await moveBranch(asProposer, repository, sha)
  if (open !== undefined) return { kind: 'proposed', url: open.html_url, added }
  const { data } = await asProposer('POST /repos/{owner}/{repo}/pulls', {
    ...repository,
    ...{ title: 'Bring the tag history up to date', head: branch, base },
    body: `Rows for backup tags that \`${path}\` does not know yet, from \`TAGS.md\` on the branch \`recovery-log\`. Nothing else of it is changed. Recovery Playbook keeps this pull request up to date, once a week.`,
  })
  return { kind: 'proposed', url: data.html_url, added }
}

async function writtenAt(request: GithubRequest, repository: Repository, commit_sha: string) {
  const { data } = await request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...{ ...repository, commit_sha },
  })
  return data.committer.date
}

/** Nobody works on it: it is written anew each time, from the default branch. */
async function moveBranch(request: GithubRequest, repository: Repository, sha: string) {
  const there = await headOf(request, repository, branch)
  await (there === undefined
    ? request('POST /repos/{owner}/{repo}/git/refs', {
        ...{ ...repository, ref: `refs/heads/${branch}`, sha },
      })
    : request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
        ...{ ...repository, ref: `heads/${branch}`, sha, force: true },
      }))
}

const noDocument = (path: string, base: string) =>
  new Failure('INPUT_INVALID', `The document ${path} is not on ${base}.`, {
    hint: 'Mend `history-document`: a path from the root of the repository.',
  })

const unreadable = () =>
  new Failure('GITHUB_REFUSED', 'tags.json on the branch recovery-log cannot be read.', {
    hint: 'A newer version of this action may have written it: use that. Otherwise delete the file.',
  })

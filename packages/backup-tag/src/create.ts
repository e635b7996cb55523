import { Failure } from '@recovery-playbook/failure'
import {
  type GithubRequest,
  mayBeSpentTag,
  refusal,
  type Repository,
  statusOf,
} from '@recovery-playbook/github'

export interface BackupTag {
  readonly name: string
  /** The commit that the tag leads to. */
  readonly commit: string
  /** False when the same tag on the same commit was there before. */
  readonly created: boolean
}

interface Wanted {
  readonly request: GithubRequest
  readonly repository: Repository
  /** As `backupTagName` makes it; taken names get `-2`, `-3`, … */
  readonly name: string
  readonly commit: string
  readonly message: string
  /** What a tag of this name on this very commit means: the tag that is wanted, or a name that is taken. */
  readonly onSameCommit: 'reuse' | 'next'
}

/** So many tags of one name on one day are a loop somewhere, not a need. */
const mostSuffixes = 99

/** A rule against making tags is answered in the same words, and then for every name. */
const mostSpent = 5

/**
 * An annotated tag. An existing tag is never moved: creating the ref is atomic on GitHub's side, so of
 * two runs at the same time each gets a name of its own.
 *
 * @throws Failure TAG_REFUSED, GITHUB_REFUSED
 */
export async function createBackupTag(wanted: Wanted): Promise<BackupTag> {
  const { request, repository, commit } = wanted
  let spent = 0
  for (const name of candidates(wanted.name)) {
    const before = await commitOfTag(request, repository, name)
    const claimed = before === undefined ? await claim(wanted, name) : 'taken'
    if (claimed === 'claimed') return { name, commit, created: true }
    if (claimed === 'taken') {
      const taken = before ?? (await commitOfTag(request, repository, name))
      const wantedOne = taken === commit && wanted.onSameCommit === 'reuse'
      if (wantedOne) return { name, commit, created: false }
    } else if ((spent += 1) === mostSpent) throw claimed.refused
  }
  throw new Failure('TAG_REFUSED', `${wanted.name} and its ${mostSuffixes} successors are taken.`, {
    hint: 'Give another description.',
  })
}

function* candidates(name: string): Generator<string> {
  yield name
  for (let suffix = 2; suffix <= mostSuffixes; suffix += 1) yield `${name}-${suffix}`
}

/** Removes a tag that this run made and that protects nothing. */
export async function deleteTag(
  request: GithubRequest,
  repository: Repository,
  name: string,
): Promise<void> {
  await request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', {
    ...repository,
    ref: `tags/${name}`,
  })
}

async function commitOfTag(
  request: GithubRequest,
  repository: Repository,
  name: string,
): Promise<string | undefined> {
  try {
    const ref = await request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...repository,
      ref: `tags/${name}`,
    })
    const { type, sha } = ref.data.object
    if (type !== 'tag') return sha
    const tag = await request('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', {
      ...repository,
      tag_sha: sha,
    })
    return tag.data.object.sha
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw refusal(`read the tag ${name}`, error)
  }
}

/** Refused where a deleted immutable release had the name, which GitHub never gives out again. */
type Claim = 'claimed' | 'taken' | { readonly refused: Failure }

/** Taken means: meanwhile, by another run. */
async function claim(wanted: Wanted, name: string): Promise<Claim> {
  const { request, repository, commit, message } = wanted
  try {
    const { data } = await request('POST /repos/{owner}/{repo}/git/tags', {
      ...repository,
      tag: name,
      message,
      object: commit,
      type: 'commit',
    })
    await request('POST /repos/{owner}/{repo}/git/refs', {
      ...repository,
      ref: `refs/tags/${name}`,
      sha: data.sha,
    })
    return 'claimed'
  } catch (error) {
    if (statusOf(error) === 422 && (await commitOfTag(request, repository, name)) !== undefined) {
      return 'taken'
    }
    const refused = refusal(`create the tag ${name}`, error)
    if (mayBeSpentTag(error)) return { refused }
    throw refused
  }
}

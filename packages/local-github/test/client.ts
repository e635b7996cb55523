import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLocalGithub } from '../src/index.ts'
import type { LocalGithub, LocalGithubSettings } from '../src/index.ts'

/**
 * JSON as tests look into it: an object or a list, with the fields that GitHub gave it. Which of them
 * there are, the tests against GitHub's own description say.
 */
export interface Json extends Array<Json> {
  readonly id: number
  readonly number: number
  readonly size: number
  readonly total_count: number
  readonly name: string
  readonly title: string
  readonly body: string
  readonly message: string
  readonly content: string
  readonly digest: string
  readonly ref: string
  readonly sha: string
  readonly state: string
  readonly tag_name: string
  readonly url: string
  readonly upload_url: string
  readonly browser_download_url: string
  readonly draft: boolean
  readonly immutable: boolean
  readonly assets: Json
  readonly commit: Json
  readonly errors: Json
  readonly field?: string
  readonly type: string
  readonly closed_at: string | null
  readonly published_at: string | null
  readonly documentation_url: string
  readonly object: Json
  readonly parents: Json
  readonly rate: Json
  readonly workflow_runs: Json
}

export type Fields = Readonly<Record<string, unknown>>

export interface Reply {
  status: number
  headers: Headers
  body: Json
}

interface Asking {
  body?: unknown
  /** Default: the repository's own token; null for none. */
  token?: string | null
  headers?: Record<string, string>
}

export interface TestGithub extends LocalGithub {
  directory: string
  /** `path` below /repos/acme/journal, or a whole address. */
  ask(method: string, path: string, asking?: Asking): Promise<Reply>
  upload(release: Json, name: string, content: Uint8Array, token?: string): Promise<Reply>
}

/** A GitHub in a folder of its own, which goes with it. */
export async function freshGithub(
  settings: Partial<LocalGithubSettings> = {},
): Promise<TestGithub> {
  const directory = settings.directory ?? (await mkdtemp(join(tmpdir(), 'local-github-')))
  const github = await startLocalGithub({ ...settings, directory })
  const ask = askAt(github)
  const dispose = async () => {
    await github.close()
    if (settings.directory === undefined) await rm(directory, { recursive: true, force: true })
  }
  return {
    ...github,
    directory,
    ask,
    upload: (release, name, content, token = github.token) =>
      ask('POST', `${uploadUrl(release)}?name=${encodeURIComponent(name)}`, {
        body: content,
        token,
        headers: { 'content-type': 'application/octet-stream' },
      }),
    [Symbol.asyncDispose]: dispose,
  }
}

export const uploadUrl = (release: Json): string => release.upload_url.replace(/\{.*\}$/, '')

const askAt =
  (github: LocalGithub) =>
  async (method: string, path: string, asking: Asking = {}): Promise<Reply> => {
    const { body, headers = {}, token = github.token } = asking
    const url = path.startsWith('http')
      ? path
      : `${github.apiUrl}/repos/${github.repository}${path}`
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined
        ? {}
        : { body: body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parsed(text) }
  }

/** The first of a list that must not be empty. */
export function first(list: Json): Json {
  const [one] = list
  if (one === undefined) throw new Error('the list is empty')
  return one
}

export function parsed(text: string): Json {
  try {
    return (text === '' ? undefined : JSON.parse(text)) as Json
  } catch {
    return text as unknown as Json
  }
}

export async function mainSha(github: TestGithub): Promise<string> {
  const { body } = await github.ask('GET', '/git/ref/heads/main')
  return body.object.sha
}

/** A draft with the given tag name, or whatever the fields say. */
export async function newRelease(github: TestGithub, fields: Fields): Promise<Json> {
  const { body } = await github.ask('POST', '/releases', { body: { draft: true, ...fields } })
  return body
}

/** One file on a branch of the repository, by the branch's next commit. */
export async function commitFile(
  github: TestGithub,
  path: string,
  text: string,
  token?: string,
): Promise<string> {
  const current = await github.ask('GET', `/contents/${path}`)
  const { body } = await github.ask('PUT', `/contents/${path}`, {
    body: {
      message: `Write ${path}`,
      content: Buffer.from(text).toString('base64'),
      ...(current.status === 200 ? { sha: current.body.sha } : {}),
    },
    ...(token === undefined ? {} : { token }),
  })
  return body.commit.sha
}

import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commitFile, freshGithub, mainSha } from './client.ts'
import type { Reply, TestGithub } from './client.ts'

let github: TestGithub
beforeEach(async () => {
  github = await freshGithub()
})
afterEach(() => github[Symbol.asyncDispose]())

const makeRef = (ref: string, sha: string): Promise<Reply> =>
  github.ask('POST', '/git/refs', { body: { ref, sha } })

test('an annotated tag keeps its message and names its commit', async () => {
  const object = await mainSha(github)
  const body = { tag: 'backup-1', message: 'Nightly\n\nby hand', object, type: 'commit' }
  const { body: tag } = await github.ask('POST', '/git/tags', { body })
  await makeRef('refs/tags/backup-1', tag.sha)
  const ref = (await github.ask('GET', '/git/ref/tags/backup-1')).body
  expect(ref.object).toMatchObject({ type: 'tag', sha: tag.sha })
  const read = (await github.ask('GET', `/git/tags/${ref.object.sha}`)).body
  expect(read).toMatchObject({ message: 'Nightly\n\nby hand', object: { sha: object } })
  expect((await github.ask('GET', '/commits/backup-1')).body.sha).toBe(object)
})

test('an existing tag is never overwritten', async () => {
  const sha = await mainSha(github)
  expect((await makeRef('refs/tags/v1', sha)).status).toBe(201)
  const again = await makeRef('refs/tags/v1', sha)
  expect(again.status).toBe(422)
  expect(again.body.message).toBe('Reference already exists')
})

test('of two runs that make the same tag at once exactly one succeeds', async () => {
  const sha = await mainSha(github)
  const replies = await Promise.all(Array.from({ length: 6 }, () => makeRef('refs/tags/v1', sha)))
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422, 422])
})

test.each(['refs/tags/a..b', 'refs/tags/x.lock', 'tags/v1', 'refs/tags/', 'refs/tags/a b\n'])(
  'ref name %j is refused',
  async (ref) => {
    expect((await makeRef(ref, await mainSha(github))).status).toBe(422)
  },
)

test.each(['--upload-pack=touch /tmp/x', '$(touch /tmp/x)', 'main~1', 'main:README.md', '@{0}'])(
  'a ref named %j is looked for as a name, and not found',
  async (name) => {
    const path = encodeURIComponent(name)
    expect((await github.ask('GET', `/git/ref/heads/${path}`)).status).toBe(404)
    expect((await github.ask('GET', `/commits/${path}`)).status).toBe(404)
  },
)

test('a tag at an object that does not exist is refused', async () => {
  expect((await makeRef('refs/tags/v1', 'a'.repeat(40))).status).toBe(422)
  expect((await makeRef('refs/tags/v1', 'main')).status).toBe(422)
})

test('a branch moves forward only, unless forced', async () => {
  const first = await mainSha(github)
  const second = await commitFile(github, 'a.txt', 'a')
  await makeRef('refs/heads/log', second)
  const move = (force: boolean) =>
    github.ask('PATCH', '/git/refs/heads/log', { body: { sha: first, force } })
  const refused = await move(false)
  expect(refused.status).toBe(422)
  expect(refused.body.message).toBe('Update is not a fast forward')
  expect((await move(true)).body.object.sha).toBe(first)
})

test('a client that looks for backup tags finds those and no others', async () => {
  const sha = await mainSha(github)
  for (const tag of ['backup-1', 'backup-2', 'release-1']) await makeRef(`refs/tags/${tag}`, sha)
  const names = async (prefix: string) =>
    (await github.ask('GET', `/git/matching-refs/tags/${prefix}`)).body.map(({ ref }) => ref)
  expect(await names('backup-')).toEqual(['refs/tags/backup-1', 'refs/tags/backup-2'])
  expect(await names('none')).toEqual([])
})

test('a log branch without history is made from blob, tree and commit alone', async () => {
  const { body: tree } = await github.ask('POST', '/git/trees', {
    body: { tree: [{ path: 'a/b.txt', mode: '100644', type: 'blob', content: 'hello' }] },
  })
  const { body: commit } = await github.ask('POST', '/git/commits', {
    body: { message: 'Start the log', tree: tree.sha },
  })
  expect(commit.parents).toEqual([])
  expect((await makeRef('refs/heads/recovery-log', commit.sha)).status).toBe(201)
  const file = await github.ask('GET', '/contents/a/b.txt?ref=recovery-log')
  expect(Buffer.from(file.body.content, 'base64').toString()).toBe('hello')
})

test('in an empty repository git answers 409, and the first file makes the first commit', async () => {
  await github.addRepository('acme/vault', { empty: true })
  const token = github.issueToken({ contents: 'write' }, { repository: 'acme/vault' })
  const ask = (method: string, path: string, body?: unknown) =>
    github.ask(method, `${github.apiUrl}/repos/acme/vault${path}`, { token, body })
  expect((await ask('GET', '/git/ref/heads/main')).status).toBe(409)
  expect((await ask('POST', '/releases', { tag_name: 'v1' })).status).toBe(422)
  const first = await ask('PUT', '/contents/README.md', { message: 'Start', content: 'aGk=' })
  expect(first.status).toBe(201)
  expect((await ask('GET', '/git/ref/heads/main')).body.object.sha).toBe(first.body.commit.sha)
})

test('of two writers who move a branch from the same commit only one wins', async () => {
  const sha = await mainSha(github)
  const { body } = await github.ask('GET', `/git/commits/${sha}`)
  const { sha: tree } = (body as unknown as { tree: { sha: string } }).tree
  const commits = await Promise.all(
    ['a', 'b', 'c'].map(async (message) => {
      const made = await github.ask('POST', '/git/commits', {
        body: { message, tree, parents: [sha] },
      })
      return made.body.sha
    }),
  )
  const moved = await Promise.all(
    commits.map((one) => github.ask('PATCH', '/git/refs/heads/main', { body: { sha: one } })),
  )
  expect(moved.map(({ status }) => status).sort()).toEqual([200, 422, 422])
})

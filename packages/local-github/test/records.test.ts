import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commitFile, freshGithub, mainSha } from './client.ts'
import type { Fields, Json, TestGithub } from './client.ts'

let github: TestGithub
beforeEach(async () => {
  github = await freshGithub()
})
afterEach(() => github[Symbol.asyncDispose]())

test('a report that somebody else changed meanwhile is not overwritten', async () => {
  const body = { message: 'Write', content: Buffer.from('one').toString('base64') }
  const put = (more: Fields = {}) =>
    github.ask('PUT', '/contents/docs/report.md', { body: { ...body, ...more } })
  const first = await put()
  expect(first.status).toBe(201)
  expect((await put()).status).toBe(422)
  expect((await put({ sha: 'a'.repeat(40) })).status).toBe(409)
  expect((await put({ sha: (first.body.content as unknown as Json).sha })).status).toBe(200)
  expect((await put({ branch: 'none' })).status).toBe(404)
})

test('of two writers of one file at once only one wins', async () => {
  const put = (text: string) =>
    github.ask('PUT', '/contents/log.json', {
      body: { message: text, content: Buffer.from(text).toString('base64') },
    })
  const replies = await Promise.all(['a', 'b', 'c', 'd'].map(put))
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422])
})

test('a file is read as JSON, raw, from a branch, and as a folder’s list', async () => {
  await commitFile(github, 'docs/a.md', 'hello')
  const file = await github.ask('GET', '/contents/docs/a.md?ref=main')
  expect(Buffer.from(file.body.content, 'base64').toString()).toBe('hello')
  const accept = 'application/vnd.github.raw+json'
  expect((await github.ask('GET', '/contents/docs/a.md', { headers: { accept } })).body).toBe(
    'hello',
  )
  const names = (await github.ask('GET', '/contents/')).body.map(({ name }: Json) => name)
  expect(names).toEqual(['README.md', 'docs'])
  expect((await github.ask('GET', '/contents/none.md')).status).toBe(404)
  expect((await github.ask('GET', '/contents/docs/a.md?ref=none')).status).toBe(404)
})

test('an issue about a failed drill is found by its label, commented and closed', async () => {
  await github.ask('POST', '/issues', { body: { title: 'Something else' } })
  const { body: issue } = await github.ask('POST', '/issues', {
    body: { title: 'The drill failed', labels: ['recovery-playbook', 'urgent'] },
  })
  const found = await github.ask('GET', '/issues?state=open&labels=recovery-playbook')
  expect(found.body.map(({ number }: Json) => number)).toEqual([issue.number])
  const path = `/issues/${issue.number}`
  await github.ask('POST', `${path}/comments`, { body: { body: 'Still so' } })
  expect((await github.ask('GET', `${path}/comments`)).body[0]?.body).toBe('Still so')
  const closed = await github.ask('PATCH', path, { body: { state: 'closed' } })
  expect(closed.body).toMatchObject({ state: 'closed', state_reason: 'completed', comments: 1 })
  expect(closed.body.closed_at).not.toBeNull()
  expect((await github.ask('GET', '/issues?labels=recovery-playbook')).body).toEqual([])
})

test('a merge gate sees the newest status of each context, and what they add up to', async () => {
  const sha = await mainSha(github)
  const combined = async () => (await github.ask('GET', `/commits/${sha}/status`)).body
  const post = (state: string, context: string) =>
    github.ask('POST', `/statuses/${sha}`, { body: { state, context } })
  expect(await combined()).toMatchObject({ state: 'pending', total_count: 0 })
  await post('failure', 'recovery')
  expect((await combined()).state).toBe('failure')
  await post('success', 'recovery')
  await post('pending', 'lint')
  expect(await combined()).toMatchObject({ state: 'pending', total_count: 2 })
  await post('success', 'lint')
  expect((await combined()).state).toBe('success')
  expect((await github.ask('GET', '/commits/main/statuses')).body).toHaveLength(4)
  expect((await post('great', 'x')).status).toBe(422)
})

test('a proof’s run is asked for by number, file, branch and outcome', async () => {
  const drill = await github.addWorkflowRun({ path: '.github/workflows/drill.yml', name: 'Drill' })
  const failed = await github.ask('POST', `${github.apiUrl}/_local/runs`, {
    body: { path: '.github/workflows/drill.yml', conclusion: 'failure', event: 'push' },
  })
  const ids = async (query: string) =>
    (await github.ask('GET', `/actions/${query}`)).body.workflow_runs.map(({ id }: Json) => id)
  expect(await ids('runs')).toEqual([failed.body.id, drill.id])
  expect(await ids('runs?status=success')).toEqual([drill.id])
  expect(await ids('workflows/drill.yml/runs?event=push')).toEqual([failed.body.id])
  expect(await ids('workflows/other.yml/runs')).toEqual([])
  const run = (await github.ask('GET', `/actions/runs/${drill.id}`)).body
  expect(run).toMatchObject({
    path: '.github/workflows/drill.yml',
    head_branch: 'main',
    head_sha: await mainSha(github),
    conclusion: 'success',
    run_attempt: 1,
  })
})

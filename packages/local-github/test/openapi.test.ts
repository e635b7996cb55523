import { Octokit } from '@octokit/core'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { freshGithub } from './client.ts'
import type { Fields, Json, TestGithub } from './client.ts'
import { answerFaults, requestFaults } from './openapi.ts'

let github: TestGithub
let octokit: Octokit

beforeAll(async () => {
  github = await freshGithub()
  octokit = new Octokit({ auth: github.token, baseUrl: github.apiUrl })
})
afterAll(() => github[Symbol.asyncDispose]())

const repo = '/repos/{owner}/{repo}'
const covered = new Set<string>()

/** Asks through Octokit, and holds what was sent and what came against GitHub's description. */
async function held(operation: string, parameters: Fields = {}, body?: Fields): Promise<Json> {
  covered.add(operation)
  if (body !== undefined) expect(requestFaults(operation, body)).toEqual([])
  const [owner, name] = github.repository.split('/')
  const response = await octokit.request(operation, { owner, repo: name, ...parameters, ...body })
  expect(answerFaults(operation, response.status, response.data)).toEqual([])
  return response.data as Json
}

test('an Octokit client reads the repository, its limits and its git objects as at GitHub', async () => {
  await held('GET /rate_limit')
  const repository = await held(`GET ${repo}`)
  expect(repository).toMatchObject({ full_name: 'acme/journal', default_branch: 'main' })
  const main = await held(`GET ${repo}/git/ref/{ref}`, { ref: 'heads/main' })
  const sha = main.object.sha
  const blob = await held(`POST ${repo}/git/blobs`, {}, { content: 'aGk=', encoding: 'base64' })
  await held(`GET ${repo}/git/blobs/{file_sha}`, { file_sha: blob.sha })
  const entry = { path: 'docs/deep/hi.txt', mode: '100644', type: 'blob', sha: blob.sha }
  const tree = await held(`POST ${repo}/git/trees`, {}, { tree: [entry], base_tree: sha })
  await held(`GET ${repo}/git/trees/{tree_sha}`, { tree_sha: tree.sha, recursive: '1' })
  const commit = await held(
    `POST ${repo}/git/commits`,
    {},
    { message: 'Say hi', tree: tree.sha, parents: [sha] },
  )
  await held(`GET ${repo}/git/commits/{commit_sha}`, { commit_sha: commit.sha })
  await held(
    `PATCH ${repo}/git/refs/{ref}`,
    { ref: 'heads/main' },
    { sha: commit.sha, force: false },
  )
  expect((await held(`GET ${repo}/commits/{ref}`, { ref: 'main' })).sha).toBe(commit.sha)
  const compared = await held(`GET ${repo}/compare/{basehead}`, { basehead: `${sha}...main` })
  expect(compared).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0 })
  const tag = await held(
    `POST ${repo}/git/tags`,
    {},
    { tag: 'backup-1', message: 'A backup', object: commit.sha, type: 'commit' },
  )
  await held(`GET ${repo}/git/tags/{tag_sha}`, { tag_sha: tag.sha })
  await held(`POST ${repo}/git/refs`, {}, { ref: 'refs/tags/backup-1', sha: tag.sha })
  const matching = await held(`GET ${repo}/git/matching-refs/{ref}`, { ref: 'tags/backup-' })
  expect(matching).toHaveLength(1)
  await held(`DELETE ${repo}/git/refs/{ref}`, { ref: 'tags/backup-1' })
})

test('an Octokit client keeps releases and their assets as at GitHub', async () => {
  const made = await held(
    `POST ${repo}/releases`,
    {},
    { tag_name: 'v1', name: 'One', body: 'Notes', draft: true, make_latest: 'false' },
  )
  const upload = `POST ${repo}/releases/{release_id}/assets`
  covered.add(upload)
  const uploaded = await octokit.request(`POST ${made.upload_url}`, {
    name: 'a.bin',
    data: Buffer.from('content'),
    headers: { 'content-type': 'application/octet-stream', 'content-length': '7' },
  })
  expect(answerFaults(upload, uploaded.status, uploaded.data)).toEqual([])
  const asset = { asset_id: (uploaded.data as Json).id }
  await held(`GET ${repo}/releases/{release_id}/assets`, { release_id: made.id })
  await held(`GET ${repo}/releases/assets/{asset_id}`, asset)
  await held(`PATCH ${repo}/releases/assets/{asset_id}`, asset, { label: 'Part 1' })
  const id = { release_id: made.id }
  await held(`PATCH ${repo}/releases/{release_id}`, id, { draft: false, make_latest: 'true' })
  await held(`GET ${repo}/releases/{release_id}`, id)
  await held(`GET ${repo}/releases/tags/{tag}`, { tag: 'v1' })
  await held(`GET ${repo}/releases/latest`)
  expect(await held(`GET ${repo}/releases`, { per_page: 100 })).toHaveLength(1)
  await held(`DELETE ${repo}/releases/assets/{asset_id}`, asset)
  await held(`DELETE ${repo}/releases/{release_id}`, id)
})

test('an Octokit client keeps files, issues, statuses and runs as at GitHub', async () => {
  const file = { path: 'docs/history.md' }
  const written = await held(`PUT ${repo}/contents/{path}`, file, {
    message: 'Start',
    content: Buffer.from('# History').toString('base64'),
  })
  await held(`GET ${repo}/contents/{path}`, file)
  await held(`GET ${repo}/contents/{path}`, { path: 'docs' })
  const issue = await held(
    `POST ${repo}/issues`,
    {},
    { title: 'A drill failed', body: 'See the log', labels: ['recovery-playbook'] },
  )
  const number = { issue_number: issue.number }
  await held(`POST ${repo}/issues/{issue_number}/comments`, number, { body: 'Again' })
  await held(`GET ${repo}/issues/{issue_number}/comments`, number)
  await held(`PATCH ${repo}/issues/{issue_number}`, number, { state: 'closed' })
  await held(`GET ${repo}/issues/{issue_number}`, number)
  await held(`GET ${repo}/issues`, { state: 'all', labels: 'recovery-playbook' })
  const status = { state: 'success', context: 'recovery', description: 'Proved' }
  await held(`POST ${repo}/statuses/{sha}`, { sha: written.commit.sha }, status)
  await held(`GET ${repo}/commits/{ref}/statuses`, { ref: 'main' })
  const combined = await held(`GET ${repo}/commits/{ref}/status`, { ref: 'main' })
  expect(combined).toMatchObject({ state: 'success', total_count: 1 })
  const run = await github.addWorkflowRun({ path: '.github/workflows/drill.yml', name: 'Drill' })
  await held(`GET ${repo}/actions/runs`, { branch: 'main' })
  await held(`GET ${repo}/actions/runs/{run_id}`, { run_id: run.id })
  await held(`GET ${repo}/actions/workflows/{workflow_id}/runs`, { workflow_id: 'drill.yml' })
})

test('an Octokit client opens, lists and closes a pull request as at GitHub', async () => {
  const main = await held(`GET ${repo}/git/ref/{ref}`, { ref: 'heads/main' })
  const branch = { ref: 'refs/heads/proposal', sha: main.object.sha }
  await held(`POST ${repo}/git/refs`, {}, branch)
  const proposal = { title: 'A row', body: 'More', head: 'proposal', base: 'main' }
  const made = await held(`POST ${repo}/pulls`, {}, proposal)
  const listed = await held(`GET ${repo}/pulls`, { head: 'acme:proposal', state: 'all' })
  expect(listed).toHaveLength(1)
  await expect(held(`POST ${repo}/pulls`, {}, proposal)).rejects.toMatchObject({ status: 422 })
  const number = { pull_number: made.number }
  const head = { sha: main.object.sha }
  expect(await held(`GET ${repo}/pulls/{pull_number}`, number)).toMatchObject({ head })
  await github.addComment(made.number, { login: 'ada', body: 'Looks good' })
  const asIssue = { issue_number: made.number }
  await held(`POST ${repo}/issues/{issue_number}/comments`, asIssue, { body: 'Thanks' })
  expect(await held(`GET ${repo}/issues/{issue_number}/comments`, asIssue)).toMatchObject([
    { body: 'Looks good', user: { login: 'ada' } },
    { body: 'Thanks', user: { login: 'github-actions[bot]' } },
  ])
  expect((await held(`PATCH ${repo}/pulls/{pull_number}`, number, { state: 'closed' })).state).toBe(
    'closed',
  )
  expect(await held(`GET ${repo}/pulls`)).toHaveLength(0)
})

test('whether a workflow is started is told as at GitHub', async () => {
  const operation = `GET ${repo}/actions/workflows/{workflow_id}`
  const asked = { workflow_id: 'backup.yml' }
  await expect(held(operation, asked)).rejects.toMatchObject({ status: 404 })
  const path = '.github/workflows/backup.yml'
  const content = Buffer.from('on: push').toString('base64')
  const writer = new Octokit({
    auth: github.issueToken({ contents: 'write', workflows: 'write' }),
    baseUrl: github.apiUrl,
  })
  const [owner = '', name = ''] = github.repository.split('/')
  await writer.request(`PUT ${repo}/contents/{path}`, {
    ...{ owner, repo: name, path, content, message: 'A workflow' },
  })
  expect(await held(operation, asked)).toMatchObject({ path, state: 'active' })
  const workflowStates = { [path]: 'disabled_inactivity' }
  await github.addRepository(github.repository, { workflowStates })
  expect(await held(operation, asked)).toMatchObject({ state: 'disabled_inactivity' })
})

test('what accounts may do is told as at GitHub', async () => {
  await github.addRepository(github.repository, { people: { ada: 'admin', charles: 'write' } })
  const operation = `GET ${repo}/collaborators/{username}/permission`
  const levels = { ada: 'admin', charles: 'write', mallory: 'read' }
  for (const [username, permission] of Object.entries(levels))
    expect(await held(operation, { username })).toMatchObject({
      permission,
      user: { login: username },
    })
})

test('a token that may read them finds the names of secrets as at GitHub', async () => {
  await github.addRepository(github.repository, { secrets: ['backup_passphrase', 'OTHER'] })
  const operation = `GET ${repo}/actions/secrets`
  await expect(held(operation)).rejects.toMatchObject({ status: 403 })
  const auth = github.issueToken({ secrets: 'read' })
  const [owner = '', name = ''] = github.repository.split('/')
  const reader = new Octokit({ auth, baseUrl: github.apiUrl })
  const { status, data } = await reader.request(operation, { owner, repo: name })
  expect(answerFaults(operation, status, data)).toEqual([])
  expect(data.secrets.map((one) => one.name)).toEqual(['BACKUP_PASSPHRASE', 'OTHER'])
})

test.each([
  ['a missing release', 'GET', `${repo}/releases/tags/{tag}`, '/releases/tags/none', 404],
  ['a missing ref', 'GET', `${repo}/git/ref/{ref}`, '/git/ref/heads/none', 404],
  ['a ref without a hash', 'POST', `${repo}/git/refs`, '/git/refs', 422],
  ['an issue without a title', 'POST', `${repo}/issues`, '/issues', 422],
])('a client that reads the error of %s finds it in its documented shape', async (...row) => {
  const [, method, template, path, status] = row
  const reply = await github.ask(method, path, method === 'POST' ? { body: {} } : {})
  expect(reply.status).toBe(status)
  expect(answerFaults(`${method} ${template}`, status, reply.body)).toEqual([])
  expect(reply.body.documentation_url).toMatch(/^https:\/\/docs\.github\.com/)
})

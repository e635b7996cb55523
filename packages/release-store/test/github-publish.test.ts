import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type GithubRequest, paced, parseRepository } from '@recovery-playbook/github'
import { githubClient } from '@recovery-playbook/host'
import { githubReleases } from '../src/index.ts'
import { repository, steppingClock, type StoreOnGithub, storeOnGithub } from './github.ts'

const tag = 'backup-2026-11-24-database'
const publishing = { method: 'PATCH', origin: 'api', path: '/repos/*/*/releases/*' } as const

let opened: StoreOnGithub
beforeEach(async () => {
  opened = await storeOnGithub()
})
afterEach(async () => {
  await opened[Symbol.asyncDispose]()
})

test('a backup whose stored bytes change between upload and publishing is not published', async () => {
  const store = opened.storeFor()
  const draft = await store.draft(tag, tag)
  await draft.upload('a.gpg', Buffer.from('right'))
  const { data: releases } = await opened.request('GET /repos/{owner}/{repo}/releases', {
    ...repository,
  })
  const [release] = releases
  await opened.request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', {
    ...repository,
    asset_id: release?.assets[0]?.id ?? 0,
  })
  await opened.request(`POST ${release?.upload_url.replace(/\{.*/, '') ?? ''}?name=a.gpg`, {
    data: Buffer.from('wrong'),
    headers: { 'content-length': 5 },
  })
  await expect(draft.publish('')).rejects.toMatchObject({
    code: 'UPLOAD_FAILED',
    message: expect.stringMatching(/^a\.gpg was not stored: its stored digest is sha256:/),
  })
  expect(await store.published()).toEqual([])
})

test('an export is not called failed because the answer to its publishing was lost', async () => {
  const store = opened.storeFor()
  const draft = await store.draft(tag, tag)
  await draft.upload('a.gpg', Buffer.from('a'))
  // Every repetition of the client's finds its answer lost, too.
  opened.github.arm({ ...publishing, kind: 'status', status: 422, applied: true })
  const { url } = await draft.publish('notes')
  expect(await store.published()).toMatchObject([{ tag, url, notes: 'notes' }])
})

test('one lost connection while publishing is survived', async () => {
  const store = opened.storeFor()
  const draft = await store.draft(tag, tag)
  await draft.upload('a.gpg', Buffer.from('a'))
  opened.github.arm({ ...publishing, kind: 'cut', applied: true })
  await draft.publish('notes')
  expect(await store.published()).toMatchObject([{ tag, notes: 'notes' }])
})

test('a refused publishing says so, and the recovery point stays unpublished', async () => {
  const store = opened.storeFor()
  const draft = await store.draft(tag, tag)
  await draft.upload('a.gpg', Buffer.from('a'))
  opened.github.arm({ ...publishing, kind: 'status', status: 403 })
  await expect(draft.publish('')).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    message: expect.stringContaining(`publish ${tag} (403)`),
    hint: expect.stringContaining('workflows'),
  })
  expect(await store.published()).toEqual([])
})

test('in a repository with immutable releases a backup is published all the same', async () => {
  await opened.github.addRepository('acme/frozen', { immutableReleases: true })
  const token = opened.github.issueToken({ contents: 'write' }, { repository: 'acme/frozen' })
  const clock = steppingClock()
  const request = paced(githubClient(token, opened.github.apiUrl), clock)
  const store = githubReleases(request, parseRepository('acme/frozen'), { pause: clock.sleep })
  const draft = await store.draft(tag, tag)
  await draft.upload('a.gpg', Buffer.from('a'))
  await draft.publish('')
  expect((await store.published()).map((release) => release.tag)).toEqual([tag])
})

test('a tag that a deleted immutable release had is told apart, so that another can be drawn', async () => {
  await opened.github.addRepository(opened.github.repository, { immutableReleases: true })
  const store = opened.storeFor()
  const publish = async () => {
    const draft = await store.draft(tag, tag)
    await draft.upload('a.gpg', Buffer.from('a'))
    return draft.publish('')
  }
  await publish()
  await store.remove(tag, { isRecoveryPoint: () => true, pruneTag: true })
  await expect(publish()).rejects.toMatchObject({
    code: 'TAG_SPENT',
    message: expect.stringContaining(`as ${tag}: a deleted immutable release had this tag`),
  })
  expect(await store.published()).toEqual([])
})

test('a draft that GitHub refuses for such a tag is told apart, too', async () => {
  const body = {
    message: 'Validation Failed',
    errors: [{ field: 'tag_name', message: 'tag_name was used by an immutable release' }],
  }
  opened.github.arm({ kind: 'status', method: 'POST', path: '/releases$', status: 422, body })
  await expect(opened.storeFor().draft(tag, tag)).rejects.toMatchObject({ code: 'TAG_SPENT' })
})

test('a backup never becomes the repository’s "latest" release, which users of the code download', async () => {
  const { data: own } = await opened.request('POST /repos/{owner}/{repo}/releases', {
    ...repository,
    tag_name: 'v1.0.0',
  })
  const draft = await opened.storeFor().draft(tag, tag)
  await draft.upload('a.gpg', Buffer.from('a'))
  await draft.publish('')
  const { data: latest } = await opened.request('GET /repos/{owner}/{repo}/releases/latest', {
    ...repository,
  })
  expect(latest.id).toBe(own.id)
})

test('no export asks for rights that a GITHUB_TOKEN lacks: target_commitish is never sent', async () => {
  const sent: unknown[] = []
  const recording = ((route: string, parameters: Record<string, unknown>) => {
    if (!route.startsWith('GET')) sent.push({ route, ...parameters })
    return opened.request(route, parameters)
  }) as unknown as GithubRequest
  const clock = steppingClock()
  const store = githubReleases(paced(recording, clock), repository, { pause: clock.sleep })
  const draft = await store.draft(tag, tag)
  await draft.upload('a.gpg', Buffer.from('a'))
  await draft.publish('')
  expect(sent).toHaveLength(3)
  expect(JSON.stringify(sent)).not.toContain('target_commitish')
  expect(sent.filter((one) => 'make_latest' in (one as object))).toMatchObject([
    { make_latest: 'false' },
    { make_latest: 'false' },
  ])
})

test('the tag of a backup stays where it was put when main has moved on', async () => {
  const git = (...words: string[]) =>
    execFileSync('git', ['--git-dir', opened.github.gitDirectory(), ...words], { encoding: 'utf8' })
  git('update-ref', `refs/tags/${tag}`, git('rev-parse', 'HEAD').trim())
  const { data } = await opened.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    ...repository,
    path: 'new.txt',
    message: 'Move on',
    content: Buffer.from('new').toString('base64'),
  })
  const draft = await opened.storeFor().draft(tag, tag)
  await draft.publish('')
  expect(git('rev-parse', `refs/tags/${tag}`).trim()).not.toBe(data.commit.sha)
})

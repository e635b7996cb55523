import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type StoreOnGithub, storeOnGithub } from './github.ts'

const removal = { isRecoveryPoint: () => true, pruneTag: true }

let opened: StoreOnGithub
beforeEach(async () => {
  opened = await storeOnGithub()
})
afterEach(async () => {
  await opened[Symbol.asyncDispose]()
})

async function published(tag: string) {
  const store = opened.storeFor()
  const draft = await store.draft(tag, tag)
  await draft.upload('a.gpg', Buffer.from('a'))
  await draft.publish('')
  return store
}
const tags = () =>
  execFileSync('git', ['--git-dir', opened.github.gitDirectory(), 'tag', '--list'], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter(Boolean)
const deletions = () => opened.github.requests().filter(({ method }) => method === 'DELETE')

test('a tag stays where nobody asked for it to go, and goes where somebody did', async () => {
  const store = await published('backup-1')
  await published('backup-2')
  await store.remove('backup-1', { ...removal, pruneTag: false })
  expect(tags()).toEqual(['backup-1', 'backup-2'])
  await store.remove('backup-2', removal)
  expect(tags()).toEqual(['backup-1'])
})

test('a tag that was deleted by hand is no reason to fail', async () => {
  const store = await published('backup-1')
  opened.github.arm({ kind: 'status', method: 'DELETE', path: 'git/refs/', status: 422 })
  await expect(store.remove('backup-1', removal)).resolves.toBe(true)
})

test.each([403, 500])('what GitHub does not show (%d) is not deleted', async (status) => {
  const store = await published('backup-1')
  opened.github.arm({ kind: 'status', path: 'releases/tags/', status, times: 10 })
  await expect(store.remove('backup-1', removal)).rejects.toMatchObject({ code: 'GITHUB_REFUSED' })
  expect(deletions()).toEqual([])
})

test('a page of HTML instead of the release deletes nothing', async () => {
  const store = await published('backup-1')
  opened.github.arm({ kind: 'status', path: 'releases/tags/', status: 200, body: '<html>' })
  await expect(store.remove('backup-1', removal)).rejects.toMatchObject({
    code: 'NOT_A_RECOVERY_POINT',
  })
  expect(deletions()).toEqual([])
})

test('a manifest that cannot be read deletes nothing: the caller’s own look has failed', async () => {
  const store = await published('backup-1')
  const isRecoveryPoint = () => Promise.reject(new Error('unreadable'))
  await expect(store.remove('backup-1', { ...removal, isRecoveryPoint })).rejects.toThrow('unread')
  expect(deletions()).toEqual([])
})

test('a deletion whose answer was lost is a deletion', async () => {
  const store = await published('backup-1')
  opened.github.arm({
    kind: 'cut',
    method: 'DELETE',
    path: 'releases/[0-9]+$',
    applied: true,
  })
  await expect(store.remove('backup-1', removal)).resolves.toBe(true)
  expect(deletions().filter(({ path }) => !path.includes('git'))).toHaveLength(2)
  expect(await store.published()).toEqual([])
  expect(tags()).toEqual([])
})

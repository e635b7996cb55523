import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { repository, type StoreOnGithub, storeOnGithub } from './github.ts'

let opened: StoreOnGithub
let now = new Date('2026-01-01T00:00:00Z')
beforeAll(async () => {
  opened = await storeOnGithub({ now: () => now, rateLimit: 10_000 })
  for (let day = 1; day <= 105; day += 1) {
    now = new Date(Date.UTC(2026, 0, day))
    await opened.request('POST /repos/{owner}/{repo}/releases', {
      ...repository,
      tag_name: `backup-${String(day).padStart(3, '0')}`,
    })
  }
})
afterAll(async () => {
  await opened[Symbol.asyncDispose]()
})

test('the newest of more than 100 recovery points is found, and it comes first', async () => {
  const tags = (await opened.storeFor().published()).map(({ tag }) => tag)
  expect(tags).toHaveLength(105)
  expect(tags).toEqual([...tags].sort().reverse())
})

test('a listing whose second page fails fails whole, instead of hiding older recovery points', async () => {
  opened.github.arm({ kind: 'status', path: '/releases[?].*page=2', status: 403 })
  await expect(opened.storeFor().published()).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    message: expect.stringContaining('list the releases (403)'),
  })
})

test('a page of HTML instead of the listing is no empty list of recovery points', async () => {
  opened.github.arm({ kind: 'status', path: '/releases$', status: 200, body: '<html>login</html>' })
  await expect(opened.storeFor().published()).rejects.toMatchObject({ code: 'GITHUB_REFUSED' })
})

test.each([
  [401, 'nobody’s token', () => 'ghs_nobody', /expired/],
  [404, 'the token of another repository', () => other(), /may not see/],
])('%d: a listing with %s says what to mend', async (status, _, token, hint) => {
  await opened.github.addRepository('acme/other')
  await expect(opened.storeFor(token()).published()).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    message: expect.stringContaining(`(${status})`),
    hint: expect.stringMatching(hint),
  })
})

const other = () => opened.github.issueToken({ contents: 'write' }, { repository: 'acme/other' })

test('GitHub out of reach is said to be out of reach, not to have refused', async () => {
  await using gone = await storeOnGithub()
  const store = gone.storeFor()
  await gone.github.close()
  await expect(store.published()).rejects.toMatchObject({
    message: expect.stringMatching(/^GitHub could not be asked to list the releases: /),
    hint: expect.stringContaining('githubstatus.com'),
  })
})

test('a recovery point of more than 100 parts is whole, and published only when it is', async () => {
  const draft = await opened.storeFor().draft('backup-many', 'backup-many')
  const names = Array.from({ length: 105 }, (_, index) => `a.${String(index).padStart(4, '0')}.gpg`)
  for (const name of names) await draft.upload(name, Buffer.from(name))
  now = new Date(Date.UTC(2027, 0, 1))
  await draft.publish('')
  const [newest] = await opened.storeFor().published()
  expect(newest?.assets.map(({ name }) => name)).toEqual(names)
  await expect(newest?.download('a.0104.gpg')).resolves.toHaveLength('a.0104.gpg'.length)
})

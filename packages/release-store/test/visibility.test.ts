import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parseRepository } from '@recovery-playbook/github'
import { githubClient } from '@recovery-playbook/host'
import { assertPrivate } from '../src/index.ts'
import { repository, type StoreOnGithub, storeOnGithub } from './github.ts'

let opened: StoreOnGithub
beforeAll(async () => {
  opened = await storeOnGithub()
  await opened.github.addRepository('acme/open', { private: false })
})
afterAll(async () => {
  await opened[Symbol.asyncDispose]()
})

const tokenOf = (name: string) =>
  githubClient(
    opened.github.issueToken({ contents: 'write' }, { repository: name }),
    opened.github.apiUrl,
  )

test('backups in a private repository are let through', async () => {
  await expect(assertPrivate(opened.request, repository)).resolves.toBeUndefined()
})

test('backups that everybody could download are refused, and the private repository is offered first', async () => {
  await expect(
    assertPrivate(tokenOf('acme/open'), parseRepository('acme/open')),
  ).rejects.toMatchObject({
    code: 'REPOSITORY_PUBLIC',
    message: expect.stringContaining('acme/open is public'),
    hint: expect.stringMatching(/^Make a private repository .*`allow-public-repository: true`/),
  })
})

test('a repository that the token cannot see is not taken for a private one', async () => {
  await expect(
    assertPrivate(opened.request, parseRepository('acme/nowhere')),
  ).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    message: expect.stringContaining('show acme/nowhere (404)'),
    hint: expect.stringContaining('the token may not see it'),
  })
})

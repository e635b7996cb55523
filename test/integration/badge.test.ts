import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { githubClient, systemClock } from '@recovery-playbook/host'
import { publishFiles } from '@recovery-playbook/local-workflows'
import { badged, writeLog } from '@recovery-playbook/recovery-log'
import { logPages } from '@recovery-playbook/report'
import { openScene, type Scene } from '../support/scene.ts'

let scene: Scene
/** Milliseconds by which GitHub's clock is ahead. */
let ahead = 0
beforeAll(async () => {
  scene = await openScene({ github: { now: () => new Date(Date.now() + ahead) } })
  const changed = { '.github/workflows/backup.yml': 'on: push\n' }
  const commit = await publishFiles(scene.github, { from: scene.directory, changed })
  const { exitCode, log } = await scene.exportRelease({}, { github: { commit } })
  expect({ exitCode, log }).toMatchObject({ exitCode: 0 })
})
afterAll(() => scene[Symbol.asyncDispose]())

const on = (branch: string) => ({
  environment: { GITHUB_REF: `refs/heads/${branch}`, GITHUB_EVENT_NAME: 'schedule' },
})

function watch(contents: 'read' | 'write', branch = 'main') {
  const token = scene.github.issueToken({ contents, actions: 'read', issues: 'write' })
  return scene.run('verify-restore', { mode: 'watch', token }, on(branch))
}

const git = async (...words: string[]) => {
  const cwd = scene.github.gitDirectory()
  return (await promisify(execFile)('git', words, { cwd })).stdout
}

const badge = async () => {
  const text = await git('show', 'recovery-log:badge.json')
  const { message, color } = JSON.parse(text) as Record<string, string>
  return [message, color]
}
const commits = async () => Number(await git('rev-list', '--count', 'recovery-log'))

const daysAgo = (days: number) =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

async function stand(message: string): Promise<void> {
  const { apiUrl, token, repository } = scene.github
  const [owner = '', repo = ''] = repository.split('/')
  const keeper = {
    request: githubClient(token, apiUrl),
    repository: { owner, repo },
    pages: logPages(''),
    warn: (line: string) => {
      throw new Error(line)
    },
    pause: (milliseconds: number) => systemClock.sleep(milliseconds),
  }
  const text = JSON.stringify({ message, color: 'brightgreen' })
  await writeLog(keeper, [badged('default', () => text)], 'Long ago')
}

test('before the first drill a watch says that nothing was ever proved, once', async () => {
  expect((await watch('write', 'other')).exitCode).toBe(0)
  await expect(badge()).rejects.toThrow('badge.json')
  expect((await watch('write')).exitCode).toBe(0)
  expect(await badge()).toEqual(['never proved', 'lightgrey'])
  const before = await commits()
  expect((await watch('write')).exitCode).toBe(0)
  expect(await commits()).toBe(before)
})

test('a drill shows its proof in the commit of its record, on the default branch alone', async () => {
  expect((await scene.drill({}, on('other'))).exitCode).toBe(0)
  expect(await badge()).toEqual(['never proved', 'lightgrey'])
  expect((await scene.drill({ 'by-hand': 'true' }, on('main'))).exitCode).toBe(0)
  expect(await badge()).toEqual(['never proved', 'lightgrey'])
  expect((await scene.drill({}, on('main'))).exitCode).toBe(0)
  expect(await badge()).toEqual([`PROVED today (${daysAgo(0)})`, 'brightgreen'])
  const files = (await git('show', '--format=', '--name-only', 'recovery-log')).trim().split('\n')
  expect(files).toEqual(
    expect.arrayContaining(['badge.json', 'REPORT.md', expect.stringMatching(/^proofs\//)]),
  )
})

test('a proof that grew too old is red at the next watch that may write, and one that may not says so', async () => {
  await stand(`PROVED today (${daysAgo(12)})`)
  const before = await commits()
  const mayNot = await watch('read')
  expect({ exitCode: mayNot.exitCode, verdict: mayNot.outputs.verdict }).toEqual({
    exitCode: 0,
    verdict: 'PROVED',
  })
  expect(mayNot.log).toMatch(/The badge is not brought up to date: .*permissions: contents: write/)
  ahead = 3_600_000
  expect((await watch('write')).outputs.verdict).toBe('NOT PROVED')
  ahead = 0
  expect(await commits()).toBe(before)
  expect((await watch('write')).exitCode).toBe(0)
  expect(await badge()).toEqual([`PROVED 12 days ago (${daysAgo(12)})`, 'red'])
  expect(await commits()).toBe(before + 1)
})

test('a drill that fails, finds nothing or is refused takes the green away, and a watch does not give it back', async () => {
  await scene.drill({ 'max-recovery-time': '1s', 'max-data-loss': '1s' }, on('main'))
  expect(await badge()).toEqual([`FAILED (${daysAgo(0)})`, 'red'])
  expect((await scene.drill({}, on('main'))).exitCode).toBe(0)
  await scene.drill({ passphrase: '' }, on('main'))
  expect(await badge()).toEqual([`NOT PROVED (${daysAgo(0)})`, 'orange'])
  await scene.drill({ 'recovery-point': 'backup-of-nothing' }, on('main'))
  expect(await badge()).toEqual([`FAILED (${daysAgo(0)})`, 'red'])
  expect((await watch('write')).exitCode).toBe(0)
  expect(await badge()).toEqual([`FAILED (${daysAgo(0)})`, 'red'])
})

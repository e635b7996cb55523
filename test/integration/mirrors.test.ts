import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parseRepository } from '@recovery-playbook/github'
import { githubClient } from '@recovery-playbook/host'
import { openScene, type RunOptions, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene[Symbol.asyncDispose]())

/** A private repository for copies, and a token for it alone. */
async function newMirror(name: string, settings: { expiresAt?: Date } = {}) {
  const repository = `acme/${name}`
  await scene.github.addRepository(repository, { private: true })
  const token = scene.github.issueToken({ contents: 'write' }, { repository, ...settings })
  return { repository, token, inputs: { name, mirrors: repository, 'mirror-token': token } }
}

async function releasesIn(repository: string) {
  const route = 'GET /repos/{owner}/{repo}/releases'
  const token = scene.github.issueToken({ contents: 'write' }, { repository })
  const { data } = await githubClient(token, scene.github.apiUrl)(route, {
    ...parseRepository(repository),
  })
  return data
}
const publishedIn = async (repository: string) =>
  (await releasesIn(repository)).filter(({ draft }) => !draft).map(({ tag_name }) => tag_name)
const draftsIn = async (repository: string) =>
  (await releasesIn(repository)).filter(({ draft }) => draft)

/** Stops the export as soon as a draft is in the mirror, where every upload hangs. */
async function stoppedIn(
  repository: string,
  inputs: Readonly<Record<string, string>>,
  options: RunOptions,
  signal: 'SIGINT' | 'SIGKILL',
) {
  const uploads = { method: 'POST', origin: 'upload', path: `/repos/${repository}/**` } as const
  scene.github.arm({ kind: 'hang', ...uploads, afterBytes: 10, times: 100 })
  const stopped = await scene.exportRelease(inputs, {
    ...options,
    onStart: (pid) => {
      void (async () => {
        while ((await draftsIn(repository)).length === 0) await delay(50)
        await delay(300)
        process.kill(pid, signal)
      })()
    },
  })
  scene.github.disarm()
  return stopped
}

const asRun = (id: string): RunOptions => ({ environment: { GITHUB_RUN_ID: id } })

test('a copy in another repository and one in a directory are whole, and the first restores alone', async () => {
  const mirror = await newMirror('mirrored')
  const { repository, token } = mirror
  const disk = join(scene.directory, 'disk')
  const tag = await scene.publish({ ...mirror.inputs, mirrors: `${repository}\n${disk}` })
  expect(await readdir(join(disk, 'releases', tag))).toEqual(
    expect.arrayContaining(['manifest.json', 'RESTORE.md', 'database.dump.zst.0001.gpg']),
  )
  const there = { name: 'mirrored', repository, token, record: 'false' }
  expectVerdict(await scene.drill(there), 'PROVED', tag)
  const byHand = await scene.drill({ ...there, 'by-hand': 'true' })
  expectVerdict(byHand, 'NOT PROVED', 'leads to other addresses')
  expect(byHand.log).toContain('it holds the document of the first store')
})

test('what a killed copying left in a mirror is gone on with by the next export', async () => {
  const { repository, inputs } = await newMirror('caught-up')
  const killed = await stoppedIn(repository, inputs, asRun('31'), 'SIGKILL')
  expect(killed.exitCode).toBeNull()
  const [unfinished] = await draftsIn(repository)
  expect(unfinished).toBeDefined()
  await scene.github.addWorkflowRun({ id: 31, status: 'completed', conclusion: 'cancelled' })

  const next = await scene.exportRelease(inputs, asRun('32'))
  expect(next).toMatchObject({ exitCode: 0 })
  expect(await draftsIn(repository)).toEqual([])
  const both = [unfinished?.tag_name, next.outputs['recovery-point']]
  expect((await publishedIn(repository)).toSorted()).toEqual(both.toSorted())
  expect((await releasesIn(repository)).map(({ id }) => id)).toContain(unfinished?.id)
})

test('a draft in a mirror that nobody goes on with is removed by the next export', async () => {
  const { repository, inputs } = await newMirror('swept')
  const killed = await stoppedIn(repository, inputs, asRun('41'), 'SIGKILL')
  expect(killed.exitCode).toBeNull()
  await scene.github.addWorkflowRun({ id: 41, status: 'completed', conclusion: 'cancelled' })
  const [first] = await releasesIn(scene.github.repository)
  const request = githubClient(scene.github.token, scene.github.apiUrl)
  const route = 'DELETE /repos/{owner}/{repo}/releases/{release_id}'
  const here = parseRepository(scene.github.repository)
  await request(route, { ...here, release_id: first?.id ?? 0 })

  const next = await scene.exportRelease(inputs, asRun('42'))
  expect(next).toMatchObject({ exitCode: 0 })
  expect(next.log).toMatch(/The unfinished \S+ in acme\/swept is removed: run 41, .* has ended/)
  expect(await draftsIn(repository)).toEqual([])
  expect(await publishedIn(repository)).toEqual([next.outputs['recovery-point']])
})

test('a copy that failed is made up for by the next export, and nothing else is copied twice', async () => {
  const { repository, inputs } = await newMirror('made-up')
  const uploads = { method: 'POST', origin: 'upload', path: `/repos/${repository}/**` } as const
  scene.github.arm({ kind: 'status', ...uploads, status: 422, times: 100 })
  const failed = await scene.exportRelease(inputs, asRun('51'))
  scene.github.disarm()
  expect(failed.exitCode).toBe(1)
  expect(failed.log).toMatch(/is safe in acme\/journal, and has no whole copy in acme\/made-up/)
  expect(failed.log).not.toContain('Nothing was published')
  await scene.github.addWorkflowRun({ id: 51, status: 'completed', conclusion: 'failure' })
  const next = await scene.exportRelease(inputs, asRun('52'))
  const tags = [failed, next].map(({ outputs }) => outputs['recovery-point'])
  expect((await publishedIn(repository)).toSorted()).toEqual(tags.toSorted())
  expect(next.log.match(/is in acme\/made-up, too/g)).toHaveLength(2)
})

test('a job that is cancelled over a mirror stops, says that the first copy is safe, and leaves no draft', async () => {
  const { repository, inputs } = await newMirror('cancelled')
  await scene.publish({ name: 'cancelled' })
  const disk = join(scene.directory, 'never-reached')
  const mirrors = `${repository}\n${disk}`
  const all = { ...inputs, mirrors, 'keep-last': '1' }
  const stopped = await stoppedIn(repository, all, {}, 'SIGINT')
  expect(stopped.exitCode).toBe(1)
  expect(stopped.log).toMatch(/CANCELLED/)
  expect(stopped.log).toMatch(/It is safe in acme\/journal/)
  expect(stopped.log).not.toContain('Nothing was published')
  expect(await releasesIn(repository)).toEqual([])
  await expect(readdir(disk)).rejects.toMatchObject({ code: 'ENOENT' })
  const left = await publishedIn(scene.github.repository)
  expect(left.filter((tag) => tag.includes('-cancelled-'))).toHaveLength(2)
})

test.each([
  [
    'a directory that may be where no disk is mounted',
    async () => {
      const empty = join(scene.directory, 'unmounted')
      await mkdir(empty)
      return { place: empty, why: /is no store of recovery points/, inputs: { mirrors: empty } }
    },
  ],
  [
    'a public repository',
    async () => {
      const mirrors = 'acme/for-all'
      await scene.github.addRepository(mirrors, { private: false })
      const token = scene.github.issueToken({ contents: 'write' }, { repository: mirrors })
      const inputs = { mirrors, 'mirror-token': token }
      return { place: mirrors, why: /is public: everybody could/, inputs }
    },
  ],
  [
    'a wrong token',
    async () => {
      const { repository, inputs } = await newMirror('locked')
      const wrong = { ...inputs, 'mirror-token': 'ghp_nobody' }
      return { place: repository, why: /Give a new one as the input `mirror-token`/, inputs: wrong }
    },
  ],
])(
  'a mirror that cannot be used, %s, fails the run; the first copy is safe, and it says so',
  async (_, prepared) => {
    const { place, why, inputs } = await prepared()
    const name = 'half-mirrored'
    const failed = await scene.exportRelease({ name, ...inputs })
    expect(failed.exitCode).toBe(1)
    const tag = failed.outputs['recovery-point'] ?? ''
    expect(failed.log).toContain(
      `${tag} is safe in ${scene.github.repository}, and has no whole copy in ${place}`,
    )
    expect(failed.log).toMatch(why)
    expect(failed.summary).toContain(place)
    expect(await publishedIn(scene.github.repository)).toContain(tag)
  },
)

test('a token for a mirror that is about to expire is a warning while it still works', async () => {
  const expiresAt = new Date(Date.now() + 5 * 86_400_000)
  const { inputs } = await newMirror('expiring', { expiresAt })
  const { exitCode, log, summary } = await scene.exportRelease(inputs)
  expect(exitCode).toBe(0)
  for (const place of [log, summary]) expect(place).toMatch(/'mirror-token' expires at/)
})

test('a mirror keeps what the policy keeps, and no more', async () => {
  const { repository, inputs } = await newMirror('pruned-too')
  const disk = join(scene.directory, 'pruned-disk')
  const all = { ...inputs, mirrors: `${repository}\n${disk}` }
  await scene.publish(all)
  await scene.publish(all)
  const last = await scene.publish({ ...all, 'keep-last': '1' })
  expect(await publishedIn(repository)).toEqual([last])
  expect(await readdir(join(disk, 'releases'))).toEqual([last])
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parseRepository } from '@recovery-playbook/github'
import { githubClient } from '@recovery-playbook/host'
import { openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene[Symbol.asyncDispose]())

const client = () => githubClient(scene.github.token, scene.github.apiUrl)
const here = () => parseRepository(scene.github.repository)

const releases = async (name: string) => {
  const { data } = await client()('GET /repos/{owner}/{repo}/releases', { ...here() })
  return data.filter(({ tag_name }) => tag_name.includes(`-${name}-`))
}
const tagsOf = async (name: string) => (await releases(name)).map(({ tag_name }) => tag_name)

const refs = async (name: string) => {
  const route = 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}'
  const { data } = await client()(route, { ...here(), ref: 'tags/backup-' })
  return data.map(({ ref }) => ref).filter((ref) => ref.includes(`-${name}-`))
}

test('what no rule keeps is removed after the next export, its tag stays, and the summary says why', async () => {
  const name = 'pruned'
  const [first, second] = [await scene.publish({ name }), await scene.publish({ name })]
  const rehearsed = await scene.exportRelease({ name, 'keep-last': '1', 'dry-run': 'true' })
  expect(rehearsed.summary).toContain('would be removed')
  expect(await tagsOf(name)).toHaveLength(3)

  const pruned = await scene.exportRelease({ name, 'keep-last': '2' })
  expect(pruned.exitCode).toBe(0)
  expect(pruned.summary).toMatch(/2 removed, 2 kept/)
  const left = await tagsOf(name)
  expect(left).toHaveLength(2)
  expect(left).not.toContain(first)
  expect(await refs(name)).toHaveLength(4)

  await scene.exportRelease({ name, 'keep-last': '2', 'prune-tags': 'true' })
  expect(await refs(name)).toHaveLength(4)
  expect(await tagsOf(name)).not.toContain(second)
})

test('the newest proved one and what a person pinned stay, whatever the policy says', async () => {
  const name = 'stays'
  const proved = await scene.publish({ name })
  expectVerdict(await scene.drill({ name }), 'PROVED')
  const pinned = await scene.publish({ name })
  const [{ id } = { id: 0 }] = (await releases(name)).filter((one) => one.tag_name === pinned)
  const route = 'PATCH /repos/{owner}/{repo}/releases/{release_id}'
  await client()(route, { ...here(), release_id: id, name: 'KEEP: before the migration' })
  const gone = await scene.publish({ name })
  await scene.publish({ name, 'keep-last': '1' })
  const left = await tagsOf(name)
  expect(left).toHaveLength(3)
  expect(left).toEqual(expect.arrayContaining([proved, pinned]))
  expect(left).not.toContain(gone)
})

test('databases with names of their own never mix, also when they are exported at the same time', async () => {
  const names = ['shop', 'billing']
  const tags = await Promise.all(names.map((name) => scene.publish({ name })))
  await scene.publish({ name: 'shop', 'keep-last': '1' })
  expect(await tagsOf('billing')).toEqual([tags[1]])
  expect(await tagsOf('shop')).not.toContain(tags[0])
  for (const name of names) expectVerdict(await scene.drill({ name }), 'PROVED', `-${name}-`)
})

test('two exports of one database at the same time both end well', async () => {
  const name = 'twice'
  const tags = await Promise.all([scene.publish({ name }), scene.publish({ name })])
  expect(new Set(tags).size).toBe(2)
  for (const tag of tags) {
    expectVerdict(await scene.drill({ name, 'recovery-point': tag }), 'PROVED', tag)
  }
})

test('with immutable releases on, a name that was spent is drawn anew', async () => {
  const repository = 'acme/frozen'
  await scene.github.addRepository(repository, { private: true, immutableReleases: true })
  const token = scene.github.issueToken({ contents: 'write' }, { repository })
  const tag = await scene.publish({ repository, token })
  const request = githubClient(token, scene.github.apiUrl)
  const there = parseRepository(repository)
  const { data: release } = await request('GET /repos/{owner}/{repo}/releases/tags/{tag}', {
    ...{ ...there, tag },
  })
  const { id: release_id } = release
  await request('DELETE /repos/{owner}/{repo}/releases/{release_id}', { ...there, release_id })
  await request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...there, ref: `tags/${tag}` })

  const second = await scene.exportRelease({ repository, token })
  expect(second).toMatchObject({ exitCode: 0 })
  expect(second.outputs['recovery-point']).not.toBe(tag)
  const drilled = await scene.drill({ repository, token, record: 'false' })
  expectVerdict(drilled, 'PROVED', second.outputs['recovery-point'] ?? '')
})

test('a failed export removes nothing, whatever the policy says', async () => {
  const name = 'failing'
  const tags = [await scene.publish({ name }), await scene.publish({ name })]
  scene.github.arm({ kind: 'status', method: 'POST', origin: 'upload', path: '/**', status: 422 })
  const failed = await scene.exportRelease({ name, 'keep-last': '1' })
  scene.github.disarm()
  expect(failed.exitCode).toBe(1)
  expect((await tagsOf(name)).toSorted()).toEqual(tags.toSorted())
})

test('a public repository takes recovery points only when that is said in so many words', async () => {
  const repository = 'acme/open'
  await scene.github.addRepository(repository, { private: false })
  const token = scene.github.issueToken({ contents: 'write' }, { repository })
  const refused = await scene.exportRelease({ repository, token })
  expect(refused).toMatchObject({ exitCode: 1, log: expect.stringContaining('REPOSITORY_PUBLIC') })
  const allowed = { repository, token, 'allow-public-repository': 'true' }
  expect(await scene.exportRelease(allowed)).toMatchObject({ exitCode: 0 })
})

test('what a killed export left behind is removed by the next run, as soon as its run has ended', async () => {
  const name = 'killed'
  const stop = new AbortController()
  scene.github.arm({ kind: 'hang', method: 'POST', origin: 'upload', path: '/**', afterBytes: 10 })
  const killed = scene.exportRelease(
    { name },
    {
      onStart: (pid) => {
        void (async () => {
          while ((await drafts(name)).length === 0) await delay(50)
          process.kill(pid, 'SIGKILL')
        })()
      },
      signal: stop.signal,
    },
  )
  expect((await killed).exitCode).toBeNull()
  scene.github.disarm()
  expect(await drafts(name)).toHaveLength(1)
  expect(await refs(name)).toHaveLength(1)
  await scene.github.addWorkflowRun({ id: 1, status: 'completed', conclusion: 'cancelled' })
  const next = { environment: { GITHUB_RUN_ID: '2' } }
  const exported = await scene.exportRelease({ name }, next)
  expect(exported.exitCode).toBe(0)
  expect(exported.log).toContain('has ended')
  expect(await drafts(name)).toEqual([])
  expect(await refs(name)).toHaveLength(1)
})

const drafts = async (name: string) => (await releases(name)).filter(({ draft }) => draft)

const everyDownload = { origin: 'asset', path: '/**', times: 100 } as const

test('a part that comes back otherwise than it was stored is never published', async () => {
  const name = 'altered'
  // GitHub's digest is right, and its storage gives out something else; manifests are shorter.
  scene.github.arm({ ...everyDownload, kind: 'damage', afterBytes: 5000 })
  const failed = await scene.exportRelease({ name })
  expect(failed.exitCode).toBe(1)
  expect(failed.log).toMatch(/PART_DAMAGED/)
  expect(await releases(name)).toEqual([])
  expect(await refs(name)).toEqual([])
  scene.github.disarm()
})

test('the address of the database may come as libpq’s variables', async () => {
  const { environment } = scene.sample.owner
  const exported = await scene.exportRelease(
    { name: 'variables', 'database-url': '' },
    { environment },
  )
  expect(exported.exitCode).toBe(0)
  expect(exported.raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(environment.PGPASSWORD)
  await writeFile(join(scene.directory, 'none'), '')
})

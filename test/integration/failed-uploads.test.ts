import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Fault } from '@recovery-playbook/local-github'
import { expectFailedExport } from '../support/failed-export.ts'
import { openScene, type Scene } from '../support/scene.ts'
import { storeState } from '../support/store-state.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
  // An older recovery point, which no failure may touch.
  await scene.publish()
})
afterAll(() => scene[Symbol.asyncDispose]())

interface Keeper {
  readonly repository: string
  readonly token: string
  readonly commit: string
  /** Arms a fault that only this repository meets. */
  arm(fault: Omit<Fault, 'path'>, path: string): void
}

/** A repository of a test's own. */
async function newKeeper(name: string, isPrivate = true): Promise<Keeper> {
  const { github } = scene
  const repository = `acme/${name}`
  await github.addRepository(repository, { private: isPrivate })
  const words = ['--git-dir', github.gitDirectory(repository), 'rev-parse', 'HEAD']
  const commit = (await promisify(execFile)('git', words)).stdout.trim()
  const token = github.issueToken({ contents: 'write' }, { repository })
  const keeper = { repository, token, commit }
  return {
    ...keeper,
    arm: (fault, path) => {
      github.arm({ ...fault, path: `/repos/${repository}${path}` })
    },
  }
}

const exportTo = (
  github: Pick<Keeper, 'repository' | 'token' | 'commit'>,
  inputs: Readonly<Record<string, string>> = {},
) => scene.exportRelease(inputs, { github })

const assets = '/releases/*/assets'
const upload = { method: 'POST', origin: 'upload' } as const

test.each<[string, Omit<Fault, 'path'>, RegExp]>([
  [
    'is refused every time',
    { ...upload, kind: 'status', status: 500, times: 4 },
    /refused to store database\.dump\.zst\.0001\.gpg \(500\)/,
  ],
  [
    'is stored with another digest every time',
    { ...upload, kind: 'wrong-digest', times: 4 },
    /database\.dump\.zst\.0001\.gpg was not stored: its stored digest is sha256:/,
  ],
])('an upload that %s publishes nothing', async (_, fault, cause) => {
  scene.github.arm({ ...fault, path: `/repos/${scene.github.repository}${assets}` })
  const remedy = /githubstatus\.com, and start the job again/
  await expectFailedExport(scene, () => scene.exportRelease(), { cause, remedy })
})

test.each<[string, Omit<Fault, 'path'>]>([
  ['an upload that GitHub left half-written', { ...upload, kind: 'starter' }],
  ['an upload whose digest came back wrong', { ...upload, kind: 'wrong-digest' }],
  ['an upload whose answer was lost', { ...upload, kind: 'cut', applied: true }],
])('%s once is tried again, and the recovery point is whole', async (what, fault) => {
  const keeper = await newKeeper(what.replaceAll(' ', '-'))
  keeper.arm(fault, assets)
  await expectPublished(keeper)
  const { passphrase } = scene
  const drilled = await scene.run('verify-restore', { passphrase }, { github: keeper })
  expect(drilled.outputs.verdict).toBe('PROVED')
})

test.each<[string, Omit<Fault, 'path'>]>([
  ['a bad gateway', { method: 'PATCH', kind: 'status', status: 502, applied: true }],
  [
    'a lasting bad gateway',
    { method: 'PATCH', kind: 'status', status: 502, applied: true, times: 9 },
  ],
])(
  'a published recovery point survives that the answer to publishing is lost to %s',
  async (what, fault) => {
    const keeper = await newKeeper(what.replaceAll(' ', '-'))
    keeper.arm(fault, '/releases/*')
    await expectPublished(keeper)
  },
)

test('an answer that is lost when the draft is made leaves no second draft behind', async () => {
  const keeper = await newKeeper('two-drafts')
  keeper.arm({ method: 'POST', kind: 'status', status: 502, applied: true }, '/releases')
  await expectPublished(keeper)
})

async function expectPublished(keeper: Keeper): Promise<void> {
  const { exitCode, log, outputs } = await exportTo(keeper)
  expect({ exitCode, log }).toEqual({ exitCode: 0, log })
  const { releases, tags } = await storeState(scene.github, keeper)
  expect(releases.join()).toContain(`${outputs['recovery-point'] ?? ''} published: `)
  expect(releases.join('\n')).not.toMatch(/starter|draft:/)
  expect([releases.length, tags.length]).toEqual([1, 1])
}

test('a token that may only read is found out before the dump, and told what it lacks', async () => {
  const token = scene.github.issueToken({ contents: 'read' })
  const { log } = await expectFailedExport(
    scene,
    () => scene.exportRelease({}, { github: { token } }),
    { cause: /refused to create the tag .*\(403\)/, remedy: /permissions: contents: write/ },
  )
  expect(log).not.toContain('Dump, fingerprint')
})

test('a token that has expired is told so before the dump', async () => {
  const { log } = await expectFailedExport(
    scene,
    () => scene.exportRelease({}, { github: { token: 'ghs_expired' } }),
    { cause: /GitHub refused .*\(401\)/, remedy: /The token is wrong or has expired/ },
  )
  expect(log).not.toContain('Dump, fingerprint')
})

test('a public repository gets no backup unless its owner says so', async () => {
  const keeper = await newKeeper('public', false)
  await expectFailedExport(scene, () => exportTo(keeper), {
    keeper,
    cause: /acme\/public is public: everybody could download its backups/,
    remedy: /Make a private repository .*allow-public-repository: true/,
  })
})

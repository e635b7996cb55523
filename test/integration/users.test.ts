import { cp, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { temporaryDirectory, type TemporaryDirectory } from '@recovery-playbook/host'
import { type ActionResult, type ActionRun, runAction } from '@recovery-playbook/local-workflows'
import { isRoot, needs } from '../support/needs.ts'
import { openScene, type Scene } from '../support/scene.ts'

/** `nobody` of Debian, who owns nothing and has no home. */
const nobody = { uid: 65534, gid: 65534 }

let scene: Scene
/** The bundles alone: another user need not be able to read the checkout. */
let bundles: TemporaryDirectory
beforeAll(async () => {
  scene = await openScene()
  bundles = await temporaryDirectory(tmpdir())
  for (const action of ['create-backup-tag', 'pg-export-release', 'verify-restore']) {
    const from = join(import.meta.dirname, '../../actions', action)
    const to = join(bundles.path, action)
    await mkdir(to)
    await cp(join(from, 'action.yml'), join(to, 'action.yml'))
    await cp(join(from, 'dist'), join(to, 'dist'), { recursive: true })
  }
})
afterAll(async () => {
  await bundles[Symbol.asyncDispose]()
  await scene[Symbol.asyncDispose]()
})

type User = Pick<ActionRun, 'identity' | 'environment'>

function step(action: string, inputs: Readonly<Record<string, string>>, user: User) {
  const { apiUrl, token, repository } = scene.github
  return runAction({
    ...user,
    action: join(bundles.path, action),
    inputs,
    github: { apiUrl, token, repository, commit: scene.commit },
    directory: join(scene.directory, 'runner'),
  })
}

async function wholeJob(who: string, user: User): Promise<void> {
  const { passphrase, sample } = scene
  const succeeded = ({ exitCode, log }: ActionResult) => {
    expect({ exitCode, log }).toEqual({ exitCode: 0, log })
  }
  const tagged = await step('create-backup-tag', { description: `a release by ${who}` }, user)
  succeeded(tagged)
  expect(tagged.outputs.tag).toMatch(/^backup-\d{4}-\d{2}-\d{2}-a-release-by-/)

  const exported = await step(
    'pg-export-release',
    { 'database-url': sample.url, passphrase, description: `database by ${who}` },
    user,
  )
  succeeded(exported)
  expect(exported.outputs).toMatchObject({ parts: '3', tables: '11' })

  const point = exported.outputs['recovery-point'] ?? ''
  const drilled = await step('verify-restore', { passphrase, 'recovery-point': point }, user)
  succeeded(drilled)
  expect(drilled.outputs).toMatchObject({ verdict: 'PROVED', 'recovery-point': point })
  for (const { summary } of [tagged, exported, drilled]) expect(summary).toMatch(/^## /)
  expect(await scene.leftovers()).toEqual([])
  expect(await scene.survivors()).toEqual([])
}

test('the tests run the bundles under the Node that their users run', () => {
  expect(process.version).toMatch(/^v24\./)
})

needs(isRoot, 'only root can run the actions as root')(
  'who has a runner in a container, and so runs as root, has recovery points that are proved',
  () => wholeJob('root', {}),
)

const homeless = { HOME: '/nonexistent' }
const ordinary: User = isRoot
  ? { identity: nobody, environment: homeless }
  : { environment: homeless }

test('who runs as an ordinary user without a home has recovery points that are proved', () =>
  wholeJob('nobody', ordinary))

import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openerFor } from '@recovery-playbook/encryption'
import { openScene, type Scene } from '../support/scene.ts'
import { openRelease } from '../support/stored-release.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
let directory: string
beforeAll(async () => {
  scene = await openScene()
  directory = await mkdtemp(join(tmpdir(), 'beside-'))
  // As actions/checkout with fetch-depth: 0 leaves it.
  execFileSync('git', ['clone', '-q', scene.github.gitDirectory(), workspace()])
})
afterAll(async () => {
  await scene[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const workspace = () => join(directory, 'work')

const secret = 'dj4ngo-$ecret `x` "y"'
const environment = { SECRET_KEY: secret, DEBUG: '0' }
const inputs = { 'code-bundle': 'true', configuration: 'SECRET_KEY, DEBUG' }

const exportWith = (
  more: Record<string, string> = {},
  env: Record<string, string> = environment,
  at = workspace(),
) => scene.exportRelease({ ...inputs, ...more }, { environment: { ...env, GITHUB_WORKSPACE: at } })

test('code and configuration are kept sealed beside the database, and come back without GitHub', async () => {
  const exported = await exportWith()
  expect(exported).toMatchObject({ exitCode: 0 })
  const tag = exported.outputs['recovery-point'] ?? ''
  const release = await openRelease(scene.github, tag)
  const { open } = openerFor({ passphrases: [scene.passphrase] })
  const opened = async (name: string) => {
    const part = `${name}.zst.0001.gpg`
    return zstdDecompressSync(await open(await release.read(part), part))
  }

  const configuration = join(directory, 'configuration.env')
  await writeFile(configuration, await opened('configuration.env'))
  const shell = ['-c', `. ${configuration}; printf %s "$SECRET_KEY"`]
  expect(execFileSync('sh', shell, { encoding: 'utf8' })).toBe(secret)

  const bundle = join(directory, 'code.bundle')
  await writeFile(bundle, await opened('code.bundle'))
  const clone = join(directory, 'clone')
  execFileSync('git', ['clone', '-q', bundle, clone])
  const head = execFileSync('git', ['-C', clone, 'rev-parse', 'HEAD'], { encoding: 'utf8' })
  expect(head.trim()).toBe(scene.commit)
  const document = (await release.read('RESTORE.md')).toString()
  expect(document).toContain('git clone code.bundle')
  expect(document).toContain('. ./configuration.env')

  expectVerdict(await scene.drill(), 'PROVED', tag)

  const bytes = await release.read('configuration.env.zst.0001.gpg')
  bytes[bytes.length - 30] = (bytes[bytes.length - 30] ?? 0) ^ 1
  await release.write('configuration.env.zst.0001.gpg', bytes)
  expectVerdict(
    await scene.drill(),
    'FAILED',
    'configuration.env.zst.0001.gpg is not what was stored',
  )
  await release.putBack()
})

test('a value of the configuration is in no log, no summary and no public file', async () => {
  const exported = await exportWith({ name: 'quiet' })
  const release = await openRelease(scene.github, exported.outputs['recovery-point'] ?? '')
  const said = exported.raw.replaceAll(/^::add-mask::.*$/gm, '')
  const files = await Promise.all(['manifest.json', 'RESTORE.md'].map((name) => release.read(name)))
  for (const text of [said, exported.summary, ...files.map(String)]) {
    expect(text).not.toContain(secret)
  }
})

test('a variable that is not set, and code without its history, end the export before anything is stored', async () => {
  const unset = await exportWith({ name: 'unset' }, { DEBUG: '0' })
  expect(unset.exitCode).toBe(1)
  expect(unset.log).toContain("These variables of 'configuration' are not set: SECRET_KEY.")
  const shallow = join(directory, 'shallow')
  const source = `file://${scene.github.gitDirectory()}`
  execFileSync('git', ['clone', '-q', '--depth=1', source, shallow])
  // Even of a single commit.
  await writeFile(join(shallow, '.git/shallow'), `${scene.commit}\n`)
  const cut = await exportWith({ name: 'unset' }, environment, shallow)
  expect(cut.exitCode).toBe(1)
  expect(cut.log).toContain('fetch-depth: 0')
  expectVerdict(await scene.drill({ name: 'unset' }), 'FAILED', 'no recovery point')
})

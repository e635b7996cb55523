import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { publishFiles } from '@recovery-playbook/local-workflows'
import {
  type GeneratedKey,
  generateKey,
  keyTypes,
  stockGnupg,
} from '../../packages/encryption/test/gpg.ts'
import { newPassphrase, openScene, type Scene } from '../support/scene.ts'
import { standInPrograms } from '../workflows/programs.ts'

let scene: Scene
let commit = ''
/** A folder for the front of PATH, with what stands for `gh`. */
let programs = ''
let owner: GeneratedKey
beforeAll(async () => {
  scene = await openScene({ github: { people: { ada: 'admin', charles: 'write' } } })
  const changed = { '.github/workflows/backup.yml': 'on: push\n' }
  commit = await publishFiles(scene.github, { from: scene.directory, changed })
  programs = await standInPrograms(scene.directory)
  await using gnupg = await stockGnupg()
  owner = await generateKey(gnupg, { type: keyTypes['ed25519/cv25519'], name: 'Owner' })
})
afterAll(() => scene[Symbol.asyncDispose]())

const rights = { contents: 'read', actions: 'read', issues: 'write' } as const

interface Look {
  readonly inputs?: Readonly<Record<string, string>>
  readonly permissions?: Record<string, 'read' | 'write'>
  readonly ref?: string
}

/** With what a job that watches has: no secret, and nothing but the issue to write. */
function watch({ inputs = {}, permissions = rights, ref = 'refs/heads/main' }: Look = {}) {
  const token = scene.github.issueToken(permissions)
  const environment = { GITHUB_REF: ref, GITHUB_EVENT_NAME: 'schedule' }
  return scene.run('verify-restore', { mode: 'watch', token, ...inputs }, { environment })
}

async function exported(inputs: Readonly<Record<string, string>> = {}): Promise<string> {
  const { exitCode, log, outputs } = await scene.exportRelease(inputs, { github: { commit } })
  expect({ exitCode, log }).toMatchObject({ exitCode: 0 })
  return outputs['recovery-point'] ?? ''
}

interface Issue {
  readonly number: number
  readonly title: string
  readonly state: string
  readonly state_reason: string | null
  readonly body: string
  readonly labels: readonly { readonly name: string }[]
}

async function ask<Answer>(path: string): Promise<Answer> {
  const { apiUrl, repository, token } = scene.github
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${apiUrl}/repos/${repository}${path}`, { headers })).json() as Answer
}

const issues = () => ask<Issue[]>('/issues?state=all&direction=asc&labels=recovery-key-check')

const inShort = async () => (await issues()).map(({ number, state }) => `${number} ${state}`)

/** The present quarter, as a calendar on the wall has it. */
const quarter = () => {
  const [year = '', month = ''] = new Date().toISOString().split('-')
  return `${year}-Q${Math.ceil(Number(month) / 3)}`
}

interface Person {
  readonly passphrase?: string
  readonly privateKey?: string
}

/**
 * The commands of an issue, word for word, on a machine with nothing but `gh` and gpg. Whoever sits there
 * types the passphrase where gpg asks for it.
 */
async function follow(body: string, { passphrase = '', privateKey }: Person) {
  const [, commands = ''] = /^```bash\n(.*?)^```$/ms.exec(body) ?? []
  // A socket's path has 108 bytes at most: not deeper than this.
  const home = await mkdtemp(join(tmpdir(), 'rp-person-'))
  const gnupg = join(home, '.gnupg')
  const env = {
    PATH: `${programs}:/usr/local/bin:/usr/bin:/bin`,
    ...{ HOME: home, TMPDIR: home, TYPED: passphrase },
    ...{ GH_TOKEN: scene.github.token, GITHUB_API_URL: scene.github.apiUrl },
  }
  const run = promisify(execFile)
  try {
    await mkdir(gnupg, { mode: 0o700 })
    await writeFile(join(home, 'pinentry'), pinentry)
    await chmod(join(home, 'pinentry'), 0o755)
    await writeFile(join(gnupg, 'gpg-agent.conf'), `pinentry-program ${join(home, 'pinentry')}\n`)
    if (privateKey !== undefined) {
      await writeFile(join(home, 'KEYFILE'), privateKey)
      await run('gpg', ['--import', 'KEYFILE'], { env, cwd: home })
    }
    const bash = spawn('bash', ['-c', commands], { env, cwd: home })
    const closed = once(bash, 'close')
    const said = await text(bash.stdout)
    await closed
    return { code: bash.exitCode, said }
  } finally {
    await run('gpgconf', ['--kill', 'all'], { env })
    await rm(home, { recursive: true, force: true })
  }
}

/** Types what it is told to: the Assuan protocol, as far as gpg's agent speaks it with a pinentry. */
const pinentry = `#!/bin/bash
echo OK
while read -r word rest; do
  case $word in
    GETPIN) printf 'D %s\\nOK\\n' "$TYPED" ;;
    BYE) echo OK; exit ;;
    *) echo OK ;;
  esac
done
`

test('before there is anything to open, nobody is asked', async () => {
  expect((await watch()).exitCode).toBe(1)
  expect(await issues()).toEqual([])
})

test('what a branch tries, and who switched it off, asks nobody', async () => {
  await exported()
  await watch({ ref: 'refs/heads/feature' })
  await watch({ inputs: { 'key-check': 'false' } })
  expect(await issues()).toEqual([])
})

test('without the permission the verdict is the same, and the log names it', async () => {
  for (const issue of [{}, { issues: 'read' }] as const) {
    const permissions = { contents: 'read', actions: 'read', ...issue } as const
    const { exitCode, log } = await watch({ permissions, inputs: { alarm: 'false' } })
    expect(exitCode).toBe(0)
    expect(log.match(/permissions: issues: write/g)).toHaveLength(1)
  }
})

test('once a quarter an issue asks, and is no alarm while nobody has answered', async () => {
  for (let look = 1; look <= 2; look += 1) {
    const { exitCode, outputs, summary } = await watch()
    expect({ exitCode, verdict: outputs.verdict }).toEqual({ exitCode: 0, verdict: 'PROVED' })
    expect(summary).toContain(`Nobody has answered for ${quarter()} yet`)
  }
  const [issue, ...others] = await issues()
  expect(others).toEqual([])
  expect(issue?.title).toBe(`Do you still hold the key? ${quarter()}, the database default`)
  expect(issue?.body.split('\n')[0]).toBe(
    `<!-- recovery-playbook key-check ${quarter()} default -->`,
  )
})

test('its commands open what the export sealed, with the right passphrase alone', async () => {
  const tag = await exported()
  await watch()
  const { body = '' } = (await issues())[0] ?? {}
  const { passphrase } = scene
  const { code, said } = await follow(body, { passphrase })
  expect(code).toBe(0)
  expect(said).toContain(`You can open the recovery point ${tag}`)
  expect(body).toContain(`    ${said}`)
  expect((await follow(body, { passphrase: newPassphrase() })).code).not.toBe(0)
})

test('its commands open what was sealed for public keys, with the private key alone', async () => {
  const name = 'keys'
  const tag = await exported({ name, passphrase: '', 'public-keys': owner.publicKey })
  await watch({ inputs: { name } })
  const { body = '' } = (await issues()).at(-1) ?? {}
  const { privateKey } = owner
  expect(await follow(body, { privateKey })).toEqual({
    code: 0,
    said: expect.stringContaining(`You can open the recovery point ${tag}`),
  })
  expect((await follow(body, {})).code).not.toBe(0)
})

test('a copy that does not open makes the watch fail, and is no alarm about backups', async () => {
  const { number = 0 } = (await issues())[0] ?? {}
  await scene.github.addComment(number, { login: 'charles', body: '/key-check failed' })
  const { exitCode, outputs, summary } = await watch()
  expect({ exitCode, verdict: outputs.verdict }).toEqual({ exitCode: 1, verdict: 'FAILED' })
  expect(summary).toContain('could not open a backup with their own copy of the key')
  expect(summary).toContain('Export with a new passphrase')
  const open = await ask<Issue[]>('/issues?state=open&labels=recovery-drill')
  expect(open).toEqual([])
  expect((await inShort())[0]).toBe(`${number} open`)
})

test('an answer closes the issue, and from then on a look costs one request', async () => {
  const { number = 0 } = (await issues())[0] ?? {}
  await scene.github.addComment(number, { login: 'ada', body: '/key-check opened' })
  const { exitCode, summary } = await watch()
  expect(exitCode).toBe(0)
  expect(summary).toContain('ada said so at')
  expect((await issues())[0]).toMatchObject({ state: 'closed', state_reason: 'completed' })
  const comments = await ask<{ body: string }[]>(`/issues/${number}/comments`)
  expect(comments.at(-1)?.body).toMatch(/^`ada` has opened `key-check.gpg`.* said so at \d{4}-/)
  const costs: number[] = []
  for (const keyCheck of ['false', 'true']) {
    const before = scene.asked()
    expect((await watch({ inputs: { 'key-check': keyCheck } })).exitCode).toBe(0)
    costs.push(scene.asked() - before)
  }
  expect((costs[1] ?? 0) - (costs[0] ?? 0)).toBe(1)
})

test('another person whose copy does not open it is heard after that, too', async () => {
  const { number = 0 } = (await issues())[0] ?? {}
  await scene.github.addComment(number, { login: 'charles', body: '/key-check failed' })
  expect((await watch()).exitCode).toBe(1)
  expect((await inShort())[0]).toBe(`${number} open`)
  await scene.github.addComment(number, { login: 'charles', body: '/key-check opened' })
  expect((await watch()).exitCode).toBe(0)
  expect((await inShort())[0]).toBe(`${number} closed`)
})

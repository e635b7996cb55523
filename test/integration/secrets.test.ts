import { mkdir, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ActionResult } from '@recovery-playbook/local-workflows'
import { descendantsOf, type Process, processOf } from '../support/children.ts'
import { newPassphrase, openScene, type RunOptions, type Scene } from '../support/scene.ts'

let scene: Scene
/** TMPDIR of the runs, so that what they leave there is searched as well. */
let temporary: string
beforeAll(async () => {
  // Enough rows for a dump that lasts for many samples.
  scene = await openScene({ rows: 20_000 })
  temporary = join(scene.directory, 'tmp')
  await mkdir(temporary)
})
afterAll(() => scene[Symbol.asyncDispose]())

/** A secret as it may turn up: as it is, for a URL, out of a URL, in base64 (also as git's Basic). */
const formsOf = (secret: string): string[] => {
  const decoded = decodedOf(secret)
  const plain = [secret, decoded, encodeURIComponent(decoded), encodeURI(decoded)]
  const base64 = plain.map((form) => Buffer.from(form).toString('base64').replace(/=+$/, ''))
  const hex = plain.map((form) => Buffer.from(form).toString('hex'))
  return [...new Set([...plain, ...base64, ...hex])]
}

function decodedOf(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const passwordOf = (url: string) => /:\/\/[^:]*:(.*)@/.exec(url)?.[1] ?? ''
const secretsOfScene = () => ({
  passphrase: scene.passphrase,
  password: passwordOf(scene.sample.url),
  url: scene.sample.url,
  token: scene.github.token,
})

/** Names of the secrets that stand in the text in any form. */
const found = (text: string, secrets: Readonly<Record<string, string>>): string[] =>
  Object.entries(secrets)
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name)

interface Watched extends ActionResult {
  /** Every child that was seen, by its program and its pid. */
  readonly seen: ReadonlyMap<string, Process>
  /** The action's own command line. */
  readonly commandLine: string
}

/** Runs and looks at all children every few milliseconds. */
async function watched(run: (options: RunOptions) => Promise<ActionResult>): Promise<Watched> {
  const seen = new Map<string, Process>()
  const stop = new AbortController()
  let commandLine = ''
  const watch = async (pid: number) => {
    while (!stop.signal.aborted) {
      commandLine = processOf(pid).words.join(' ') || commandLine
      for (const child of descendantsOf(pid)) {
        // Between fork and exec a child is still a picture of the action, with its environment.
        if (child.words.length === 0 || child.words.join(' ') === commandLine) continue
        seen.set(`${child.pid} ${child.words.join(' ')}`, child)
      }
      await after(2)
    }
  }
  let watching: Promise<void> | undefined
  const result = await run({
    environment: { TMPDIR: temporary },
    onStart: (pid) => {
      watching = watch(pid)
    },
  })
  stop.abort()
  await watching
  return { ...result, seen, commandLine }
}

/** pg_dumpall asks the pg_dump beside it for its version, through a shell. */
const isVersionAsked = /^sh -c "[^"]*\/pg_dump" -V$/

const program = ({ words }: Process) =>
  isVersionAsked.test(words.join(' ')) ? 'pg_dumpall' : basename(words[0]?.split(':')[0] ?? '')

/** Nobody who lists processes sees a secret, and no child gets more than its own connection. */
function expectDiscreetProcesses({ seen, commandLine }: Watched, password = ''): void {
  const secrets = secretsOfScene()
  expect(found(commandLine, secrets)).toEqual([])
  for (const child of seen.values()) {
    const name = program(child)
    const environment = child.environment.join('\n')
    expect({ name, shown: found(child.words.join(' '), secrets) }).toEqual({ name, shown: [] })
    const { password: _, ...others } = secrets
    expect({ name, given: found(environment, others) }).toEqual({ name, given: [] })
    expect({ name, names: environment.match(/^(INPUT|GITHUB|ACTIONS|RUNNER)_\w*/gm) }).toEqual({
      name,
      names: null,
    })
    const holds = [secrets.password, password].filter(Boolean).map((one) => ({ one }))
    if (holds.some((secret) => found(environment, secret).length > 0)) {
      expect(['psql', 'pg_dump', 'pg_dumpall']).toContain(name)
    }
  }
}

/** Whoever reads the run's page, its summary, its outputs or its raw log finds no secret. */
function expectDiscreetOutput(
  { raw, log, summary, outputs }: ActionResult,
  secrets: Readonly<Record<string, string>>,
): void {
  const unmasked = raw.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  const places = { unmasked: unmasked.join('\n'), log, summary, outputs: JSON.stringify(outputs) }
  for (const [place, text] of Object.entries(places)) {
    expect({ place, found: found(text, secrets) }).toEqual({ place, found: [] })
  }
}

/** Files that hold a secret, of all that the runs and the local GitHub left. */
async function expectDiscreetFiles(more: Readonly<Record<string, string>> = {}): Promise<void> {
  const secrets = { ...secretsOfScene(), ...more }
  const places = ['runner', 'tmp', 'github'].map((name) => join(scene.directory, name))
  const leaks: string[] = []
  for (const place of places) {
    for (const entry of await readdir(place, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      // The local GitHub's own list of the tokens that it issued.
      const { token: _, ...others } = secrets
      const sought = path.endsWith('/tokens.json') ? others : secrets
      const held = found(await readFile(path, 'latin1'), sought)
      leaks.push(...held.map((name) => `${name} in ${path}`))
    }
  }
  expect(leaks).toEqual([])
}

test('an export gives the passphrase and the token to nobody, and the password to psql, pg_dump and pg_dumpall alone', async () => {
  const run = await watched((options) => scene.exportRelease({}, options))
  expect(run.exitCode).toBe(0)
  const informed = [...run.seen.values()].filter(
    ({ environment }) =>
      found(environment.join('\n'), { password: secretsOfScene().password }).length > 0,
  )
  // Otherwise the samples came too late to show anything; pg_dumpall may be too short to be seen.
  const programs = new Set(informed.map(program))
  programs.delete('pg_dumpall')
  expect(programs).toEqual(new Set(['psql', 'pg_dump']))
  expectDiscreetProcesses(run)
  expectDiscreetOutput(run, secretsOfScene())
  await expectDiscreetFiles()
})

test('a drill shows the passphrase to no process and leaves it nowhere', async () => {
  await scene.publish()
  const run = await watched((options) => scene.drill({}, options))
  expect(run.outputs.verdict).toBe('PROVED')
  const programs = [...run.seen.values()].map(program)
  for (const name of ['postgres', 'pg_restore', 'psql']) expect(programs).toContain(name)
  expectDiscreetProcesses(run)
  expectDiscreetOutput(run, secretsOfScene())
  await expectDiscreetFiles()
})

test('a wrong password is not shown by the failure that it causes', async () => {
  const wrong = 'wr0ng%40canary%2Fof%3Athe%25password'
  const url = scene.sample.url.replace(/:[^:@]*@/, `:${wrong}@`)
  const run = await watched((options) => scene.exportRelease({ 'database-url': url }, options))
  expect(run.exitCode).toBe(1)
  expect(run.log).toContain('password authentication failed')
  expectDiscreetProcesses(run, wrong)
  expectDiscreetOutput(run, { wrong, url })
  await expectDiscreetFiles({ wrong })
})

test('a wrong passphrase is not shown by the drill that cannot open with it', async () => {
  await scene.publish()
  const passphrase = newPassphrase()
  const run = await watched((options) => scene.drill({ passphrase }, options))
  expect(run.outputs.verdict).toBe('NOT PROVED')
  expectDiscreetOutput(run, { ...secretsOfScene(), passphrase })
  await expectDiscreetFiles({ passphrase })
})

const pieces = ['canary1', 'canary2', 'canary3', 'canary4']
test.each([
  'postgresql://app:canary1%zzcanary2@127.0.0.1:1/journal',
  'postgresql://app:canary1@canary2/canary3@127.0.0.1:1/journal',
  'postgresql://app:canary1/canary2?canary3=canary4@127.0.0.1:1/journal',
  'postgresql://app:canary1#canary2@127.0.0.1:1/journal?sslmode=disable',
  'postgresql://app:canary1@127.0.0.1:canary2/journal',
  'postgresql://app@127.0.0.1:1/journal?password=canary1%zz&sslpassword=canary2',
  'postgres:app:canary1@127.0.0.1/journal',
  'mysql://app:canary1@127.0.0.1/journal',
  'canary1',
  'postgresql://app:canary1\ncanary2@127.0.0.1:1/journal',
])('a malformed URL is refused without a piece of it being shown: %j', async (url) => {
  const result = await scene.exportRelease({ 'database-url': url })
  expect(result.exitCode).toBe(1)
  expectDiscreetOutput(result, Object.fromEntries(pieces.map((piece) => [piece, piece])))
  expect(result.log).toMatch(/INPUT_INVALID|CONNECTION_FAILED/)
})

test.each([
  ['too short', 'canary passphr'],
  ['with a line break', 'canary passphrase\nsecond canary line'],
  ['with a control character', 'canary passphrase\u0007second canary line'],
])('a passphrase that is refused, %s, is not shown', async (_, passphrase) => {
  const result = await scene.exportRelease({ passphrase })
  expect(result.exitCode).toBe(1)
  expect(result.log).toContain('PASSPHRASE_UNUSABLE')
  expect(result.log + result.summary).not.toContain('canary')
  const unmasked = result.raw.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  expect(unmasked.join('\n')).not.toContain('canary')
})

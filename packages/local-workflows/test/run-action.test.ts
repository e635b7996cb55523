import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { inputDefaults, readActionFile, runAction } from '../src/index.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'run-action-'))
})
afterAll(async () => {
  await rm(directory, { recursive: true, force: true })
})

const actionYml = `name: Tiny
description: For tests.
inputs:
  given name:
    description: A word.
  with-default:
    description: Another.
    default: preset
  token:
    description: A token.
    default: \${{ github.token }}
runs:
  using: node24
  main: index.mjs
`

async function action(source: string, yml = actionYml): Promise<string> {
  const folder = await mkdtemp(join(directory, 'action-'))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'action.yml'), yml)
  await writeFile(join(folder, 'index.mjs'), source)
  return folder
}

const run = async (source: string, inputs: Record<string, string> = {}) =>
  runAction({
    action: await action(source),
    inputs,
    github: {
      apiUrl: 'http://127.0.0.1:1',
      token: 'ghs_t',
      repository: 'acme/journal',
      commit: 'c',
    },
    directory,
  })

const fs = `import { appendFileSync as append } from 'node:fs'; const { env } = process;`

test('an action sees its inputs, their defaults and its job, and no variable of ours', async () => {
  process.env.CANARY = 'ours'
  const { outputs, exitCode } = await run(
    `${fs} append(env.GITHUB_OUTPUT, 'env<<E\\n' + JSON.stringify(env) + '\\nE\\n')`,
    { 'given name': 'a word' },
  ).finally(() => {
    delete process.env.CANARY
  })
  expect(exitCode).toBe(0)
  const seen = JSON.parse(outputs.env ?? '') as Record<string, string>
  expect(seen).toMatchObject({
    INPUT_GIVEN_NAME: 'a word',
    'INPUT_WITH-DEFAULT': 'preset',
    INPUT_TOKEN: 'ghs_t',
    GITHUB_REPOSITORY: 'acme/journal',
    GITHUB_SHA: 'c',
    GITHUB_ACTIONS: 'true',
  })
  expect(seen).not.toHaveProperty('CANARY')
})

test('a step’s exit code, outputs, summary and log are what a job goes on with', async () => {
  const result = await run(`${fs}
    append(env.GITHUB_OUTPUT, 'verdict=NOT PROVED\\n')
    append(env.GITHUB_STEP_SUMMARY, '## NOT PROVED\\n')
    console.log('::add-mask::s3cret')
    console.log('it is s3cret')
    process.exitCode = 2`)
  expect(result).toMatchObject({
    exitCode: 2,
    outputs: { verdict: 'NOT PROVED' },
    summary: '## NOT PROVED\n',
    log: 'it is ***',
    raw: '::add-mask::s3cret\nit is s3cret',
  })
})

test('what goes to standard error is in the log, and masked as well', async () => {
  const { log } = await run(`console.log('::add-mask::s3cret')
    setTimeout(() => console.error('s3cret went wrong'), 50)`)
  expect(log).toContain('*** went wrong')
})

test('a cancelled job interrupts its action, which can still clean up', async () => {
  const stop = new AbortController()
  const { exitCode, log } = await runAction({
    action: await action(`process.on('SIGINT', () => { console.log('cleaned'); process.exit(1) })
      setInterval(() => {}, 1000); console.log('ready')`),
    inputs: {},
    github: { apiUrl: '', token: 't', repository: 'a/b', commit: 'c' },
    directory,
    signal: stop.signal,
    log: (line) => {
      if (line === 'ready') stop.abort()
    },
  })
  expect({ exitCode, log }).toEqual({ exitCode: 1, log: 'ready\ncleaned' })
})

test('an action for another runtime is refused instead of being run under this one', async () => {
  const old = await action('', actionYml.replace('node24', 'node20'))
  await expect(readActionFile(old)).rejects.toThrow("runs.using is 'node20'")
})

test('a default that names a context which is not there is refused, and not passed as text', async () => {
  const file = await readActionFile(
    await action('', actionYml.replace('github.token', 'github.actor')),
  )
  expect(() => inputDefaults(file, 't')).toThrow(/token: cannot evaluate \$\{\{ github.actor/)
})

import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { application, type Files, proposeFor, textOf } from './trees.ts'

const python = { ...application, '.python-version': '3.13\n' }

const keys: Files = {
  '.github/recovery-playbook.yml': `
encryption: { private-key: BACKUP_PRIVATE_KEY, signing-key: BACKUP_SIGNING_KEY }
mirrors: [{ to: elsewhere/keeps, token: ELSEWHERE }]
`,
}

/** What GitHub's language service, actionlint and zizmor find in the proposed workflows. */
async function findingsIn(...order: Parameters<typeof proposeFor>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'proposed-'))
  try {
    const { files } = await proposeFor(...order)
    const workflows = files.filter(({ path }) => path.startsWith('.github/workflows/'))
    const paths = workflows.map(({ path }) => join(folder, path))
    await mkdir(join(folder, '.github/workflows'), { recursive: true })
    for (const { path, text } of workflows) await writeFile(join(folder, path), text)
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['test/tools/lint-workflows.ts', ...paths],
      // Jest's own loader is no part of the lint.
      { encoding: 'utf8', env: { ...process.env, JEST_WORKER_ID: undefined } },
    )
    return stdout + stderr
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const repositories: readonly (readonly [string, Parameters<typeof proposeFor>])[] = [
  ['a Django application', [application]],
  ['one with a Python of its own', [python]],
  ['a bare repository', [{}]],
  ['a public one', [application, { isPublic: true }]],
  ['one with a playbook and keys', [keys]],
  [
    'several databases',
    [{ '.github/recovery-playbook.yml': 'databases: { a: { url: A }, b: { url: B } }\n' }],
  ],
  ['another version of the actions', [{}, {}, { ref: 'v1' }]],
]

test.each(repositories)(
  'nothing is found in the workflows that are proposed for %s',
  async (_, order) => {
    expect(await findingsIn(...order)).toMatch(
      /^(Installing.*\n)*4 workflows and examples, no finding\.\n$/,
    )
  },
)

test.each(['backup.yml', 'restore-drill.yml', 'watch.yml', 'merge-guard.yml'])(
  'the job of the proposed %s may do exactly what the jobs that it calls need together',
  async (name) => {
    const path = `.github/workflows/${name}`
    const [job, ...others] = permissionsIn(textOf(await proposeFor(application), path))
    expect(others).toEqual([])
    const called = permissionsIn(await readFile(path, 'utf8'))
    // read < write, also by their letters.
    const needed = called
      .flatMap((one) => Object.entries(one))
      .toSorted(([, a], [, b]) => a.localeCompare(b))
    expect(job).toEqual(Object.fromEntries(needed))
  },
)

function permissionsIn(workflow: string) {
  const { permissions, jobs } = parse(workflow) as {
    permissions: object
    jobs: Record<string, { permissions: Record<string, string> }>
  }
  expect(permissions).toEqual({})
  return Object.values(jobs).map((job) => job.permissions)
}

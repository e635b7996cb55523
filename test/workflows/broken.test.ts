import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { needs } from '../support/needs.ts'
import { actionlint, pyflakes, shellcheck, zizmor } from '../tools/lint-tools.ts'
import { workflowExamples } from '../tools/workflow-examples.ts'
import { checkout, dispatch, openStage, type Stage, workflowText } from './stage.ts'

let stage: Stage
let directory: string
beforeAll(async () => {
  stage = await openStage({ secrets: false })
  directory = await mkdtemp(join(tmpdir(), 'broken-'))
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const backup = workflowText('backup.yml')
const changed = (from: string | RegExp, to: string) => backup.replace(from, to)

/** Why the lint cannot run here; '' when it can. */
function missingTools(): string {
  try {
    for (const tool of [actionlint, shellcheck, pyflakes, zizmor]) tool()
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What `npm run lint:workflows` says of a text; '' when it finds nothing. */
async function lint(text: string): Promise<string> {
  const file = join(directory, 'backup.yml')
  await writeFile(file, text)
  const tool = join(checkout, 'test', 'tools', 'lint-workflows.ts')
  const settings = { cwd: checkout, env: { ...process.env, JEST_WORKER_ID: undefined } }
  return promisify(execFile)(process.execPath, [tool, file], settings).then(
    () => '',
    (error: unknown) => (error as { stderr: string }).stderr,
  )
}

const missing = missingTools()
for (const [what, text, finding] of [
  ['a wrong input name', changed('database-url:', 'database-uri:'), "input 'database-uri'"],
  ['an unknown step output', changed('outputs.recovery-point }}', 'outputs.point }}'), '"point"'],
  [
    'an unknown job output',
    changed('needs.export.outputs.recovery-point', 'needs.export.outputs.tag'),
    'might be invalid: tag',
  ],
  ['a missing needs', changed(/ {4}needs: \[export, watch\]\n/, ''), 'might be invalid: export'],
  ['an action of others by its tag', changed(/checkout@\w+/, 'checkout@v7'), 'unpinned-uses'],
  [
    'a checkout that keeps its token',
    changed('persist-credentials: false', 'lfs: false'),
    'artipacked',
  ],
  [
    'a shell script that splits what it should not',
    changed(
      '- uses: recovery-playbook/recovery-playbook/actions/pg-export-release@v0',
      '- run: cd $RUNNER_TEMP\n      - uses: recovery-playbook/recovery-playbook/actions/pg-export-release@v0',
    ),
    'SC2086',
  ],
  [
    'a Python script with a name that is not there',
    changed(
      '- uses: recovery-playbook/recovery-playbook/actions/pg-export-release@v0',
      '- { run: print(nothing), shell: python }\n      - uses: recovery-playbook/recovery-playbook/actions/pg-export-release@v0',
    ),
    "undefined name 'nothing'",
  ],
] as const) {
  needs(missing === '', missing)(
    `the lint refuses ${what}`,
    async () => {
      expect(await lint(text)).toContain(finding)
    },
    30_000,
  )
}

test.each(['yaml', 'yml', 'YAML title="x"'])(
  'the lint refuses an example that it cannot read: %s',
  (info) => {
    const example = (text: string) => `# One\n\n\`\`\`${info}\n${text}\`\`\`\n`
    expect(workflowExamples('README.md', example('- uses: ./a\n'))).toHaveLength(1)
    expect(() => workflowExamples('README.md', example('on:\n  push:\n'))).toThrow('README.md:3: ')
  },
)

test.each([
  [
    'a wrong input name',
    changed('description: ${{', 'descriptions: ${{'),
    /backup\.yml:\d+: uses: \S+\/actions\/create-backup-tag@v0: there is no input 'descriptions'/,
  ],
  ['an unknown key', changed('timeout-minutes: 60', 'timeout: 60'), /Unexpected value 'timeout'/],
  ['a job that is not there', changed('needs: export', 'needs: exports'), /unknown job 'exports'/],
  [
    'a key that it does not support',
    changed('    timeout-minutes: 60\n', '    continue-on-error: true\n'),
    /backup\.yml:\d+: continue-on-error: this runner does not support it/,
  ],
  [
    'an action of others that nothing stands for',
    changed('actions/checkout@', 'actions/cache@'),
    /backup\.yml:\d+: uses: actions\/cache@\w+: nothing stands for this action here/,
  ],
  [
    'a function that it does not support',
    changed('description: ${{', "description: ${{ hashFiles('x') ||"),
    /backup\.yml:\d+: .*Unrecognized function: 'hashFiles'/,
  ],
])('the run refuses %s, and names it', async (_, text, finding) => {
  await stage.publish({ 'backup.yml': text })
  await expect(stage.run('backup.yml', dispatch)).rejects.toThrow(finding)
})

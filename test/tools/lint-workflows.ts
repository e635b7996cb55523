// GitHub's own language service, actionlint (with shellcheck and pyflakes) and zizmor over all workflow files and over every example
// of a workflow in a README. Nothing may be found.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { actionlint, pyflakes, shellcheck, zizmor } from './lint-tools.ts'
import { languageServiceFindings } from './language-service.ts'
import { type WorkflowText, workflowExamples } from './workflow-examples.ts'

const workflows = '.github/workflows'
const ours = 'recovery-playbook/recovery-playbook'

/** In the language service's eyes our actions are remote ones, in actionlint's local ones. */
const asRemote = (text: string) =>
  text.replaceAll(/uses: \.\/(actions\/[\w-]+)/g, `uses: ${ours}/$1@v0`)
const asLocal = (text: string) =>
  text.replaceAll(
    new RegExp(`uses: ${ours}/(actions/[\\w-]+|${workflows}/[\\w-]+[.]yml)@\\S+`, 'g'),
    'uses: ./$1',
  )

const texts: WorkflowText[] = [
  ...(process.argv.length > 2 ? process.argv.slice(2) : workflowFiles()).map((path) => ({
    path,
    text: readFileSync(path, 'utf8'),
  })),
  ...(process.argv.length > 2 ? [] : readmes()).flatMap((path) =>
    workflowExamples(path, readFileSync(path, 'utf8')),
  ),
]

let found = 0
for (const text of texts) {
  for (const finding of await languageServiceFindings(
    { ...text, text: asRemote(text.text) },
    ours,
  )) {
    console.error(finding)
    found += 1
  }
}
found += inProject(asLocal, (project) => {
  const words = ['-shellcheck', shellcheck(), '-pyflakes', pyflakes()]
  // pip put pyflakes beside its script, where Python does not look by itself.
  const environment = { PYTHONPATH: dirname(dirname(pyflakes())) }
  return run(actionlint(), words, project, environment)
})
found += inProject(String, (project) => {
  const config = join(import.meta.dirname, 'zizmor.yml')
  // Offline: what it would ask GitHub (known vulnerabilities of actions, whether a commit is of the
  // repository that it is said to be of) takes a token, and an answer that changes from day to day.
  const words = ['--pedantic', '--offline', '--no-progress', '--quiet', '--config', config, '.']
  return run(zizmor(), words, project)
})
if (found === 0) console.log(`${texts.length} workflows and examples, no finding.`)
process.exitCode = found === 0 ? 0 : 1

function workflowFiles(): string[] {
  return readdirSync(workflows).map((name) => `${workflows}/${name}`)
}

function readmes(): string[] {
  const actions = readdirSync('actions').map((name) => `actions/${name}/README.md`)
  return ['README.md', 'docs/command-line.md', 'docs/workflows.md', ...actions]
}

/** A repository of the workflows alone, each under a name that tells where it stands. */
function inProject(rewrite: (text: string) => string, check: (project: string) => number): number {
  const project = mkdtempSync(join(tmpdir(), 'lint-'))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    writeFileSync(join(project, path), text)
  }
  try {
    mkdirSync(join(project, '.git'))
    for (const name of readdirSync('actions')) {
      write(`actions/${name}/action.yml`, readFileSync(`actions/${name}/action.yml`, 'utf8'))
      write(`actions/${name}/dist/index.js`, '')
    }
    // Ours are there for those that call them, too.
    for (const path of workflowFiles()) write(path, rewrite(readFileSync(path, 'utf8')))
    for (const [index, { path, text }] of texts.entries()) {
      const example = `${workflows}/${path.replaceAll('/', '-')}.${index}.yml`
      write(path.startsWith(workflows) ? path : example, rewrite(text))
    }
    return check(project)
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
}

function run(
  program: string,
  words: readonly string[],
  project: string,
  environment: Readonly<Record<string, string>> = {},
): number {
  const env = { ...process.env, ...environment }
  const { status, error, stdout } = spawnSync(program, words, {
    cwd: project,
    env,
    encoding: 'utf8',
  })
  if (error !== undefined) throw error
  if (status !== 0) console.error(stdout)
  return status === 0 ? 0 : 1
}

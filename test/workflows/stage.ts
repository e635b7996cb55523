import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryDirectory } from '@recovery-playbook/host'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import {
  type JobResult,
  publishFiles,
  runWorkflow,
  type WorkflowOrder,
  type WorkflowResult,
} from '@recovery-playbook/local-workflows'
import { startSampleDatabase } from '../support/postgres.ts'
import { workflowExamples } from '../tools/workflow-examples.ts'
import { standInPrograms } from './programs.ts'
import { smallProduct } from './small-product.ts'

export const checkout = join(import.meta.dirname, '..', '..')

/** A GitHub with this repository's workflows and bundles on main, a database, and its secrets. */
export interface Stage {
  readonly github: LocalGithub
  /** Runs a workflow of `.github/workflows`, as it stands or as `publish` changed it. */
  run(
    file: string,
    event: WorkflowOrder['event'],
    more?: Partial<WorkflowOrder>,
  ): Promise<WorkflowResult>
  /** Pushes files: the name of a workflow file, or a path with a slash, to its text. */
  publish(changed: Readonly<Record<string, string>>): Promise<void>
  /** Proposes files in a pull request: the event, on the ref of the commit that merges it. */
  pullRequest(proposal?: Proposal): Promise<EventOnRef>
  /** The same in a merge queue, on the branch that GitHub makes for it. */
  mergeQueue(proposal?: Proposal): Promise<EventOnRef>
  /** Makes or moves an annotated tag, by default on main's newest commit, and returns the commit. */
  tag(name: string, commit?: string): string
  /** The commit of a tag or branch; undefined where there is none. */
  commit(ref: string): string | undefined
  /** What the local GitHub's API answers under /repos/owner/name. */
  ask(path: string): Promise<unknown>
  [Symbol.asyncDispose](): Promise<void>
}

interface Proposal {
  readonly changed?: Readonly<Record<string, string>>
  readonly fork?: boolean
}

type EventOnRef = WorkflowOrder['event'] & { readonly ref: string }

export const workflowText = (name: string): string =>
  readFileSync(join(checkout, '.github', 'workflows', name), 'utf8')

export const dispatch = { name: 'workflow_dispatch' }
export const push = { name: 'push' }
/** Of a backup by hand: no drill follows. */
export const exportAlone = { inputs: { drills: 'none' } }

/** The short files of the README, which call those of `.github/workflows`: name to text. */
export function userFiles(): Record<string, string> {
  const examples = workflowExamples('README.md', readFileSync(join(checkout, 'README.md'), 'utf8'))
  const called = examples.flatMap(({ text }) => {
    const name = /workflows\/([\w-]+\.yml)@/.exec(text)?.[1]
    return name === undefined ? [] : [[name, text] as const]
  })
  return Object.fromEntries(called)
}

const shortFiles = () =>
  Object.fromEntries(
    Object.entries(userFiles()).map(([name, text]) => [`.github/workflows/${name}`, text]),
  )

/** A drill that fails asks how providers are: in tests nobody outside is asked. */
const askingNobody = { '.github/recovery-playbook.yml': 'status-pages: []\n' }

/**
 * @param secrets false: no database is started, and there are no secrets
 * @param user true: a user's repository, with the README's short files instead of what they call
 * @param whole true: all of this repository instead of the small stand-in of its npm scripts
 */
export async function openStage({
  secrets = true,
  whole = false,
  user = false,
} = {}): Promise<Stage> {
  await using opened = new AsyncDisposableStack()
  const { path: directory } = opened.use(await temporaryDirectory(tmpdir()))
  const sample = secrets ? opened.use(await startSampleDatabase({ rows: 2000 })) : undefined
  const github = opened.use(
    await startLocalGithub({
      directory: join(directory, 'github'),
      // Many runs in one hour; as much as GitHub gives in an enterprise.
      rateLimit: 15_000,
    }),
  )
  const some = ['.github', '.ci', 'actions/*/dist/*', 'packages/cli/dist/*']
  await publishFiles(github, {
    from: checkout,
    paths: whole ? trackedFiles() : some,
    changed: { ...(whole ? {} : smallProduct), ...askingNobody, ...(user ? shortFiles() : {}) },
  })
  const programs = await standInPrograms(directory)
  const git = (...words: string[]) =>
    execFileSync('git', ['--git-dir', github.gitDirectory(), ...words], { encoding: 'utf8' }).trim()
  const given =
    sample === undefined
      ? {}
      : { DATABASE_PUBLIC_URL: sample.url, BACKUP_PASSPHRASE: 'many words that nobody would guess' }
  const everything = opened.move()
  return {
    github,
    run: (file, event, more) =>
      runWorkflow({
        ...{ file: `.github/workflows/${file}`, event, github, directory, programs },
        secrets: given,
        checkouts: { 'recovery-playbook/recovery-playbook': checkout },
        ...more,
      }),
    async publish(changed) {
      const texts = Object.entries(changed).map(
        ([name, text]) => [name.includes('/') ? name : `.github/workflows/${name}`, text] as const,
      )
      await publishFiles(github, { from: checkout, changed: Object.fromEntries(texts) })
    },
    async pullRequest({ changed = {}, fork = false } = {}) {
      const ref = 'refs/pull/1/merge'
      await publishFiles(github, { from: checkout, changed, ref })
      return { name: 'pull_request', ref, payload: { pull_request: { head: { repo: { fork } } } } }
    },
    async mergeQueue({ changed = {} } = {}) {
      const ref = 'refs/heads/gh-readonly-queue/main/pr-1-0123456789abcdef'
      await publishFiles(github, { from: checkout, changed, ref })
      return { name: 'merge_group', ref }
    },
    tag(name, commit = 'HEAD') {
      const author = ['-c', 'user.name=Releaser', '-c', 'user.email=releaser@example.com']
      git(...author, 'tag', '--force', '--annotate', '--message', name, name, commit)
      return git('rev-parse', `${name}^{commit}`)
    },
    commit: (ref) =>
      git(
        'for-each-ref',
        '--format=%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)',
        ref,
      ) || undefined,
    async ask(path) {
      const headers = { authorization: `Bearer ${github.token}` }
      const answer = await fetch(`${github.apiUrl}/repos/${github.repository}${path}`, { headers })
      return answer.json()
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** Those that are not there any more are left out. */
const trackedFiles = () =>
  execFileSync('git', ['-C', checkout, 'ls-files'], { encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(checkout, path)))

export function job({ jobs }: WorkflowResult, id: string): JobResult {
  const found = jobs.find((one) => one.id === id)
  if (found === undefined) throw new Error(`there is no job ${id}`)
  return found
}

/** The job that drills a scenario; called by the job of a user's file, where that is named. */
export const drillOf = (
  result: WorkflowResult,
  scenario = 'database-restore',
  caller = '',
): JobResult => job(result, `${caller}verify (${scenario})`)

/** `{ tag: 'success', export: 'skipped' }` */
export const conclusions = ({ jobs }: WorkflowResult): Record<string, string> =>
  Object.fromEntries(jobs.map(({ id, conclusion }) => [id, conclusion]))

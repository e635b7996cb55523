import { orNothing } from '@recovery-playbook/github'
import { type GithubFacts, propose } from '@recovery-playbook/init'
import type { Desk, Home } from './desk.ts'

interface Options {
  readonly dryRun: boolean
  readonly ref?: string
  readonly backupRepository?: string
  readonly mirror?: string
}

/** Writes what is not there yet, and says why it is what it is and what is left for a person to do. */
export async function initialise(desk: Desk, { dryRun, ...answers }: Options): Promise<number> {
  const tree = {
    read: (path: string) => desk.read(path),
    list: () => desk.git('ls-files', '-z'),
    tags: () => desk.git('tag', '--list'),
  }
  const { files, choices, secrets, notes } = await propose(tree, await factsOf(desk.home), answers)
  desk.print(dryRun ? 'Would write:' : 'Files:')
  for (const { path, text, reason, exists } of files) {
    if (!exists && !dryRun) await desk.write(path, text)
    desk.print(`  ${exists ? 'left  ' : dryRun ? 'new   ' : 'wrote '} ${path}\n         ${reason}`)
  }
  list(
    desk,
    'Why so:',
    choices.map(({ what, because }) => `${what}\n      ${because}`),
  )
  list(
    desk,
    'Secrets to set:',
    secrets.map(({ name, why, command }) => `${name}: ${why}\n      ${command}`),
  )
  list(desk, 'To know:', notes)
  desk.print('\nNext: look at the files, commit them, and run `recovery-playbook audit`.')
  return 0
}

function list(desk: Desk, title: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  desk.print(`\n${title}`)
  for (const line of lines) desk.print(`  - ${line}`)
}

/** What GitHub says; what it does not say is unknown, and the proposal says how to find out. */
async function factsOf(home: Home | undefined): Promise<GithubFacts> {
  const facts: GithubFacts = {
    ...{ repository: home?.name, defaultBranch: undefined, isPublic: 'unknown', owner: 'unknown' },
    ...{ plan: 'unknown', canProtectBranches: 'unknown', environmentsWithReviewers: 'unknown' },
  }
  const answer =
    home?.request === undefined
      ? undefined
      : await orNothing(home.request('GET /repos/{owner}/{repo}', { ...home.repository }))
  if (home === undefined || answer === undefined) return facts
  const { data } = answer
  const owner = data.owner.type === 'Organization' ? 'organization' : 'user'
  return {
    ...facts,
    ...{ owner, isPublic: !data.private, defaultBranch: data.default_branch },
    plan: await planOf(home, owner),
  }
}

/** GitHub tells it to the owner alone. */
async function planOf(
  { request, repository }: Home,
  owner: 'user' | 'organization',
): Promise<GithubFacts['plan']> {
  if (request === undefined) return 'unknown'
  const asked =
    owner === 'organization'
      ? request('GET /orgs/{org}', { org: repository.owner }).then(({ data }) => data.plan?.name)
      : request('GET /user').then(({ data }) =>
          data.login === repository.owner && 'plan' in data ? data.plan.name : undefined,
        )
  const name = await asked.catch(() => undefined)
  return plans.find((plan) => plan === name?.toLowerCase()) ?? 'unknown'
}

const plans = ['free', 'pro', 'team', 'enterprise'] as const

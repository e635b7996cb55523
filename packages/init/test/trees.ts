import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GithubFacts, propose, type Proposal, type Tree } from '@recovery-playbook/init'
import { parsePlaybook, type Playbook, usualPlaybookPath } from '@recovery-playbook/playbook'

export type Files = Readonly<Record<string, string>>

export const treeOf = (files: Files, tags: readonly string[] = []): Tree => ({
  read: (path) => Promise.resolve(Object.hasOwn(files, path) ? files[path] : undefined),
  list: () => Promise.resolve(Object.keys(files)),
  tags: () => Promise.resolve(tags),
})

/** The sample application that recovery drills are tried on, as its repository holds it. */
export const application: Files = Object.fromEntries(filesIn('test/application'))

function filesIn(root: string, folder = ''): [string, string][] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      const isMade = ['.venv', 'staticfiles', '__pycache__'].includes(entry.name)
      return isMade ? [] : filesIn(root, path)
    }
    return [[path, readFileSync(join(root, path), 'utf8')] satisfies [string, string]]
  })
}

export const privateRepository: GithubFacts = {
  repository: 'ada/wellbeing',
  defaultBranch: 'main',
  isPublic: false,
  owner: 'user',
  plan: 'pro',
  canProtectBranches: 'unknown',
  environmentsWithReviewers: 'unknown',
}

export const proposeFor = (
  files: Files,
  facts: Partial<GithubFacts> = {},
  answers: Parameters<typeof propose>[2] = {},
): Promise<Proposal> => propose(treeOf(files), { ...privateRepository, ...facts }, answers)

export const textOf = ({ files }: Proposal, path: string): string =>
  files.find((file) => file.path === path)?.text ?? ''

export const playbookOf = (proposal: Proposal): Playbook =>
  parsePlaybook(textOf(proposal, usualPlaybookPath))

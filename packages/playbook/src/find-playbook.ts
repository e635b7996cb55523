import { access, readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { Failure, messageOf } from '@recovery-playbook/failure'
import { parseDocument } from 'yaml'
import { parsePlaybook, type Playbook, usualPlaybookPath } from './playbook.ts'

interface Looking {
  /** A path in the repository, as the input `playbook` gives it; empty for the usual one. */
  readonly given: string
  /** Where the repository is checked out; undefined where what lies there must not be believed. */
  readonly workspace: string | undefined
  /** The text of a file on the default branch, or undefined where there is none. */
  readonly onDefaultBranch: (path: string) => Promise<string | undefined>
}

export interface FoundPlaybook {
  readonly playbook: Playbook
  /** Undefined where there is none, and what is usual applies. */
  readonly path: string | undefined
  /** Whether a key stands in it, and is not filled in by what is usual. */
  readonly writes: (...path: string[]) => boolean
}

/**
 * The playbook of the repository: out of the workspace, or where nothing is checked out there, from the
 * default branch. Without one, what is usual applies.
 *
 * @throws Failure INPUT_INVALID when a file that is named is not there, or one does not fit
 */
export async function findPlaybook(looking: Looking): Promise<FoundPlaybook> {
  const path = normalize(looking.given || usualPlaybookPath)
  if (path.startsWith('/') || path.startsWith('..')) throw outside(looking.given)
  const text = await textOf(path, looking)
  if (text !== undefined) {
    const document = parseDocument(text)
    const writes = (...keys: string[]) => document.hasIn(keys)
    return { playbook: parsePlaybook(text, path), path, writes }
  }
  if (looking.given !== '') throw missing(path, looking)
  return { playbook: parsePlaybook(''), path: undefined, writes: () => false }
}

async function textOf(path: string, { workspace, onDefaultBranch }: Looking) {
  if (workspace === undefined || !(await isCheckedOut(workspace))) return onDefaultBranch(path)
  return readFile(join(workspace, path), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Failure('INPUT_INVALID', `The playbook ${path} is not read: ${messageOf(error)}.`, {
      hint: 'Make it a file that the runner may read.',
      cause: error,
    })
  })
}

const isCheckedOut = (workspace: string): Promise<boolean> =>
  access(join(workspace, '.git')).then(
    () => true,
    () => false,
  )

const outside = (given: string) =>
  new Failure('INPUT_INVALID', `'${given}' in 'playbook' leads out of the repository.`, {
    hint: 'Give a path from the root of the repository.',
  })

const missing = (path: string, { workspace }: Looking) =>
  new Failure(
    'INPUT_INVALID',
    `The playbook ${path} is not there, ${workspace === undefined ? 'on the default branch' : 'neither in the workspace nor, without a checkout, on the default branch'}.`,
    { hint: `Mend the input 'playbook', or leave it out: ${usualPlaybookPath} is usual.` },
  )

export const playbookInWords = ({ path }: FoundPlaybook): string =>
  path === undefined
    ? `There is no playbook at ${usualPlaybookPath}: what is usual applies.`
    : `The playbook is ${path}; inputs take the place of its keys.`

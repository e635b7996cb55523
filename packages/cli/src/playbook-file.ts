import { Failure } from '@recovery-playbook/failure'
import { parsePlaybook, type Playbook, usualPlaybookPath } from '@recovery-playbook/playbook'
import type { Desk } from './desk.ts'

export interface PlaybookFile {
  readonly path: string
  readonly text: string
  readonly playbook: Playbook
}

/** @throws Failure INPUT_MISSING where there is none, INPUT_INVALID where it does not fit */
export async function playbookFile(desk: Desk): Promise<PlaybookFile> {
  const text = await desk.read(usualPlaybookPath)
  if (text === undefined)
    throw new Failure('INPUT_MISSING', `There is no playbook file ${usualPlaybookPath}.`, {
      hint: 'Write one with `recovery-playbook init`; an empty file is one, too.',
    })
  return { path: usualPlaybookPath, text, playbook: parsePlaybook(text) }
}

/** By the names that the exports gave them. */
export function databasesOf({ databases }: Playbook): string[] {
  const names = Object.keys(databases)
  return names.length === 0 ? ['default'] : names
}

const workflowFolder = '.github/workflows'

export async function workflowsOf(desk: Desk) {
  const names = await desk.names(workflowFolder)
  const paths = names
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => `${workflowFolder}/${name}`)
  const texts = await Promise.all(
    paths.toSorted().map(async (path) => ({ path, text: (await desk.read(path)) ?? '' })),
  )
  return texts
}

export async function documentOf({ playbook }: PlaybookFile, desk: Desk) {
  const path = playbook.document
  if (path === undefined) return undefined
  const text = await desk.read(path)
  if (text === undefined) throw missingDocument(path)
  return { path, text }
}

export const missingDocument = (path: string) =>
  new Failure('INPUT_INVALID', `The document ${path} is not there.`, {
    hint: 'Mend `document` in the playbook file, or make the file: an empty one will do.',
  })

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

/** The parts of an `action.yml` that matter to who runs or documents it. */
export interface ActionFile {
  readonly name: string
  readonly description: string
  readonly inputs: Readonly<Record<string, ActionInput>>
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
  readonly runs: { readonly using: string; readonly main: string }
}

interface ActionInput {
  readonly description: string
  readonly required?: boolean
  readonly default?: string
}

/** @param directory the folder that holds `action.yml` */
export async function readActionFile(directory: string): Promise<ActionFile> {
  const file = parse(await readFile(join(directory, 'action.yml'), 'utf8')) as ActionFile
  if (file.runs.using === 'node24') return file
  throw new Error(`${directory}/action.yml: runs.using is '${file.runs.using}', only node24 is run`)
}

/** Defaults as the runner fills them in; `github.token` is the only context that they may name. */
export function inputDefaults({ inputs }: ActionFile, token: string): Record<string, string> {
  const filled = Object.entries(inputs).map(([name, input]) => {
    const text = (input.default ?? '').replaceAll(/\$\{\{\s*github\.token\s*\}\}/g, token)
    if (text.includes('${{')) throw new Error(`input ${name}: cannot evaluate ${text}`)
    return [name, text] as const
  })
  return Object.fromEntries(filled)
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

/** The parts of an `action.yml` that matter to who runs or documents it. */
export interface ActionFile {
  readonly name: string
  readonly description: string
  readonly inputs: Readonly<Record<string, ActionInput>>
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
  readonly runs: {
    readonly using: string
    readonly main: string
    readonly post?: string
    readonly 'post-if'?: string
  }
}

interface ActionInput {
  readonly description: string
  readonly required?: boolean
  readonly default?: string
}

const supportedRuns = ['using', 'main', 'post', 'post-if']

/** @param directory the folder that holds `action.yml` */
export async function readActionFile(directory: string): Promise<ActionFile> {
  const path = join(directory, 'action.yml')
  const written = parse(await readFile(path, 'utf8')) as ActionFile
  const file = { ...written, inputs: (written.inputs as ActionFile['inputs'] | undefined) ?? {} }
  if (file.runs.using !== 'node24') {
    throw new Error(`${path}: runs.using is '${file.runs.using}', only node24 is run`)
  }
  const unknown = Object.keys(file.runs).find((key) => !supportedRuns.includes(key))
  if (unknown !== undefined) throw new Error(`${path}: runs.${unknown} is not supported here`)
  return file
}

/** Defaults as the runner fills them in; `github.token` is the only context that they may name. */
export function inputDefaults(
  { inputs }: Pick<ActionFile, 'inputs'>,
  token: string,
): Record<string, string> {
  const filled = Object.entries(inputs).map(([name, input]) => {
    const text = (input.default ?? '').replaceAll(/\$\{\{\s*github\.token\s*\}\}/g, token)
    if (text.includes('${{')) throw new Error(`input ${name}: cannot evaluate ${text}`)
    return [name, text] as const
  })
  return Object.fromEntries(filled)
}

import { oneLine } from '../one-line.ts'
import type { Tree } from '../tree.ts'

/** A variable of the application's configuration, as an example of it says. */
export interface Variable {
  readonly name: string
  /** What the example gives it; empty for nothing. */
  readonly example: string
  readonly isSecret: boolean
}

export interface Configuration {
  readonly file: string | undefined
  readonly variables: readonly Variable[]
}

const names = ['.env.example', '.env.sample', '.env.template', '.env.dist', 'env.example']

/** @param directory of the application */
export async function lookAtConfiguration(tree: Tree, directory: string): Promise<Configuration> {
  const places = directory === '' ? [''] : [`${directory}/`, '']
  for (const path of places.flatMap((place) => names.map((name) => place + name))) {
    const text = await tree.read(path)
    if (text !== undefined) return { file: path, variables: variablesIn(text) }
  }
  return { file: undefined, variables: [] }
}

/** Capitals alone: GitHub's secrets do not tell capitals from others. */
const assignment = /^[ \t]*(?:export[ \t]+)?([A-Z_][A-Z0-9_]*)[ \t]*=(.*)$/gm

function variablesIn(text: string): Variable[] {
  const found = [...text.matchAll(assignment)].map(([, name = '', value = '']) => {
    const example = oneLine(withoutQuotes(value.replace(/(?:^|\s)#.*$/, '').trim()))
    return { name, example, isSecret: looksSecret(name, example) }
  })
  return [...new Map(found.map((one) => [one.name, one])).values()]
}

const withoutQuotes = (value: string) => /^(["'])(.*)\1$/.exec(value)?.[2] ?? value

const secretWords =
  /(^|_)(SECRET|PASSWORD|PASSWD|PASS|PWD|PASSPHRASE|TOKEN|KEY|KEYS|APIKEY|CREDENTIALS?|PRIVATE|SALT|DSN|AUTH|WEBHOOK)(_|$)/

/** An address may hold a password; one that is shown without any is none. */
function looksSecret(name: string, example: string): boolean {
  if (secretWords.test(name) || /:\/\/[^/\s]*@/.test(example)) return true
  return /_(URL|URI)$/.test(name) && !/^https?:\/\//.test(example)
}

/** What a platform or a drill gives, and no configuration has to keep. */
export const isGiven = (name: string): boolean =>
  /^(DATABASE_(PUBLIC_|PRIVATE_)?URL|PORT|PG[A-Z]+|(POSTGRES|DB|DATABASE)_\w+|RAILWAY_\w+|GITHUB_\w+|DEBUG|DJANGO_DEBUG|DJANGO_SETTINGS_MODULE|PYTHON\w*)$/.test(
    name,
  )

import { Failure } from '@recovery-playbook/failure'

export type Variables = Readonly<Record<string, string>>

/** As a POSIX shell reads it (`set -a; . ./configuration.env`), whatever the values hold. */
export const renderConfiguration = (variables: Variables): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
    .join('')

const assignment = /([A-Za-z_][A-Za-z0-9_]*)='((?:[^']|'\\'')*)'\n/y

/**
 * Reads back what `renderConfiguration` wrote, and nothing else: no shell looks at it.
 *
 * @throws Failure CONFIGURATION_MISSING, without a value
 */
export function parseConfiguration(text: string): Variables {
  const variables: Record<string, string> = {}
  let at = 0
  while (at < text.length) {
    assignment.lastIndex = at
    const [whole, name, value] = assignment.exec(text) ?? []
    if (whole === undefined || name === undefined || value === undefined) throw unreadable(text, at)
    variables[name] = value.replaceAll(String.raw`'\''`, "'")
    at += whole.length
  }
  return variables
}

const unreadable = (text: string, at: number) =>
  new Failure(
    'CONFIGURATION_MISSING',
    `configuration.env cannot be read from line ${text.slice(0, at).split('\n').length} on.`,
    { hint: 'It was written by something else. Make a new recovery point.' },
  )

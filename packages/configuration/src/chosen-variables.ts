import { Failure } from '@recovery-playbook/failure'
import type { Variables } from './env-file.ts'

const input = 'configuration'
const valuesInput = 'configuration-values'

/**
 * Variables that come as one text, where a step has no environment of its own to give.
 *
 * @param text a JSON object of texts; empty for none
 * @throws Failure INPUT_INVALID, which shows nothing of the text
 */
export function variablesIn(text: string): Variables {
  if (text === '') return {}
  const found = parsed(text)
  const isObject = typeof found === 'object' && found !== null && !Array.isArray(found)
  const entries = isObject ? Object.entries(found) : []
  if (isObject && entries.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    return Object.fromEntries(entries)
  throw new Failure('INPUT_INVALID', `'${valuesInput}' is no JSON object of texts.`, {
    hint: 'Write {"SECRET_KEY": ${{ toJSON(secrets.SECRET_KEY) }}}: toJSON quotes a value as JSON wants it.',
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The variables that are named, out of an environment.
 *
 * @param names one per line, or separated by blanks or commas
 * @throws Failure INPUT_INVALID, CONFIGURATION_MISSING with every one that is not set
 */
export function chosenVariables(
  names: string,
  environment: Readonly<Record<string, string | undefined>>,
): Variables {
  const asked = [...new Set(names.split(/[\s,]+/).filter(Boolean))]
  const wrong = asked.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
  if (wrong !== undefined) {
    throw new Failure('INPUT_INVALID', `'${wrong}' in '${input}' is no variable's name.`, {
      hint: `Name variables, such as SECRET_KEY; their values come from the env of the step, or from '${valuesInput}'.`,
    })
  }
  const missing = asked.filter((name) => (environment[name] ?? '') === '')
  if (missing.length > 0) {
    throw new Failure(
      'CONFIGURATION_MISSING',
      `These variables of '${input}' are not set: ${missing.join(', ')}.`,
      {
        hint: `Give each to the step: env: ${missing[0] ?? ''}: \${{ secrets.${missing[0] ?? ''} }}`,
      },
    )
  }
  return Object.fromEntries(asked.map((name) => [name, environment[name] ?? '']))
}

import { Failure } from '@recovery-playbook/failure'
import type { Variables } from './env-file.ts'

const input = 'configuration'

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
      hint: 'Name variables, such as SECRET_KEY; their values come from the env of the step.',
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

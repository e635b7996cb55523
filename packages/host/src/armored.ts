import { readFile } from 'node:fs/promises'
import { Failure, messageOf } from '@recovery-playbook/failure'

/**
 * Armored keys as an input gives them: themselves, or the path of a file in the repository, where public
 * keys may lie.
 *
 * @param input its name, for errors
 * @throws Failure INPUT_INVALID
 */
export async function armored(given: string, input: string): Promise<string> {
  if (given.includes('-----BEGIN')) return given
  return readFile(given, 'utf8').catch((cause: unknown) => {
    throw new Failure(
      'INPUT_INVALID',
      `'${given.slice(0, 200)}' in '${input}' is not read: ${messageOf(cause)}.`,
      {
        hint: 'Give armored keys, or the path of a file with them in the repository that is checked out.',
        cause,
      },
    )
  })
}

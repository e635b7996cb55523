import type { KeyCheck } from '@recovery-playbook/audit'
import { keyChecksOf } from '@recovery-playbook/key-check'
import type { Playbook } from '@recovery-playbook/playbook'
import type { Home } from './desk.ts'
import { databasesOf } from './playbook-file.ts'

/**
 * Issues that asked for a person's own copy of the key, of each database the latest quarter first.
 *
 * @throws what GitHub refuses, as Octokit says it
 */
export async function keyChecks(
  { request, repository }: Home,
  playbook: Playbook,
): Promise<KeyCheck[]> {
  if (request === undefined) throw new TypeError('no token')
  const found = await Promise.all(
    databasesOf(playbook).map((database) => keyChecksOf(request, repository, database)),
  )
  return found.flat().map((one) => ({ ...one, answer: one.answer?.word }))
}

import { resolve } from 'node:path'
import { Failure } from '@recovery-playbook/failure'
import type { Runner } from '@recovery-playbook/host'
import { parseConnection, secretsOf } from '@recovery-playbook/postgres'
import type { Inputs } from '../inputs.ts'
import { oneOf } from './given.ts'

/** What is about recovery points says nothing about an archive. */
const notWithArchive = [
  ['mode', 'restore'],
  ['recovery-point', ''],
  ['target-url', ''],
  ['by-hand', 'false'],
  ['self-test', 'false'],
] as const

export function archiveIn(runner: Runner): Inputs['archive'] {
  const name = runner.input('archive')
  if (name === '') return undefined
  const other = notWithArchive.find(([input, otherwise]) =>
    ['', otherwise].every((value) => runner.input(input) !== value),
  )
  if (other === undefined) return { name, path: resolve(runner.context.workspace, name) }
  throw new Failure('INPUT_INVALID', `'archive' and '${other[0]}' cannot be given together.`, {
    hint: `An archive is drilled by itself: leave '${other[0]}' out, or drill a recovery point without 'archive'.`,
  })
}

export function targetIn(runner: Runner): Inputs['target'] {
  const url = runner.input('target-url')
  for (const secret of [url, ...secretsOf(url)]) runner.mask(secret)
  const confirm = runner.input('confirm')
  const dryRun = oneOf(runner, 'dry-run', ['false', 'true']) === 'true'
  return url === '' ? undefined : { connection: parseConnection(url), confirm, dryRun }
}

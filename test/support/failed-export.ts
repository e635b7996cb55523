import { setTimeout as after } from 'node:timers/promises'
import { expect } from '@jest/globals'
import type { ActionResult } from '@recovery-playbook/local-workflows'
import { clientsOf } from './children.ts'
import type { Scene } from './scene.ts'
import { storeState } from './store-state.ts'

interface Expected {
  readonly cause: RegExp
  readonly remedy: RegExp
  /** Where the export stores; by default the scene's own repository. */
  readonly keeper?: { readonly repository: string; readonly token: string }
}

/**
 * Runs an export that has to fail as a user needs it to: red, with cause and remedy in the log and in
 * the summary, the repository as it was before to the last asset, no file, no process and no secret left.
 */
export async function expectFailedExport(
  scene: Scene,
  run: () => Promise<ActionResult>,
  { cause, remedy, keeper }: Expected,
): Promise<ActionResult> {
  const before = await storeState(scene.github, keeper)
  const result = await run()
  expect({ log: result.log, exitCode: result.exitCode }).toEqual({ log: result.log, exitCode: 1 })
  for (const text of [result.log, result.summary]) {
    expect(text).toMatch(cause)
    expect(text).toMatch(remedy)
  }
  expect(await storeState(scene.github, keeper)).toEqual(before)
  expect(await scene.leftovers()).toEqual([])
  const clients = () => clientsOf(scene.sample.server.port).map(({ words }) => words)
  // A process that was killed needs a moment to vanish.
  for (let turn = 0; turn < 50 && clients().length > 0; turn += 1) await after(100)
  expect(clients()).toEqual([])
  const password = scene.sample.superuser.environment.PGPASSWORD ?? ''
  const own = scene.sample.owner.environment.PGPASSWORD ?? ''
  for (const secret of [scene.passphrase, scene.github.token, password, own, scene.sample.url]) {
    expect(result.log + result.summary).not.toContain(secret)
  }
  return result
}

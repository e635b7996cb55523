import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseManifest, publicManifestName } from '@recovery-playbook/archive'
import { paced, type PacedRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import {
  directoryStore,
  githubReleases,
  releaseOfAssets,
  type ReleaseStore,
} from '@recovery-playbook/release-store'
import type { Inputs } from './inputs.ts'

/**
 * Where recovery points are read from: a repository's releases, a folder that an export keeps as a mirror,
 * or one with the files of a single recovery point, as `gh release download` leaves them.
 */
export function storeOf(
  { directory, keeper, storeToken }: Inputs,
  runner: Runner,
  request: PacedRequest,
): Pick<ReleaseStore, 'published'> {
  const { clock, context } = runner
  if (directory === '') {
    const itsOwn = storeToken === '' ? request : pacedRequest(storeToken, runner)
    return githubReleases(itsOwn, keeper, { pause: clock.sleep })
  }
  const path = resolve(context.workspace, directory)
  return {
    async published() {
      const manifest = await readFile(join(path, publicManifestName), 'utf8').catch(() => undefined)
      if (manifest === undefined) return directoryStore(path, { now: clock.now }).published()
      return [await releaseOfAssets(path, parseManifest(manifest, publicManifestName).tag)]
    },
  }
}

/** With a token; what GitHub makes it wait for is told. */
export const pacedRequest = (token: string, runner: Runner): PacedRequest =>
  paced(runner.github(token), runner.clock, (line) => {
    runner.info(line)
  })

/** Whether it survives the loss of the account that the code is in. */
export const isOutside = ({ directory, keeper }: Inputs, { context }: Runner): boolean =>
  directory !== '' || keeper.owner !== parseRepository(context.repository).owner

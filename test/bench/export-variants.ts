import { beginFingerprint, exportSnapshot } from '@recovery-playbook/postgres'
import type { BundleRun } from './bundles.ts'
import type { Variant } from './measure.ts'
import type { Stage } from './stage.ts'

/** Sessions that hash tables beside pg_dump, as many as pg-export-release opens. */
const fingerprintSessions = 2

/** `gpg` as it takes a passphrase without a terminal, from a file. */
export const gpg = 'gpg --batch --yes --quiet --pinentry-mode loopback --passphrase-file passphrase'

const lines = {
  native:
    'pg_dump -Fc -Z0 --snapshot="$SNAPSHOT" | zstd -q -3 -T0 |' +
    ' openssl enc -aes-256-cfb -pbkdf2 -pass file:passphrase | sha256sum',
  manual:
    'pg_dump > manual.sql && tar -czf manual.tar.gz manual.sql &&' +
    ` ${gpg} --symmetric --cipher-algo AES256 manual.tar.gz`,
  careful: `pg_dump -Fc | ${gpg} --symmetric > careful.dump.gpg`,
}

/**
 * Four ways to bring a database into safety. All connect as its owner through TCP, and write to the
 * same disk.
 *
 * @param onRun called with what our action's process needed
 */
export function exportVariants(
  { source, sample, passphrase, shell, bundles, processes }: Stage,
  onRun: (run: BundleRun) => void,
): Record<'native' | 'manual' | 'careful' | 'ours', Variant> {
  const connection = sample.owner
  const typed = (line: string) => shell(line, connection.environment)
  const reading = { toolchain: source.toolchain, connection, processes }
  return {
    native: (timed) =>
      timed(async () => {
        await using snapshot = await exportSnapshot(source.toolchain.psql, connection, processes)
        const order = { ...reading, snapshot, sessions: fingerprintSessions }
        await using fingerprint = await beginFingerprint(order)
        await shell(lines.native, { ...connection.environment, SNAPSHOT: snapshot.id })
        await fingerprint.finish()
      }),
    manual: async (timed) => {
      await timed(() => typed(lines.manual))
      await shell('rm manual.sql manual.tar.gz')
    },
    careful: async (timed) => {
      await timed(() => typed(lines.careful))
      await shell('rm careful.dump.gpg')
    },
    ours: async (timed) => {
      const inputs = { 'database-url': sample.url, passphrase }
      onRun(await timed(() => bundles.run('pg-export-release', inputs)))
    },
  }
}

/** Our export, and nothing but the transfer of a dump, from a server behind a slow link. */
export function linkVariants(
  { sample, passphrase, shell, bundles }: Stage,
  port: number,
): Record<'transfer' | 'ours', Variant> {
  const { PGPORT, ...environment } = sample.owner.environment
  const url = new URL(sample.url)
  url.port = String(port)
  return {
    transfer: (timed) =>
      timed(() => shell('pg_dump -Fc -Z0 > /dev/null', { ...environment, PGPORT: String(port) })),
    ours: async (timed) => {
      await timed(() => bundles.run('pg-export-release', { 'database-url': url.href, passphrase }))
    },
  }
}

import { availableParallelism } from 'node:os'
import { openSession } from '@recovery-playbook/postgres'
import type { BundleRun } from './bundles.ts'
import { gpg } from './export-variants.ts'
import type { Variant } from './measure.ts'
import type { Stage } from './stage.ts'

const lines = {
  manual: `${gpg} -d manual.tar.gz.gpg | tar -xzO | psql -q -v ON_ERROR_STOP=1`,
  bare: `pg_restore -j ${availableParallelism()} -d restored bare.dump`,
}

/** The archive that `bare` restores: the very bytes that are inside of ours. */
export const dumpForBare = ({ shell, sample }: Stage): Promise<void> =>
  shell('pg_dump -Fc -Z0 > bare.dump', sample.owner.environment)

/** Three ways to bring it back; the manual one takes what the manual export left. */
export function recoveryVariants(
  stage: Stage,
  onRun: (run: BundleRun) => void,
): Record<'manual' | 'bare' | 'ours', Variant> {
  const byHand =
    (line: string): Variant =>
    async (timed) => {
      await using database = await emptyDatabase(stage)
      await timed(() => stage.shell(line, database.environment))
    }
  return {
    manual: byHand(lines.manual),
    bare: byHand(lines.bare),
    ours: async (timed) => {
      const inputs = { passphrase: stage.passphrase }
      onRun(await timed(() => stage.bundles.run('verify-restore', inputs)))
    },
  }
}

/** In the cluster with default settings, gone when it is disposed of. */
async function emptyDatabase({ target, processes }: Stage) {
  const { superuser } = await target.createDatabase({ name: 'restored', owner: 'journal_app' })
  const administer = async (sql: string) => {
    const { toolchain, cluster } = target
    await using session = await openSession(toolchain.psql, cluster.superuser, processes)
    await session.execute(sql)
  }
  await administer('CHECKPOINT')
  return {
    environment: superuser.environment,
    [Symbol.asyncDispose]: () => administer('DROP DATABASE restored WITH (FORCE)'),
  }
}

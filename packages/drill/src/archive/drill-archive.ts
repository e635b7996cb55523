import { identify, unpack } from '@recovery-playbook/archive'
import type { Isolation } from '@recovery-playbook/isolation'
import {
  checkForeignKeys,
  provideToolchain,
  readWhole,
  startThrowaway,
  takeFingerprint,
  type ThrowawayCluster,
} from '@recovery-playbook/postgres'
import { checklist, DrillEnded } from '../checklist.ts'
import type { DrillReport } from '../drill.ts'
import type { Figures } from '../figures.ts'
import { blamingFullDisk } from '../full-disk.ts'
import { judgeRecoveryTime } from '../guarantees.ts'
import { isolate, isolatedBy } from '../isolated.ts'
import { stopwatch } from '../phases.ts'
import { report } from '../report.ts'
import { progressOf } from '../progress.ts'
import { type Check, verdictOf } from '../verdict.ts'
import { assertComplete, assertSqlAlone } from './complete.ts'
import { handOver, type Origin, originOf } from './dumped.ts'
import {
  foundInWords,
  judgeConsistent,
  judgeLeftOut,
  openedInWords,
  restoredInWords,
  unprovable,
} from './judge.ts'
import type { ArchiveDrill } from './order.ts'
import { assertIsolated } from './psql.ts'
import { readerOf, restoreDump } from './restore-dump.ts'

const plan = [
  'archive',
  'opened',
  'complete',
  'isolated',
  'restored',
  'consistent',
  'same data',
  'left out',
  'recovery time',
  'data loss',
  'age',
] as const

/**
 * Restores a backup that was made by hand into a throwaway cluster, and shows what can be shown without
 * a fingerprint. It is never `PROVED`: whether it is the same data is not known.
 */
export async function drillArchive(drill: ArchiveDrill): Promise<DrillReport> {
  const watch = stopwatch(drill)
  const list = checklist(plan)
  const { archive, directory } = drill
  let figures: Figures | undefined
  let recoveryTime: number | undefined

  const phase = <T>(check: (typeof plan)[number], title: string, work: () => Promise<T>) =>
    watch.phase(title, () => list.during(check, () => blamingFullDisk(directory, work)))

  async function recover(): Promise<void> {
    const found = await phase('archive', 'Look at the archive', () =>
      identify(archive.path, archive.name),
    )
    list.proved('archive', foundInWords(archive.name, found))
    const dump = await phase('opened', 'Open and unpack', () =>
      unpack({ ...archive, opener: drill.opener, directory }),
    )
    list.proved('opened', openedInWords(dump))
    const origin = await phase('complete', 'Read what it says of itself', async () => {
      const read = await originOf(dump)
      if (read.text !== undefined) assertComplete(read.text)
      await handOver(dump, drill.identity)
      return read
    })
    for (const check of unprovable(origin)) list.settle(check)

    const isolation = await isolate(drill, list)
    const { text } = origin
    await using cluster = await phase('restored', 'Start a throwaway PostgreSQL', () =>
      startServer(origin, isolation),
    )
    const { toolchain } = cluster
    if (text === undefined) {
      const reader = readerOf(drill, isolation)
      await phase('complete', 'Read it to its end', () =>
        readWhole({ toolchain, archive: dump.path, reader }),
      )
    }
    list.proved(
      'complete',
      text === undefined
        ? `pg_restore ${toolchain.version} reads it to its end.`
        : 'It ends with pg_dump’s last line.',
    )
    const restored = await phase('restored', 'Restore', () =>
      restoreDump(drill, { dump, cluster, isolation }, text),
    )
    list.proved('restored', restoredInWords(restored))
    list.settle(judgeLeftOut(restored))

    const consistent = await phase('consistent', 'Read and count what came back', async () => {
      const { superuser: connection, owner } = restored
      const { processes, machine, info } = drill
      const onProgress = progressOf('Read', info)
      const sessions = machine.cpus
      const came = await takeFingerprint({ toolchain, connection, processes, sessions, onProgress })
      const rows = came.tables.reduce((sum, table) => sum + BigInt(table.rows), 0n)
      const unknown = { dumpBytes: 0, sealedBytes: 0, parts: 0 }
      figures = { ...unknown, tables: came.tables.length, rows }
      const keys = await checkForeignKeys(toolchain.psql, owner, processes)
      return judgeConsistent(came, keys)
    })
    list.settle(consistent)
    recoveryTime = watch.elapsed()
    list.settle(judgeRecoveryTime(drill.guarantee, recoveryTime, 'the data counted'))
  }

  async function startServer(origin: Origin, isolation: Isolation): Promise<ThrowawayCluster> {
    if (origin.text !== undefined) {
      assertSqlAlone(origin.text)
      assertIsolated(isolation)
    }
    const { toolchain, reason } = await provideToolchain({
      ...drill,
      major: origin.major,
      need: 'server',
    })
    drill.info(`The dump is of PostgreSQL ${origin.version}. ${reason}`)
    const isolated = isolatedBy(isolation, drill.processes)
    return startThrowaway({ ...drill, toolchain, isolated, parentDirectory: directory })
  }

  await recover().catch((error: unknown) => {
    if (!(error instanceof DrillEnded)) throw error
  })
  const checks = list.checks()
  const verdict = verdictOf(checks)
  const inWords = wordsOf(checks)
  return {
    ...report({
      ...{ scenario: 'database-restore', verdict, checks, watch, recoveryTime },
      ...{ point: undefined, figures, order: drill },
    }),
    ...(inWords !== undefined && { inWords }),
  }
}

/** Where all that could be shown of an archive was shown, the verdict says so. */
function wordsOf(checks: readonly Check[]): string | undefined {
  const shown = ['opened', 'complete', 'restored', 'consistent', 'recovery time']
  return checks.some(({ state }) => state === 'FAILED') ||
    !checks.every(({ name, state }) => state === 'PROVED' || !shown.includes(name))
    ? undefined
    : 'the archive was opened, was complete, was restored without an error in time, and is consistent; whether it is the same data nobody can say, because it was made without a fingerprint'
}

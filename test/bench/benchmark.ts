import { availableParallelism, loadavg } from 'node:os'
import type { Arguments } from './arguments.ts'
import type { BundleRun } from './bundles.ts'
import { changedSettings } from './default-settings.ts'
import { exportVariants, linkVariants } from './export-variants.ts'
import { interleave, type Measuring } from './measure.ts'
import { dumpForBare, recoveryVariants } from './recovery-variants.ts'
import { type Results, resultsOf } from './results.ts'
import { openSlowLink } from './slow-link.ts'
import { type Stage, setStage } from './stage.ts'

/** Everything is made here, measured, and gone when this returns, or throws because of `signal`. */
export async function benchmark(
  { megabytes, repeat, link }: Arguments,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Results> {
  const [load = 0] = loadavg()
  say(`Filling a database of about ${megabytes} MB`)
  await using stage = await setStage(megabytes, signal)
  const { source, target, shell, databaseBytes } = stage
  const exports: BundleRun[] = []
  const drills: BundleRun[] = []
  const measuring = { repeat, say, settle: () => shell('sync') }

  say('Export')
  const exporting = await interleave(
    exportVariants(stage, (run) => exports.push(run)),
    measuring,
  )
  const linking = link === 0 ? undefined : await behindLink(stage, link, measuring)
  await dumpForBare(stage)
  say('Recovery')
  const recovering = await interleave(
    recoveryVariants(stage, (run) => drills.push(run)),
    measuring,
  )

  return resultsOf({
    conditions: {
      databaseMB: Math.round(databaseBytes / 1e6),
      repeat,
      postgres: source.toolchain.version,
      changedSettings: [
        ...new Set([...(await changedSettings(source)), ...(await changedSettings(target))]),
      ],
      cpus: availableParallelism(),
      loadBefore: load,
    },
    exporting,
    linking,
    recovering,
    exports,
    drills,
  })
}

async function behindLink(stage: Stage, link: number, measuring: Measuring) {
  await using slow = await openSlowLink(stage.source.port, link * 1e6)
  measuring.say(`Export over a link of ${link} MB/s`)
  return {
    megabytesPerSecond: link,
    ...(await interleave(linkVariants(stage, slow.port), measuring)),
  }
}

import { median } from './measure.ts'

interface Measured {
  /** The median of `runs`. */
  readonly seconds: number
  readonly runs: readonly number[]
}

/** What `--json` prints. Each ratio is our seconds divided by the other's. */
export interface Results {
  readonly conditions: Conditions
  readonly export: Readonly<Record<'native' | 'manual' | 'careful' | 'ours', Measured>> & {
    readonly ratioToNative: number
    readonly ratioToManual: number
    readonly ratioToCareful: number
    /** Of pg-export-release's own process, in MB of 1,000,000 bytes: the largest of all runs. */
    readonly peakMemoryMB: number
    /** Where a slow link was asked for. */
    readonly link?: Readonly<Record<'transfer' | 'ours', Measured>> & {
      readonly megabytesPerSecond: number
      readonly ratioToTransfer: number
    }
  }
  readonly recovery: Readonly<Record<'manual' | 'bare' | 'ours', Measured>> & {
    readonly ratioToManual: number
    readonly ratioToBare: number
  }
}

interface Conditions {
  /** On the server's disk, with its indexes. */
  readonly databaseMB: number
  readonly repeat: number
  readonly postgres: string
  /** Settings of both servers that are not PostgreSQL's defaults. */
  readonly changedSettings: readonly string[]
  readonly cpus: number
  /** The load of the last minute before anything was started. */
  readonly loadBefore: number
}

interface Raw {
  readonly conditions: Conditions
  readonly exporting: Readonly<Record<'native' | 'manual' | 'careful' | 'ours', number[]>>
  readonly linking:
    | ({ readonly megabytesPerSecond: number } & Readonly<Record<'transfer' | 'ours', number[]>>)
    | undefined
  readonly recovering: Readonly<Record<'manual' | 'bare' | 'ours', number[]>>
  readonly peakBytes: number
}

export function resultsOf({ conditions, exporting, linking, recovering, peakBytes }: Raw): Results {
  const native = measured(exporting.native)
  const manual = measured(exporting.manual)
  const careful = measured(exporting.careful)
  const ours = measured(exporting.ours)
  const manualRecovery = measured(recovering.manual)
  const bare = measured(recovering.bare)
  const ourRecovery = measured(recovering.ours)
  return {
    conditions,
    export: {
      ...{ native, manual, careful, ours },
      ratioToNative: ratio(ours, native),
      ratioToManual: ratio(ours, manual),
      ratioToCareful: ratio(ours, careful),
      peakMemoryMB: Math.round(peakBytes / 1e6),
      ...(linking && { link: overLink(linking) }),
    },
    recovery: {
      ...{ manual: manualRecovery, bare, ours: ourRecovery },
      ratioToManual: ratio(ourRecovery, manualRecovery),
      ratioToBare: ratio(ourRecovery, bare),
    },
  }
}

function overLink({ megabytesPerSecond, ...runs }: NonNullable<Raw['linking']>) {
  const transfer = measured(runs.transfer)
  const ours = measured(runs.ours)
  return { megabytesPerSecond, transfer, ours, ratioToTransfer: ratio(ours, transfer) }
}

const measured = (runs: readonly number[]): Measured => ({
  seconds: rounded(median(runs)),
  runs: runs.map(rounded),
})

const ratio = (ours: Measured, other: Measured) => rounded(ours.seconds / other.seconds)

const rounded = (number: number) => Math.round(number * 1000) / 1000

/** Above it, others are at work on the machine while we measure. */
const quiet = 1

/** What a person reads; test/bench/README.md says more about each variant. */
export function inWords({ conditions, export: exporting, recovery }: Results): string {
  const { databaseMB, postgres, repeat, cpus, loadBefore, changedSettings } = conditions
  const noise = loadBefore > quiet ? ': OTHERS WERE AT WORK, THE NUMBERS ARE NOISY' : ''
  return `
${databaseMB} MB in PostgreSQL ${postgres}, ${repeat} runs each (medians, and all runs), ${cpus} processors, load ${loadBefore.toFixed(1)} before${noise}.
The source and the cluster of the recoveries by hand have PostgreSQL's default settings, but for
${changedSettings.join(', ')}.

Export                                                         seconds
  native work: pg_dump -Fc -Z0 | zstd | openssl | sha256sum,
    and the fingerprint beside it in the same snapshot        ${row(exporting.native)}
  the manual recipe: pg_dump > file, tar -czf, gpg -c         ${row(exporting.manual)}
  careful people: pg_dump -Fc | gpg -c                        ${row(exporting.careful)}
  pg-export-release, to a local GitHub                        ${row(exporting.ours)}
  ours takes ${times(exporting.ratioToNative)} of the native work (target: 1.25), ${times(exporting.ratioToManual)} of the manual recipe (target: 0.33),
  ${times(exporting.ratioToCareful)} of careful people's (target: 0.56); its process needs at most ${exporting.peakMemoryMB} MB.
${linkInWords(exporting.link)}
Recovery                                                       seconds
  the manual recipe: gpg -d | tar -xz | psql                  ${row(recovery.manual)}
  bare: pg_restore -j ${cpus} of a local file                       ${row(recovery.bare)}
  verify-restore, from a local GitHub, with all its proof     ${row(recovery.ours)}
  ours takes ${times(recovery.ratioToManual)} of the manual recipe (target: 1.00), ${times(recovery.ratioToBare)} of bare pg_restore.
`.trim()
}

const linkInWords = (link: Results['export']['link']) =>
  link === undefined
    ? ''
    : `
Over a link of ${link.megabytesPerSecond} MB/s
  pg_dump -Fc -Z0 > /dev/null                                 ${row(link.transfer)}
  pg-export-release                                           ${row(link.ours)}
  ours takes ${times(link.ratioToTransfer)} of the transfer (target: 1.05).
`

const row = ({ seconds, runs }: Measured) =>
  `${seconds.toFixed(1).padStart(8)}   (${runs.map((run) => run.toFixed(1)).join(', ')})`

const times = (ratio: number) => `${ratio.toFixed(2)} times`

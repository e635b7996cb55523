import type { BundleRun } from './bundles.ts'
import { type Chapter, medians, proofSeconds } from './chapters.ts'
import { median } from './measure.ts'

interface Measured {
  /** The median of `runs`. */
  readonly seconds: number
  readonly runs: readonly number[]
}

/** Our seconds divided by the other's: no more than this. */
const targets = {
  export: { ratioToNative: 1.25, ratioToManual: 0.33, ratioToCareful: 0.56, link: 1.05 },
  recovery: { ratioToManual: 0.83, proof: 1.25 },
} as const

/** What `--json` prints. Each ratio is our seconds divided by the other's. */
export interface Results {
  readonly conditions: Conditions
  readonly targets: typeof targets
  readonly export: Readonly<Record<'native' | 'manual' | 'careful' | 'ours', Measured>> & {
    readonly ratioToNative: number
    readonly ratioToManual: number
    readonly ratioToCareful: number
    /** Of pg-export-release's own process, in MB of 1,000,000 bytes: the largest of all runs. */
    readonly peakMemoryMB: number
    /** Where the time of `ours` goes: the chapters of its log, medians. */
    readonly phases: readonly Chapter[]
    /** Where a slow link was asked for. */
    readonly link?: Readonly<Record<'transfer' | 'ours', Measured>> & {
      readonly megabytesPerSecond: number
      readonly ratioToTransfer: number
    }
  }
  readonly recovery: Readonly<Record<'manual' | 'bare' | 'ours', Measured>> & {
    readonly ratioToManual: number
    readonly ratioToBare: number
    readonly phases: readonly Chapter[]
    /** The whole drill divided by what of it is left without its proof. */
    readonly proofShare: number
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
  readonly exports: readonly BundleRun[]
  readonly drills: readonly BundleRun[]
}

export function resultsOf(raw: Raw): Results {
  const { conditions, exporting, linking, recovering, exports, drills } = raw
  const native = measured(exporting.native)
  const manual = measured(exporting.manual)
  const careful = measured(exporting.careful)
  const ours = measured(exporting.ours)
  const manualRecovery = measured(recovering.manual)
  const bare = measured(recovering.bare)
  const ourRecovery = measured(recovering.ours)
  const drilled = medians(drills.map(({ chapters }) => chapters))
  return {
    conditions,
    targets,
    export: {
      ...{ native, manual, careful, ours },
      ratioToNative: ratio(ours, native),
      ratioToManual: ratio(ours, manual),
      ratioToCareful: ratio(ours, careful),
      peakMemoryMB: Math.round(Math.max(...exports.map(({ peak }) => peak)) / 1e6),
      phases: medians(exports.map(({ chapters }) => chapters)),
      ...(linking && { link: overLink(linking) }),
    },
    recovery: {
      ...{ manual: manualRecovery, bare, ours: ourRecovery },
      ratioToManual: ratio(ourRecovery, manualRecovery),
      ratioToBare: ratio(ourRecovery, bare),
      phases: drilled,
      proofShare: rounded(ourRecovery.seconds / (ourRecovery.seconds - proofSeconds(drilled))),
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
  ours takes ${times(exporting.ratioToNative)} of the native work (target: ${targets.export.ratioToNative}), ${times(exporting.ratioToManual)} of the manual recipe (target: ${targets.export.ratioToManual}),
  ${times(exporting.ratioToCareful)} of careful people's (target: ${targets.export.ratioToCareful}); its process needs at most ${exporting.peakMemoryMB} MB.
${phasesInWords(exporting.phases)}
${linkInWords(exporting.link)}
Recovery                                                       seconds
  the manual recipe: gpg -d | tar -xz | psql                  ${row(recovery.manual)}
  bare: pg_restore -j ${cpus} of a local file                       ${row(recovery.bare)}
  verify-restore, from a local GitHub, with all its proof     ${row(recovery.ours)}
  ours takes ${times(recovery.ratioToManual)} of the manual recipe (target: ${targets.recovery.ratioToManual}), ${times(recovery.ratioToBare)} of bare pg_restore,
  and with its proof ${times(recovery.proofShare)} of what it takes without (target: ${targets.recovery.proof}).
${phasesInWords(recovery.phases)}
`.trim()
}

const phasesInWords = (phases: readonly Chapter[]) =>
  phases
    .map(({ title, seconds }) => `    ${title.padEnd(56)}${seconds.toFixed(1).padStart(8)}`)
    .join('\n')

const linkInWords = (link: Results['export']['link']) =>
  link === undefined
    ? ''
    : `
Over a link of ${link.megabytesPerSecond} MB/s
  pg_dump -Fc -Z0 > /dev/null                                 ${row(link.transfer)}
  pg-export-release                                           ${row(link.ours)}
  ours takes ${times(link.ratioToTransfer)} of the transfer (target: ${targets.export.link}).
`

const row = ({ seconds, runs }: Measured) =>
  `${seconds.toFixed(1).padStart(8)}   (${runs.map((run) => run.toFixed(1)).join(', ')})`

const times = (ratio: number) => `${ratio.toFixed(2)} times`

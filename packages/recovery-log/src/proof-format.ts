import { scenarios } from '@recovery-playbook/playbook'
import { z } from 'zod'

export const verdicts = ['PROVED', 'FAILED', 'NOT PROVED', 'SKIPPED'] as const

/** The workflow run that says so: the claim that GitHub can confirm. */
export const run = z.strictObject({ id: z.int().positive(), attempt: z.int().positive() })

/** Seconds; null where nothing was measured. */
export const figure = z.number().nullable()

const common = {
  /** The recovery point's tag. */
  recoveryPoint: z.string(),
  database: z.string(),
  /** SHA-256 of the manifest that was drilled: another one under the same tag is not proved by this. */
  manifest: z.string().regex(/^[0-9a-f]{64}$/),
  snapshotAt: z.iso.datetime(),
  verdict: z.enum(verdicts),
  run,
  recordedAt: z.iso.datetime(),
  /** No count of tables or rows: the log may be public. */
  sealedBytes: z.int().nullable(),
}

/** Its `recoverySeconds` ran to the end of the drill, and every drill was of the database. */
const first = z.strictObject({ format: z.literal(1), ...common, recoverySeconds: z.number() })

const second = z.strictObject({
  format: z.literal(2),
  ...common,
  scenario: z.enum(scenarios),
  /** Seconds from the start of the drill to its end. */
  seconds: z.number(),
  promised: z.strictObject({ recoverySeconds: z.number(), dataLossSeconds: z.number() }).nullable(),
  /** Seconds to the data shown to be the same, or to the application answering. */
  recoverySeconds: figure,
  dataLossSeconds: figure,
  ageSeconds: figure,
  phases: z.array(z.strictObject({ title: z.string(), seconds: z.number() })),
})

/** What the latest drill of a recovery point found, in one scenario. */
export type Proof = Omit<z.infer<typeof second>, 'format'>

export const formatted = (record: Proof): string =>
  `${JSON.stringify(second.parse({ ...record, format: 2 }), undefined, 2)}\n`

/** A record of this format or of the one before it; undefined for everything else. */
export function readEither(json: unknown): Proof | undefined {
  const parsed = z.union([second, first]).safeParse(json)
  if (!parsed.success) return undefined
  if (parsed.data.format === 2) return parsed.data
  const { recoverySeconds, ...old } = parsed.data
  const unknown = { promised: null, recoverySeconds: null, dataLossSeconds: null, ageSeconds: null }
  return { ...old, ...unknown, scenario: 'database-restore', seconds: recoverySeconds, phases: [] }
}

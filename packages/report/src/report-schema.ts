import { scenarios } from '@recovery-playbook/playbook'
import { z } from 'zod'

/** Rises when a field changes its meaning or goes away; a new field does not raise it. */
export const format = 1

const seconds = z.number()
const state = z.enum(['PROVED', 'FAILED', 'NOT PROVED', 'SKIPPED'])
const measured = seconds.nullable().describe('Null where the drill did not come so far.')
const instant = z.iso.datetime()
export const mostChecks = 1000
const count = z.int().nonnegative()

/** `report.json`: what a drill found, for programs. It holds what the job summary shows. */
export const reportFile = z
  .object({
    format: z.literal(format).describe('Rises when a field changes its meaning or goes away.'),
    verdict: state.describe('Only PROVED is good.'),
    inWords: z.string().describe('The verdict as a sentence.'),
    scenario: z
      .enum(scenarios)
      .nullable()
      .describe('Null where nothing was drilled: mode `proof` looks at what drills have proved.'),
    recoveryPoint: z
      .object({
        tag: z.string(),
        database: z.string().describe('By the name that the export gave it.'),
        commit: z.string(),
        snapshotAt: instant.describe('When the data was as it is stored.'),
        partial: z.boolean().describe('Whether filters left something out of it.'),
      })
      .nullable()
      .describe('Null where none was found.'),
    run: z.object({
      repository: z.string(),
      id: z.string(),
      attempt: z.string(),
      url: z.string(),
    }),
    startedAt: instant,
    seconds: seconds.describe('From the start of the drill to its end.'),
    promised: z.object({ recoverySeconds: seconds, dataLossSeconds: seconds }),
    measured: z.object({
      recoverySeconds: measured.describe(
        'From the start of the drill to the data shown to be the same, or the application to answer.',
      ),
      dataLossSeconds: measured.describe('What a disaster just before the snapshot had cost.'),
      ageSeconds: measured.describe('Of the snapshot, when the drill looked at it.'),
      worstGapSeconds: measured.describe('The longest time between snapshots of the last 90 days.'),
    }),
    figures: z
      .object({
        tables: count,
        rows: z.string().regex(/^\d+$/).describe('Text: it may exceed what a number can hold.'),
        dumpBytes: count,
        sealedBytes: count,
        parts: count,
      })
      .nullable(),
    phases: z.array(
      z.object({
        title: z.string(),
        begunSeconds: seconds.describe('From the start of the drill.'),
        seconds,
      }),
    ),
    checks: z
      .array(
        z.object({
          name: z.string(),
          state,
          detail: z.string().describe('What was found; may name tables that differ.'),
          hint: z.string().nullable().describe('What to do now.'),
          output: z
            .string()
            .nullable()
            .describe('The end of what a command printed that found nothing wrong.'),
        }),
      )
      .max(mostChecks),
    leftOut: count.describe(`Checks beyond the first ${mostChecks}, those that fail first.`),
  })
  .describe('What a drill of Recovery Playbook found: report.json.')

export type ReportFile = z.infer<typeof reportFile>

/** The JSON Schema of `report.json`, which docs/report.schema.json shows. */
export const reportSchema = (): unknown => z.toJSONSchema(reportFile, { io: 'input' })

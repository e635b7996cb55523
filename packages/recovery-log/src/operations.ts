import { scenarios } from '@recovery-playbook/playbook'
import { z } from 'zod'
import { type LogChange, logBranch, type LogKeeper, type ReadText } from './log-branch.ts'
import { run, verdicts } from './proof-format.ts'
import { parseJson } from './json.ts'
import { formattedRows, rowsIn } from './rows.ts'

/** Rows of `report.json`: when there are more, all but the newest `kept` go to the files of their years. */
const most = 100
const kept = 60

/** Characters of one text: an entry is for looking back, the run's own report has all of it. */
const longest = 400

const text = z.string().overwrite((given) => given.slice(0, longest))

const row = z.strictObject({
  recordedAt: z.iso.datetime(),
  operation: z.enum(['export', 'drill', 'recovery']),
  /** DONE: an export that was published, every part of it opened again. */
  verdict: z.enum([...verdicts, 'DONE']),
  database: z.string(),
  scenario: z.enum(scenarios).nullable(),
  ranBy: z.strictObject({ event: z.string(), workflow: z.string(), actor: z.string(), run }),
  /** Of the code: the run's, and for a drill the commit of the recovery point. */
  repository: z.strictObject({
    ref: z.string(),
    commit: z.string(),
    /** Of the recovery point; null where there was none. */
    tag: z.string().nullable(),
  }),
  /** Of the database in the snapshot; null where nothing was read, and where the log is public. */
  data: z
    .strictObject({
      tables: z.int(),
      /** On the server's disk; null where it may not be asked. */
      bytes: z.int().nullable(),
      /** The newest migration of each application, `app.name`. */
      migrations: z.array(text).max(100),
    })
    .nullable(),
  checks: z
    .array(
      z.strictObject({
        name: text,
        state: z.enum(verdicts),
        /** Null where the log is public: it may name tables. */
        detail: text.nullable(),
      }),
    )
    .overwrite((all) => all.slice(0, 100)),
  /** What was done, in order, with its seconds. */
  actions: z.array(text).overwrite((all) => all.slice(0, 100)),
})

const recent = z.strictObject({
  format: z.literal(1),
  /** Those with a file of their own, in order. */
  years: z.array(z.int()),
  rows: z.array(row),
})

const yearly = z.strictObject({ format: z.literal(1), rows: z.array(row) })

/** One export, drill or recovery. */
export type Operation = z.infer<typeof row>

interface Runner {
  readonly clock: { readonly now: () => Date }
  readonly context: {
    readonly event: string
    readonly workflow: string
    readonly actor: string
    readonly runId: string
    readonly runAttempt: string
  }
}

/** When it was, and what ran it. */
export const recordedBy = ({
  clock,
  context,
}: Runner): Pick<Operation, 'recordedAt' | 'ranBy'> => ({
  recordedAt: clock.now().toISOString(),
  ranBy: {
    event: context.event,
    workflow: context.workflow,
    actor: context.actor,
    run: { id: Number(context.runId), attempt: Number(context.runAttempt) },
  },
})

/**
 * An entry more of the operation report: `report.json` and `REPORT.md`; older ones go to
 * `report/<year>.json` and `report/<year>.md`. What cannot be read is left as it is, for a person to look at.
 */
export const noted =
  (added: Operation): LogChange =>
  async (read, keeper) => {
    const before = recentIn(await read('report.json'))
    if (before === undefined) {
      keeper.warn(`report.json on the branch ${logBranch} cannot be read, and was left as it is.`)
      return {}
    }
    const rows = [...before.rows, row.parse(await forReaders(added, keeper))]
    const older = rows.length > most ? await rolled(rows.slice(0, -kept), read, keeper) : undefined
    const left = older === undefined ? rows : rows.slice(-kept)
    const years = [...new Set([...before.years, ...(older?.years ?? [])])].toSorted((a, b) => a - b)
    return {
      ...older?.texts,
      'report.json': formattedRows(left, { years }),
      'REPORT.md': keeper.pages.operations(left.toReversed(), years.toReversed()),
    }
  }

/** Moves entries to the files of their years; undefined, and nothing moved, where one cannot be read. */
async function rolled(rows: readonly Operation[], read: ReadText, { pages, warn }: LogKeeper) {
  const years = [...new Set(rows.map(yearOf))]
  const texts: Record<string, string> = {}
  for (const year of years) {
    const path = `report/${year}`
    const before = rowsIn(yearly, await read(`${path}.json`))
    if (before === undefined) {
      warn(
        `${path}.json on the branch ${logBranch} cannot be read: older entries stay in report.json.`,
      )
      return undefined
    }
    const all = [...before, ...rows.filter((one) => yearOf(one) === year)]
    texts[`${path}.json`] = formattedRows(all)
    texts[`${path}.md`] = pages.year(year, all.toReversed())
  }
  return { texts, years }
}

const yearOf = ({ recordedAt }: Operation) => new Date(recordedAt).getUTCFullYear()

/** A public log says how it ended, and nothing of the data. */
async function forReaders(added: Operation, { request, repository }: LogKeeper) {
  const { data } = await request('GET /repos/{owner}/{repo}', { ...repository })
  if (data.private) return added
  const checks = added.checks.map((check) => ({ ...check, detail: null }))
  return { ...added, data: null, checks }
}

function recentIn(text: string | undefined): Omit<z.infer<typeof recent>, 'format'> | undefined {
  if (text === undefined) return { years: [], rows: [] }
  return recent.safeParse(parseJson(text)).data
}

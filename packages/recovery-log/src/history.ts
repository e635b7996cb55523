import { Failure } from '@recovery-playbook/failure'
import type { GithubRequest, Repository } from '@recovery-playbook/github'
import { scenarios } from '@recovery-playbook/playbook'
import { z } from 'zod'
import { type LogChange, readLog } from './log-branch.ts'
import { figure, run, verdicts } from './proof-format.ts'
import { formattedRows, rowsIn } from './rows.ts'

/**
 * More would only make the file large: a year and more of daily exports and weekly drills. The last two drills
 * of each scenario stay, since the guard and what is due hang on them: with an export an hour 500 rows are
 * three weeks.
 */
const mostRows = 500

const common = {
  recoveryPoint: z.string(),
  snapshotAt: z.iso.datetime(),
  recordedAt: z.iso.datetime(),
  run,
}

const row = z.discriminatedUnion('kind', [
  /** A recovery point that was published. Retention may remove it, and not this row. */
  z.strictObject({ kind: z.literal('export'), ...common }),
  z.strictObject({
    kind: z.literal('drill'),
    ...common,
    scenario: z.enum(scenarios),
    verdict: z.enum(verdicts),
    recoverySeconds: figure,
    dataLossSeconds: figure,
    ageSeconds: figure,
  }),
])

const history = z.strictObject({ format: z.literal(1), rows: z.array(row) })

/** One export or one drill of a database. */
export type HistoryRow = z.infer<typeof row>

/**
 * What is known of a database's exports and drills, the oldest first; none where nothing is written yet.
 *
 * @throws Failure NOT_PROVED where the file cannot be read
 */
export async function readHistory(
  request: GithubRequest,
  repository: Repository,
  database: string,
): Promise<HistoryRow[]> {
  return readable(await readLog(request, repository, pathOf(database)), database)
}

/** A row more; what cannot be read is left as it is, for a person to look at. */
export const happened =
  (database: string, added: HistoryRow): LogChange =>
  async (read) => {
    const path = pathOf(database)
    const rows = [...readable(await read(path), database), row.parse(added)]
    return { [path]: formattedRows(kept(rows)) }
  }

function kept(rows: readonly HistoryRow[]): HistoryRow[] {
  const drills = scenarios.flatMap((scenario) =>
    rows.filter((row) => row.kind === 'drill' && row.scenario === scenario).slice(-2),
  )
  const last = new Set<HistoryRow>([...drills, ...rows.slice(-mostRows)])
  return rows.filter((row) => last.has(row))
}

/** A database's name may hold what is no file's name. */
const pathOf = (database: string) =>
  `history/${encodeURIComponent(database).replace(/^\./, '%2E')}.json`

function readable(text: string | undefined, database: string): HistoryRow[] {
  const rows = rowsIn(history, text)
  if (rows !== undefined) return rows
  throw new Failure('NOT_PROVED', `The file ${pathOf(database)} of the log cannot be read.`, {
    hint: 'A newer version of this action may have written it: use that. Otherwise delete the file on the branch `recovery-log`; the next run begins it anew.',
  })
}

import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import { githubClient, systemClock } from '@recovery-playbook/host'
import type { LocalGithub } from '@recovery-playbook/local-github'
import {
  happened,
  type HistoryRow,
  type LogChange,
  logKeeper,
  type Proof,
  proved,
  readHistory,
  readProof,
  writeLog,
} from '@recovery-playbook/recovery-log'
import { logPages } from '@recovery-playbook/report'

type Drill = Extract<HistoryRow, { kind: 'drill' }>

/** The true record of a drill, with another run in it, say: whoever may write to the branch can do that. */
export async function claimProof(
  github: LocalGithub,
  recoveryPoint: string,
  claims: Partial<Proof>,
): Promise<void> {
  const request = githubClient(github.token, github.apiUrl)
  const proof = await readProof(request, parseRepository(github.repository), recoveryPoint)
  const record = await proved({ ...proof, verdict: 'PROVED', ...claims })
  await claim(github, request, record)
}

/** The latest drill of a database, once more and otherwise. */
export async function claimDrill(
  github: LocalGithub,
  database: string,
  claims: Partial<Drill>,
): Promise<void> {
  const request = githubClient(github.token, github.apiUrl)
  const rows = await readHistory(request, parseRepository(github.repository), database)
  const last = rows.findLast((row) => row.kind === 'drill')
  if (last === undefined) throw new Error(`no drill of ${database} is on record`)
  await claim(github, request, happened(database, { ...last, ...claims }))
}

async function claim(github: LocalGithub, request: GithubRequest, change: LogChange) {
  const runner = {
    context: { repository: github.repository, serverUrl: github.apiUrl },
    clock: systemClock,
    warn: (line: string) => {
      throw new Error(line)
    },
  }
  await writeLog(logKeeper(runner, request, logPages), [change], 'A claim')
}

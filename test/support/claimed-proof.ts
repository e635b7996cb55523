import { parseRepository } from '@recovery-playbook/github'
import { githubClient, systemClock } from '@recovery-playbook/host'
import type { LocalGithub } from '@recovery-playbook/local-github'
import { logKeeper, proved, readProof, writeLog } from '@recovery-playbook/recovery-log'
import { logPages } from '@recovery-playbook/report'

/** The true record of a drill, with another run in it: whoever may write to the branch can do that. */
export async function claimProof(
  github: LocalGithub,
  recoveryPoint: string,
  run: { readonly id: number; readonly attempt: number },
): Promise<void> {
  const request = githubClient(github.token, github.apiUrl)
  const proof = await readProof(request, parseRepository(github.repository), recoveryPoint)
  const record = await proved({ ...proof, verdict: 'PROVED', run })
  const runner = {
    context: { repository: github.repository, serverUrl: github.apiUrl },
    clock: systemClock,
    warn: (line: string) => {
      throw new Error(line)
    },
  }
  await writeLog(logKeeper(runner, request, logPages), [record], 'A claim')
}

import type { Runner } from '@recovery-playbook/host'
import type { AlarmContext } from '@recovery-playbook/report'
import type { Telling } from './inputs/telling.ts'
import { runUrl } from './run-url.ts'

/** What an issue says beside what was found. */
export const alarmContext = (
  { name, keeper, contacts, showKeys }: Telling,
  runner: Runner,
  providers: AlarmContext['providers'],
): AlarmContext => ({
  database: name,
  storedIn: `${keeper.owner}/${keeper.repo}`,
  repository: runner.context.repository,
  runId: runner.context.runId,
  runUrl: runUrl(runner),
  contacts,
  providers,
  namesKeys: showKeys,
})

import type { DrillReport, State } from '@recovery-playbook/drill'
import type { Scenario } from '@recovery-playbook/playbook'

const words: Record<Exclude<State, 'PROVED'>, string> = {
  FAILED: 'recovery does not hold what the playbook promises',
  'NOT PROVED': 'a check could not run, so nothing is proved',
  SKIPPED: 'nothing was changed, and nothing is proved: this was a dry run',
}

const proved: Record<Scenario, string> = {
  'database-restore': 'the recovery point was restored and is the same data, inside the guarantees',
  'code-rollback':
    'the code of the backup tag was checked out, set up and started, inside the guarantees',
  'environment-rebuild':
    'the application was set up anew, on the restored data, and works, inside the guarantees',
  catastrophe:
    'the application works again, from the stored files and what opens them alone, inside the guarantees',
}

const provedInPart =
  'the partial recovery point was restored and is the same data as what its filters left in, inside the guarantees'

const guarded =
  'the newest recovery point is complete and young enough, and a drill that GitHub confirms has proved recovery'

/** A verdict on a partial recovery point is none on the database. */
export function inWords({ verdict, scenario, point, inWords: own }: DrillReport): string {
  if (own !== undefined) return own
  if (verdict !== 'PROVED') return words[verdict]
  if (scenario === undefined) return guarded
  return point?.manifest.partial === true && scenario === 'database-restore'
    ? provedInPart
    : proved[scenario]
}

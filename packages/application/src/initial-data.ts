import type { Django } from '@recovery-playbook/playbook'
import { openSession } from '@recovery-playbook/postgres'
import type { Processes } from '@recovery-playbook/processes'
import type { Check } from '@recovery-playbook/verdict'
import { checkByManage } from './django.ts'
import type { PlaceWithData } from './place.ts'

interface Loading {
  readonly place: PlaceWithData
  readonly psql: string
  readonly processes: Processes
}

interface Counts {
  readonly name: string
  readonly inserted: string
  readonly updated: string
  readonly deleted: string
}

/** Loads what an application needs in any database, and tells what that changed in the restored one. */
export async function loadInitialData(django: Django, loading: Loading): Promise<Check> {
  const name = 'initial data'
  const command = django['initial-data']
  if (command === false) return { name, state: 'SKIPPED', detail: 'Switched off in `django`.' }
  const before = await countChanges(loading)
  const check = await checkByManage(loading.place, django, command.split(/\s+/), {
    name,
    proves: `manage.py ${command} ended well.`,
    hint: `Run manage.py ${command} on a restored copy; it has to do no harm to data that is there.`,
  })
  if (check.state !== 'PROVED') return check
  const changed = changesBetween(before, await countChanges(loading))
  const what = changed.length === 0 ? 'It changed nothing.' : `It changed:\n${changed.join('\n')}`
  return { ...check, detail: `${check.detail} ${what}` }
}

/** What PostgreSQL has counted; a session's own counts are there when it has ended. */
async function countChanges({ place, psql, processes }: Loading): Promise<Counts[]> {
  await using session = await openSession(psql, place.database, processes)
  // Up to 14 they come through a collector, which takes half a second.
  await session.query('SELECT pg_sleep(0.6) IS NULL AS slept')
  return await session.query<Counts>(`
    SELECT format('%I.%I', schemaname, relname) AS name,
      n_tup_ins::text AS inserted, n_tup_upd::text AS updated, n_tup_del::text AS deleted
    FROM pg_stat_user_tables ORDER BY 1`)
}

const mostTold = 20

function changesBetween(before: readonly Counts[], after: readonly Counts[]): string[] {
  const earlier = new Map(before.map((one) => [one.name, one]))
  const changes = after.flatMap((one) => {
    const was = earlier.get(one.name)
    const by = (kind: 'inserted' | 'updated' | 'deleted') =>
      Number(one[kind]) - Number(was?.[kind] ?? 0)
    const told = (['inserted', 'updated', 'deleted'] as const)
      .filter((kind) => by(kind) > 0)
      .map((kind) => `${by(kind)} ${kind}`)
    return told.length === 0 ? [] : [`${one.name}: ${told.join(', ')}`]
  })
  const rest = changes.length - mostTold
  return rest > 0 ? [...changes.slice(0, mostTold), `and ${rest} more tables`] : changes
}

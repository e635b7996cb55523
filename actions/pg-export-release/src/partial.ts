import { filteredOutInWords, type RecoveryPoint } from '@recovery-playbook/drill'
import type { Runner } from '@recovery-playbook/host'
import type { FilteredOut } from '@recovery-playbook/postgres'

/** Says what filters left out, and whether the recovery point before this one was partial as well. */
export function reportPartial(
  leftOut: FilteredOut | undefined,
  previous: RecoveryPoint | undefined,
  runner: Runner,
): string[] {
  const lines = leftOut === undefined ? [] : filteredOutInWords(leftOut)
  for (const line of lines) runner.info(`Left out ${line}`)
  if (previous !== undefined) warnOfChange(leftOut !== undefined, previous, runner)
  return lines
}

function warnOfChange(isPartial: boolean, previous: RecoveryPoint, runner: Runner): void {
  const { tag, partial = false } = previous.manifest
  if (partial === isPartial) return
  runner.warn(
    partial
      ? `${tag} was partial, and this recovery point holds the whole database.`
      : `${tag} held the whole database, and this recovery point is partial: filters leave something out.`,
  )
}

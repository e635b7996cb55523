import { listRecoveryPoints } from '@recovery-playbook/drill'
import { Failure } from '@recovery-playbook/failure'
import { paced, parseRepository, refusal } from '@recovery-playbook/github'
import { systemClock } from '@recovery-playbook/host'
import { formatDuration } from '@recovery-playbook/playbook'
import { readTags } from '@recovery-playbook/recovery-log'
import { githubReleases } from '@recovery-playbook/release-store'
import { formatBytes } from '@recovery-playbook/report'
import type { Desk } from './desk.ts'
import { playbookFile } from './playbook-file.ts'

/** A line for each recovery point of this repository, wherever they are kept. */
export async function listPoints(desk: Desk): Promise<number> {
  const { home } = desk
  if (home?.request === undefined)
    throw new Failure(
      'INPUT_MISSING',
      'Without a repository and a token there is nothing to list.',
      {
        hint: 'Call it in a clone, with export GH_TOKEN="$(gh auth token)".',
      },
    )
  const { request, repository, name } = home
  const kept = await playbookFile(desk).then(
    ({ playbook }) => playbook.store.repository ?? name,
    (error: unknown) => {
      if (error instanceof Failure && error.code === 'INPUT_MISSING') return name
      throw error
    },
  )
  const store = githubReleases(paced(request, systemClock, desk.print), parseRepository(kept), {
    pause: systemClock.sleep,
  })
  const listed = await listRecoveryPoints(store)
  const history =
    (await readTags(request, repository).catch((error: unknown) => {
      throw refusal('read the tag history', error)
    })) ?? []
  const rows = listed.flatMap(({ release, point }) => {
    if (point === undefined)
      return release.tag.startsWith('backup-')
        ? [[release.tag, 'no manifest that can be believed', '', '', '', '']]
        : []
    const { tag, database, repository: of, snapshotAt, members, sealedFor } = point.manifest
    if (of !== name) return []
    const bytes = members.flatMap(({ parts }) => parts).reduce((sum, part) => sum + part.bytes, 0)
    const proof = history.find((row) => row.tag === tag)?.lastProof ?? undefined
    const keys = [...(sealedFor.passphrase ? ['passphrase'] : []), ...sealedFor.keyIds]
    return [
      [
        tag,
        database,
        `${formatDuration(desk.now().getTime() - Date.parse(snapshotAt))} old`,
        formatBytes(bytes),
        `opened by ${keys.join(', ')}`,
        proof === undefined
          ? 'never drilled'
          : `${proof.verdict} ${proof.recordedAt.slice(0, 10)} (${proof.scenario})`,
      ],
    ]
  })
  if (rows.length === 0) desk.print(`${kept} keeps no recovery point of ${name}.`)
  for (const line of aligned(rows)) desk.print(line)
  return rows.length === 0 ? 1 : 0
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.map((row) => row.map((cell) => cell.replace(/\p{Cc}+/gu, ' ')))
  const widths = (shown[0] ?? []).map((_, at) =>
    Math.max(...shown.map((row) => row[at]?.length ?? 0)),
  )
  return shown.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

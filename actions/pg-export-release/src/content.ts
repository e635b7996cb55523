import type { Member } from '@recovery-playbook/archive'
import type { RecoveryPoint } from '@recovery-playbook/drill'
import { sealedFor } from '@recovery-playbook/encryption'
import type { Runner } from '@recovery-playbook/host'
import type { Captured } from './capture.ts'
import type { Inputs } from './inputs.ts'
import type { Source } from './inspect.ts'
import type { Content } from './publish.ts'

interface Known {
  readonly inputs: Inputs
  readonly runner: Runner
  readonly source: Source
  readonly captured: Captured
  /** Members beside the database's. */
  readonly beside: readonly Member[]
  readonly previous: RecoveryPoint | undefined
  readonly tag: string
}

/** What the recovery point says about itself. */
export function contentOf({
  inputs,
  runner,
  source,
  captured,
  beside,
  previous,
  tag,
}: Known): Content {
  const { repository, commit, runId, runAttempt } = runner.context
  const { passphrase, keyIds } = sealedFor(inputs.recipients)
  return {
    tag,
    database: inputs.name,
    sealedFor: { passphrase, keyIds: [...keyIds] },
    repository,
    commit,
    snapshotAt: captured.snapshotAt,
    previous:
      previous === undefined
        ? null
        : { tag: previous.manifest.tag, snapshotAt: previous.manifest.snapshotAt },
    run: { id: runId, attempt: runAttempt },
    postgres: {
      major: source.server.major,
      server: source.server.version,
      pgDump: source.toolchain.version,
      encoding: source.server.encoding,
      locale: {
        provider: source.server.localeProvider,
        collation: source.server.collation,
        ctype: source.server.ctype,
        name: source.server.locale,
      },
    },
    ...(captured.fingerprint.leftOut && { partial: true }),
    databaseBytes: Number(source.server.bytes),
    members: [...captured.members, ...beside],
  }
}

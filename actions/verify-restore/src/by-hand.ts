import { manifestSignatureName, publicManifestName } from '@recovery-playbook/archive'
import type { DrillByHand, RecoveryPoint } from '@recovery-playbook/drill'
import { openerFor } from '@recovery-playbook/encryption'
import { restoreDocument, restoreDocumentName } from '@recovery-playbook/report'
import type { Inputs } from './inputs.ts'

type ByHand = Pick<DrillByHand, 'document' | 'documentName' | 'token' | 'passphrases'>

/** What a person has who has nothing of ours: a token, a passphrase, and RESTORE.md. */
export const byHand = ({ token, held }: Inputs): ByHand => ({
  token,
  documentName: restoreDocumentName,
  document: writtenAgain,
  passphrases: (held.passphrases ?? []).map((words) => ({
    words,
    opener: openerFor({ passphrases: [words] }),
  })),
})

/** These were stored after it. */
const later = [restoreDocumentName, manifestSignatureName, publicManifestName]

function writtenAgain({ manifest, release }: RecoveryPoint): string {
  const files = release.assets
    .filter(({ name }) => !later.includes(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return restoreDocument({ content: manifest, files })
}

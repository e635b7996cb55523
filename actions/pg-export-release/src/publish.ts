import {
  checksums,
  checksumsName,
  compressText,
  type Manifest,
  partBytesFor,
  publicManifestName,
  renderManifest,
  renderSealedHalf,
  type Seal,
  storeMember,
} from '@recovery-playbook/archive'
import type { Fingerprint } from '@recovery-playbook/postgres'
import { releaseNotes, restoreDocument, restoreDocumentName } from '@recovery-playbook/report'
import type { Reservation } from './reserve.ts'

/** The manifest but for its format, which `renderManifest` knows. */
export type Content = Omit<Manifest, 'format'>

interface Publishing {
  /** Everything but the sealed half's own member: that is what the sealed half seals. */
  readonly content: Content
  readonly fingerprint: Fingerprint
  readonly seal: Seal
  readonly reservation: Reservation
  /** Where the recovery point is kept, `owner/name`. */
  readonly keeper: string
}

export interface Published {
  readonly content: Content
  readonly url: string
}

/** The sealed half, the checksums, the commands, the manifest last; then the commit point. */
export async function publish(publishing: Publishing): Promise<Published> {
  const { fingerprint, seal, reservation, keeper } = publishing
  const { draft } = reservation
  const half = renderSealedHalf({ manifest: publishing.content, fingerprint })
  const sealedHalf = await storeMember({
    name: 'fingerprint.json',
    content: await compressText(half),
    seal,
    sink: draft,
    partBytes: partBytesFor(0),
    parallel: 1,
  })
  const content = { ...publishing.content, members: [...publishing.content.members, sealedHalf] }

  const upload = (name: string, text: string) => draft.upload(name, Buffer.from(text))
  const parts = content.members.flatMap((member) => member.parts)
  await upload(checksumsName, checksums(parts))
  await upload(restoreDocumentName, restoreDocument({ content, files: draft.assets() }))
  await upload(publicManifestName, renderManifest(content))
  const { url } = await reservation.publish(releaseNotes(content, keeper))
  return { content, url }
}

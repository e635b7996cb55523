import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  checksums,
  checksumsName,
  compressText,
  keyCheckName,
  type Manifest,
  manifestSignatureName,
  partBytesFor,
  publicManifestName,
  renderManifest,
  renderSealedHalf,
  storeMember,
} from '@recovery-playbook/archive'
import { keyCheckText, type Sealer, type Signer } from '@recovery-playbook/encryption'
import type { Fingerprint } from '@recovery-playbook/postgres'
import type { Draft } from '@recovery-playbook/release-store'
import { restoreDocument, restoreDocumentName } from '@recovery-playbook/report'
import type { TriedDraft } from './tried-draft.ts'

/** The manifest but for its format, which `renderManifest` knows. */
export type Content = Omit<Manifest, 'format'>

interface Completing {
  /** Everything but the sealed half's own member: that is what the sealed half seals. */
  readonly content: Content
  readonly fingerprint: Fingerprint
  readonly sealer: Sealer
  readonly draft: TriedDraft
  readonly scratch: string
}

/** The sealed half, and a few words that a person can try to open. */
export async function storeSealedHalf(completing: Completing): Promise<Content> {
  const { content, fingerprint, sealer, draft, scratch } = completing
  const sealedHalf = await storeMember({
    name: 'fingerprint.json',
    content: await compressText(renderSealedHalf({ manifest: content, fingerprint })),
    seal: sealer.seal,
    sink: draft,
    partBytes: partBytesFor(0),
    parallel: 1,
    scratch,
  })
  const words = Readable.from([Buffer.from(keyCheckText(content.tag))])
  await draft.upload(keyCheckName, await buffer(sealer.seal(words)))
  return { ...content, members: [...content.members, sealedHalf] }
}

/** Checksums, commands, signature, and last the manifest: without it a release does not exist. */
export async function storeManifest(
  content: Content,
  draft: Draft,
  signer: Signer | undefined,
  now: Date,
): Promise<void> {
  const upload = (name: string, text: string) => draft.upload(name, Buffer.from(text))
  await upload(checksumsName, checksums(draft.assets().filter(({ name }) => name.endsWith('.gpg'))))
  await upload(restoreDocumentName, restoreDocument({ content, files: draft.assets() }))
  const manifest = renderManifest(content)
  if (signer !== undefined) {
    await upload(manifestSignatureName, await signer.signArmored(Buffer.from(manifest), now))
  }
  await upload(publicManifestName, manifest)
}

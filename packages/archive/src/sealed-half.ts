import { isDeepStrictEqual } from 'node:util'
import { Failure } from '@recovery-playbook/failure'
import { type Manifest, type Member, publicManifestName } from './manifest.ts'

/**
 * What is sealed as `fingerprint.json`: what the data was, and every field of the public manifest but
 * this member's own parts. Who can write to the store but does not hold the passphrase cannot forge it.
 */
export interface SealedHalf<Fingerprint> {
  readonly manifest: Omit<Manifest, 'format'>
  readonly fingerprint: Fingerprint
}

export const renderSealedHalf = (half: SealedHalf<unknown>): string => `${JSON.stringify(half)}\n`

export const parseSealedHalf = <Fingerprint>(text: string): SealedHalf<Fingerprint> =>
  JSON.parse(text) as SealedHalf<Fingerprint>

/**
 * @param half authenticated by then
 * @throws Failure MANIFEST_FORGED
 */
export function assertSealedHalf(manifest: Manifest, half: SealedHalf<unknown>): void {
  const { format: _, ...open } = manifest
  const other = (member: Member) => member.name !== 'fingerprint.json'
  const found: Record<string, unknown> = { ...open, members: open.members.filter(other) }
  const sealed: Record<string, unknown> = { ...half.manifest }
  const differing = [...new Set([...Object.keys(found), ...Object.keys(sealed)])].filter(
    (field) => !isDeepStrictEqual(found[field], sealed[field]),
  )
  if (differing.length === 0) return
  throw new Failure(
    'MANIFEST_FORGED',
    `${publicManifestName} of ${manifest.tag} was changed after it was made: ${differing.join(', ')} differ from the sealed half.`,
    {
      hint: 'Somebody or something wrote to this release. Trust an older recovery point, and find out who can write to the repository.',
    },
  )
}

import { isDeepStrictEqual } from 'node:util'
import { Failure } from '@recovery-playbook/failure'
import { z } from 'zod'
import { type Manifest, type Member, parseJson, publicManifestName } from './manifest.ts'

const hint =
  'Somebody or something wrote to this release. Trust an older recovery point, and find out who can write to the repository.'

/**
 * What is sealed as `fingerprint.json`: what the data was, and every field of the public manifest but
 * this member's own parts. Who can write to the store but does not hold the passphrase cannot forge it.
 */
export interface SealedHalf<Fingerprint> {
  readonly manifest: Omit<Manifest, 'format'>
  readonly fingerprint: Fingerprint
}

export const renderSealedHalf = (half: SealedHalf<unknown>): string => `${JSON.stringify(half)}\n`

const shape = z.object({ manifest: z.looseObject({}), fingerprint: z.looseObject({}) })

/**
 * @param text authenticated, but anything that was sealed with the same passphrase is
 * @throws Failure MANIFEST_FORGED
 */
export function parseSealedHalf(text: string, tag: string): SealedHalf<unknown> {
  const half = shape.safeParse(parseJson(text))
  if (half.success) return half.data as unknown as SealedHalf<unknown>
  throw new Failure(
    'MANIFEST_FORGED',
    `What ${publicManifestName} of ${tag} lists as its sealed half is none.`,
    { hint },
  )
}

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
    { hint },
  )
}

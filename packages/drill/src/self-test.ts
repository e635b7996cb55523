import type { Manifest, PartOpener } from '@recovery-playbook/archive'
import { Failure, type FailureCode } from '@recovery-playbook/failure'
import type { Release } from '@recovery-playbook/release-store'
import type { Tried } from '@recovery-playbook/postgres'
import { assertComplete, type RecoveryPoint } from './find-recovery-point.ts'
import type { Check } from './verdict.ts'

/** Opens the sealed half and every part of the dump, or throws. */
export type OpenPoint = (point: RecoveryPoint, opener?: PartOpener) => Promise<unknown>

interface Damage {
  readonly name: string
  readonly demanded: FailureCode
  readonly attempt: () => unknown
}

/**
 * Damages copies of a recovery point, and demands of the steps of a drill that each is refused for the
 * right reason: a prover that proves everything proves nothing.
 *
 * @param stranger holds nothing that opens it
 */
export async function tryDamages(
  point: RecoveryPoint,
  open: OpenPoint,
  stranger: PartOpener,
): Promise<Tried> {
  const found: string[] = []
  const missed: string[] = []
  for (const { name, demanded, attempt } of damagesOf(point, open, stranger)) {
    const code = await Promise.resolve()
      .then(attempt)
      .then(
        () => undefined,
        (error: unknown) => (error instanceof Failure ? error.code : undefined),
      )
    ;(code === demanded ? found : missed).push(name)
  }
  return { found, missed, untried: [] }
}

function damagesOf(point: RecoveryPoint, open: OpenPoint, stranger: PartOpener): Damage[] {
  const { manifest, release } = point
  const [first = '', second = ''] = manifest.members.flatMap(({ parts }) =>
    parts.map(({ name }) => name),
  )
  const withRelease = (changed: Partial<Release>): RecoveryPoint => ({
    ...point,
    release: { ...release, ...changed },
  })
  const swap = (name: string) => (name === first ? second : name === second ? first : name)
  return [
    {
      name: 'a flipped byte',
      demanded: 'PART_DAMAGED',
      attempt: () => open(withRelease(flipping(release, first))),
    },
    {
      name: 'a flipped byte with a forged digest',
      demanded: 'MANIFEST_FORGED',
      attempt: () => open({ ...point, manifest: withOtherDigest(manifest, first) }),
    },
    {
      name: 'a missing part',
      demanded: 'RECOVERY_POINT_INCOMPLETE',
      attempt: () => {
        const assets = release.assets.filter(({ name }) => name !== first)
        assertComplete(withRelease({ assets }))
      },
    },
    {
      name: 'two swapped parts',
      demanded: 'PART_DAMAGED',
      attempt: () =>
        open(withRelease({ receive: (name, take) => release.receive(swap(name), take) })),
    },
    { name: 'a wrong key', demanded: 'CANNOT_OPEN', attempt: () => open(point, stranger) },
  ]
}

/** One bit of the byte in the middle. */
function flipping(release: Release, damaged: string): Pick<Release, 'receive'> {
  const size = release.assets.find(({ name }) => name === damaged)?.bytes ?? 0
  const at = Math.floor(size / 2)
  return {
    receive: (name, take) =>
      release.receive(name, (bytes) => take(name === damaged ? flipped(bytes, at) : bytes)),
  }
}

async function* flipped(bytes: AsyncIterable<Uint8Array>, at: number) {
  let passed = 0
  for await (const piece of bytes) {
    const changed = Buffer.from(piece)
    const inside = at - passed
    if (inside >= 0 && inside < changed.length) changed[inside] = (changed[inside] ?? 0) ^ 1
    passed += piece.length
    yield changed
  }
}

const withOtherDigest = (manifest: Manifest, damaged: string): Manifest => ({
  ...manifest,
  members: manifest.members.map((member) => ({
    ...member,
    parts: member.parts.map((part) =>
      part.name === damaged ? { ...part, sha256: part.sha256.replace(/^./, flippedDigit) } : part,
    ),
  })),
})

const flippedDigit = (digit: string) => (digit === '0' ? '1' : '0')

/** @param tried all that was damaged, and whether it was found */
export function judgeSelfTest(tried: readonly Tried[]): Check {
  const all = (kind: keyof Tried) => tried.flatMap((one) => one[kind])
  const [found, missed, untried] = [all('found'), all('missed'), all('untried')]
  if (missed.length > 0) {
    return {
      name: 'self-test',
      state: 'FAILED',
      detail: `Not found, or for a wrong reason: ${missed.join(', ')}.`,
      hint: 'Believe no verdict of this version on this machine, and report it as a bug with this line.',
    }
  }
  const rest = untried.length === 0 ? '' : ` Not tried on this database: ${untried.join('; ')}.`
  return {
    name: 'self-test',
    state: 'PROVED',
    detail: `Each was found and named: ${found.join(', ')}.${rest}`,
  }
}

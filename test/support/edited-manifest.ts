import type { Manifest, Part } from '@recovery-playbook/archive'
import type { StoredRelease } from './stored-release.ts'

interface OpenManifest {
  readonly manifest: Manifest
  readonly part: (name: string) => Part
}

/** Rewrites the public manifest of a release, as whoever can write to the release may do. */
export async function editManifest(
  release: StoredRelease,
  edit: (open: OpenManifest) => unknown,
): Promise<void> {
  const manifest = JSON.parse((await release.read('manifest.json')).toString('utf8')) as Manifest
  const parts = manifest.members.flatMap((member) => member.parts)
  const part = (name: string) => {
    const found = parts.find((one) => one.name === name)
    if (found === undefined) throw new Error(`no ${name} in the manifest`)
    return found
  }
  edit({ manifest, part })
  await release.write('manifest.json', Buffer.from(JSON.stringify(manifest)))
}

/** Exchanges what two assets hold. */
export async function exchange(release: StoredRelease, one: string, other: string): Promise<void> {
  const [left, right] = [await release.read(one), await release.read(other)]
  await release.write(one, right)
  await release.write(other, left)
}

/** Exchanges what the manifest says of two parts, to match. */
export function exchangeMeasures(one: Part, other: Part): void {
  const { bytes, sha256 } = one
  Object.assign(one, { bytes: other.bytes, sha256: other.sha256 })
  Object.assign(other, { bytes, sha256 })
}

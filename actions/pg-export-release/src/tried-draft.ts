import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { assertAddressed, type Recipients, type Sealer } from '@recovery-playbook/encryption'
import { Failure } from '@recovery-playbook/failure'
import type { Asset, AssetContent, Draft } from '@recovery-playbook/release-store'

export type TriedDraft = Pick<Draft, 'upload'>

interface Trying {
  readonly draft: Draft
  readonly recipients: Recipients
  readonly sealer: Sealer
}

/**
 * Stores nothing that one of the recipients could not open, or that somebody else could: the packets of
 * each sealed file are read back before it leaves the runner. Once stored, it is downloaded again and
 * opened with the session key, which is still in memory: what is published has been opened.
 */
export const triedDraft = ({ draft, recipients, sealer }: Trying): TriedDraft => ({
  async upload(name, content) {
    await assertAddressed(await beginningOf(content), recipients, name)
    const asset = await draft.upload(name, content)
    await draft.receive(name, (bytes) => tryOpening(bytes, asset, sealer))
    return asset
  },
})

/** As many bytes as the packets of the recipients can have. */
const beginning = 64 * 1024

const beginningOf = async (content: AssetContent): Promise<Uint8Array> =>
  content instanceof Uint8Array
    ? content
    : buffer(createReadStream(content.path, { end: beginning - 1 }))

async function tryOpening(bytes: AsyncIterable<Uint8Array>, asset: Asset, { check }: Sealer) {
  const hash = createHash('sha256')
  async function* hashed() {
    for await (const piece of bytes) {
      hash.update(piece)
      yield piece
    }
  }
  await check(hashed(), asset.name)
  const sha256 = hash.digest('hex')
  if (sha256 === asset.sha256) return
  throw new Failure(
    'PART_DAMAGED',
    `${asset.name} came back with SHA-256 ${sha256}, and was stored with ${asset.sha256 ?? 'none'}.`,
    { hint: 'Nothing was published. See githubstatus.com, and start the job again.' },
  )
}

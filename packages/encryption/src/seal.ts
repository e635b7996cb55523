import { Readable } from 'node:stream'
import { createMessage, encrypt, encryptSessionKey, generateSessionKey } from 'openpgp'
import { format } from './format.ts'
import { assertUsablePassphrase } from './passphrase.ts'

export interface Sealer {
  /** One complete OpenPGP message around the given bytes. Memory does not grow with them. */
  readonly seal: (plain: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>
}

/**
 * A sealer whose messages share one fresh session key and one passphrase packet, so that the slow
 * passphrase derivation happens once per recovery point, and gpg asks a person once. Each message
 * still opens alone.
 */
export async function sealerFor(passphrase: string): Promise<Sealer> {
  assertUsablePassphrase(passphrase)
  const sessionKey = await generateSessionKey({ encryptionKeys: [], config: format })
  const keyPackets = await encryptSessionKey({
    ...sessionKey,
    passwords: passphrase,
    format: 'binary',
    config: format,
  })
  return {
    async *seal(plain) {
      yield keyPackets
      const message = await createMessage({ binary: webStream(plain), format: 'binary' })
      yield* await encrypt({ message, sessionKey, format: 'binary', config: format })
    },
  }
}

const webStream = (bytes: AsyncIterable<Uint8Array>) =>
  Readable.toWeb(Readable.from(bytes)) as ReadableStream<Uint8Array<ArrayBuffer>>

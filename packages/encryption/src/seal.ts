import { encryptSessionKey, generateSessionKey } from 'openpgp'
import { Failure } from '@recovery-playbook/failure'
import { inOnePiece } from './byte-reader.ts'
import { addressOf, noContent, readEnvelope } from './envelope.ts'
import { format } from './format.ts'
import { type Opener, openerWith } from './open.ts'
import type { Recipients } from './recipients.ts'
import { sealedPackets } from './sealed-packets.ts'

/** Opens again what it has sealed, with the session key that it still has in memory. */
export interface Sealer extends Opener {
  /** One complete OpenPGP message around the given bytes. Memory does not grow with them. */
  readonly seal: (plain: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>
}

/**
 * A sealer whose messages share one fresh session key and one packet per recipient, so that the slow
 * passphrase derivation happens once per recovery point, and gpg asks a person once. Each message
 * still opens alone.
 */
export async function sealerFor({ passphrase, keys, now }: Recipients): Promise<Sealer> {
  const sessionKey = await generateSessionKey({ encryptionKeys: [], config: format })
  const keyPackets = await encryptSessionKey({
    ...sessionKey,
    encryptionKeys: keys.map(({ key }) => key),
    encryptionKeyIDs: keys.map(({ encryptionKey }) => encryptionKey.getKeyID()),
    date: now,
    ...(passphrase === undefined ? {} : { passwords: passphrase }),
    format: 'binary',
    config: format,
  })
  const address = addressOf(await readEnvelope(inOnePiece(Buffer.concat([keyPackets, noContent]))))
  const own = { ...sessionKey, certain: true }
  return {
    ...openerWith(
      // Its recipients must find their packets as they were made, too.
      (envelope) => Promise.resolve(addressOf(envelope) === address ? [own] : []),
      (_, name) => notOurs(name),
    ),
    async *seal(plain) {
      yield keyPackets
      yield* sealedPackets(sessionKey.data, plain, now)
    },
  }
}

const notOurs = (name: string) =>
  new Failure('CANNOT_OPEN', `${name} is not what this run has sealed.`, {
    hint: 'Another run has written it: let one export at a time write to a recovery point.',
  })

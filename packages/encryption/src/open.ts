import { Failure, messageOf } from '@recovery-playbook/failure'
import {
  decrypt,
  decryptSessionKeys,
  enums,
  type MaybeStream,
  type Message,
  readMessage,
  type SessionKey,
} from 'openpgp'
import { format } from './format.ts'

export interface Opener {
  /**
   * The plaintext of one complete message, whole and only after its authentication.
   *
   * @param sealed a message whose digest has been checked: what fails to open is then not damage
   * @throws Failure CANNOT_OPEN
   */
  readonly open: (sealed: Uint8Array, name: string) => Promise<Uint8Array>
}

/** The session key is derived once for all messages that carry the same key packets. */
export function openerFor(passphrase: string): Opener {
  const known = new Map<string, Promise<SessionKey[]>>()

  async function unlock(message: Message<MaybeStream<Uint8Array>>): Promise<SessionKey[]> {
    const keys = await decryptSessionKeys({ message, passwords: passphrase, config: format })
    return keys.map(({ data, algorithm }) => ({ data, algorithm: algorithm ?? 'aes256' }))
  }

  async function open(sealed: Uint8Array): Promise<Uint8Array> {
    const message = await readMessage({ binaryMessage: sealed as Uint8Array<ArrayBuffer> })
    const keyPackets = message.packets.filterByTag(enums.packet.symEncryptedSessionKey)
    const fingerprint = Buffer.from(keyPackets.write()).toString('hex')
    const sessionKeys = known.get(fingerprint) ?? unlock(message)
    known.set(fingerprint, sessionKeys)
    const opened: { data: unknown } = await decrypt({
      message,
      sessionKeys: await sessionKeys,
      format: 'binary',
      config: format,
    })
    return opened.data as Uint8Array
  }

  return {
    open: (sealed, name) =>
      open(sealed).catch((cause: unknown) => {
        // A wrong passphrase may unlock a wrong session key and show only as a failed MDC.
        throw new Failure(
          'CANNOT_OPEN',
          `The passphrase does not open ${name}: ${messageOf(cause)}`,
          {
            hint: 'Its digest is right, so it is not damaged: give the passphrase that was in force when it was made.',
            cause,
          },
        )
      }),
  }
}

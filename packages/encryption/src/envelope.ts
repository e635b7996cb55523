import { createHash } from 'node:crypto'
import { enums } from 'openpgp'
import { type ByteReader, byteReader } from './byte-reader.ts'
import { nextPacket, type Packet } from './packet.ts'

/** What comes before the encrypted content of a message: readable by everybody. */
export interface Envelope {
  /** One packet per passphrase. */
  readonly passphrases: readonly PassphrasePacket[]
  /** One packet per public key. */
  readonly keys: readonly KeyPacket[]
  /** Encrypted content as SEIPD version 1, after the version. Not read yet. */
  readonly content: ByteReader
  /** What comes after the encrypted content: nothing, in a message that is whole. */
  readonly rest: ByteReader
}

export interface PassphrasePacket {
  /** Of the session key, or of what locks it; undefined for one that is not known. */
  readonly cipher: string | undefined
  readonly packet: Uint8Array
}

interface KeyPacket {
  /** Upper-case hexadecimal; zeros for a hidden recipient. */
  readonly keyId: string
  readonly packet: Uint8Array
}

/** Nobody is addressed in so many bytes; a hostile message could claim any number. */
const longest = 64 * 1024

const cipherNames = new Map(
  Object.entries(enums.symmetric).map(([name, code]): [unknown, string] => [code, name]),
)

/** SEIPD version 1 with nothing in it: key packets are read only as part of a message. */
export const noContent = Buffer.from([0xd2, 1, 1])

/** The key id of a recipient who wants to stay unknown. */
export const hidden = '0'.repeat(16)

/**
 * Reads the leading packets only, and no byte of the content.
 *
 * @throws Error for what is not an OpenPGP message that GnuPG 2.2 reads and that is protected against
 *   alteration
 */
export async function readEnvelope(sealed: AsyncIterable<Uint8Array>): Promise<Envelope> {
  const rest = byteReader(sealed)
  const passphrases: PassphrasePacket[] = []
  const keys: KeyPacket[] = []
  let total = 0
  for (;;) {
    const packet = await nextPacket(rest)
    if (packet === undefined) throw new Error('it holds nothing encrypted')
    if (isContent(packet)) {
      return { passphrases, keys, content: await version1(packet), rest }
    }
    const body = await small(packet)
    total += body.length
    if (total > longest) throw new Error('its recipients take more than 64 KiB')
    if (packet.tag === enums.packet.symEncryptedSessionKey) {
      passphrases.push({ cipher: cipherNames.get(body[1] ?? 0), packet: framed(packet, body) })
    }
    if (packet.tag === enums.packet.publicKeyEncryptedSessionKey) {
      keys.push({ keyId: addressee(body), packet: framed(packet, body) })
    }
  }
}

function isContent({ tag }: Packet): boolean {
  switch (tag) {
    case enums.packet.symEncryptedIntegrityProtectedData:
      return true
    case enums.packet.symEncryptedSessionKey:
    case enums.packet.publicKeyEncryptedSessionKey:
    case enums.packet.marker:
      return false
    case enums.packet.symmetricallyEncryptedData:
      throw new Error('it is not protected against alteration (no MDC)')
    case enums.packet.aeadEncryptedData:
      throw new Error('it is encrypted with AEAD, which GnuPG 2.2 cannot read')
    default:
      throw new Error(`it is no encrypted OpenPGP message (packet ${tag})`)
  }
}

async function version1({ body }: Packet): Promise<ByteReader> {
  const content = byteReader(body)
  const [version] = await content.take(1)
  if (version === 1) return content
  throw new Error(`it is encrypted as SEIPD version ${version}, which GnuPG 2.2 cannot read`)
}

async function small({ body }: Packet): Promise<Uint8Array> {
  return byteReader(body).take(longest + 1)
}

/** RFC 9580, 5.1.1: version 3, then the eight bytes of the key id. */
function addressee(body: Uint8Array): string {
  if (body[0] !== 3) throw new Error(`a recipient's packet has version ${body[0]}`)
  return Buffer.from(body.subarray(1, 9)).toString('hex').toUpperCase()
}

function framed({ tag }: Packet, body: Uint8Array): Uint8Array {
  const header = Buffer.from([0xc0 | tag, 0xff, 0, 0, 0, 0])
  header.writeUInt32BE(body.length, 2)
  return Buffer.concat([header, body])
}

/** The same for all messages that the same recipients open with the same session key. */
export function addressOf({ keys, passphrases }: Envelope): string {
  const hash = createHash('sha256')
  for (const { packet } of [...keys, ...passphrases]) hash.update(packet)
  return hash.digest('hex')
}

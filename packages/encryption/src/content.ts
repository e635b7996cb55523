import { createDecipheriv, createHash } from 'node:crypto'
import type { SessionKey } from 'openpgp'
import { type ByteReader, byteReader, drain } from './byte-reader.ts'
import { literalContent } from './literal.ts'
import { unreadable } from './refusals.ts'

/** AES block, two bytes of it repeated: what SEIPD version 1 begins with. */
export const prefixBytes = 18

/** The MDC packet: two bytes of header, then SHA-1 over all before it and them. */
const mdcBytes = 22

/**
 * Whether the session key opens what begins so: a wrong one passes once in 65,536 times. Only for
 * telling a wrong passphrase from damage; authentication is the MDC's.
 */
export function fits(key: SessionKey, prefix: Uint8Array): boolean {
  if (prefix.length < prefixBytes || key.data.length * 8 !== bitsOf(key)) return false
  const plain = decipherFor(key).update(prefix)
  return plain[14] === plain[16] && plain[15] === plain[17]
}

/**
 * The plaintext of SEIPD version 1 (RFC 9580, 5.13.1), in pieces and flat memory. Nothing that it gives
 * is authentic before it has ended without an error.
 *
 * OpenPGP.js does this whole, in memory, or as a stream that never settles when an altered byte makes
 * the packet inside unreadable: it waits for a reader of that packet that will not come.
 *
 * @param content what follows `prefix`
 * @throws Error for content that was altered or cut; Failure CANNOT_OPEN for authentic content of a kind
 *   that is not read
 */
export async function* openContent(
  key: SessionKey,
  prefix: Uint8Array,
  content: ByteReader,
  name: string,
): AsyncGenerator<Uint8Array> {
  const state = { authentic: false }
  const packets = byteReader(decrypted(key, prefix, content, state))
  await packets.take(prefixBytes)
  try {
    yield* literalContent(packets)
  } catch (cause) {
    // What was altered is called so, whatever the alteration made of it.
    await drain(packets)
    throw state.authentic ? unreadable(name, cause) : cause
  }
  await drain(packets)
  // A decompressor may stop before the end of what it is given.
  if (!state.authentic) throw new Error('it was not read to its end')
}

async function* decrypted(
  key: SessionKey,
  prefix: Uint8Array,
  content: ByteReader,
  state: { authentic: boolean },
): AsyncGenerator<Uint8Array> {
  const decipher = decipherFor(key)
  const hash = createHash('sha1')
  let held = Buffer.alloc(0)
  for (let piece = prefix; piece.length > 0; piece = await content.next(Infinity)) {
    const plain = decipher.update(piece)
    if (plain.length < mdcBytes) {
      held = Buffer.concat([held, plain])
    } else {
      if (held.length > 0) yield hashed(held)
      held = plain
    }
    const known = held.subarray(0, Math.max(0, held.length - mdcBytes))
    held = held.subarray(known.length)
    if (known.length > 0) yield hashed(known)
  }
  const digest = hash.update(held.subarray(0, 2)).digest()
  if (held.length < mdcBytes || !Buffer.concat([Buffer.from([0xd3, 0x14]), digest]).equals(held)) {
    throw new Error('it was altered, or is cut short')
  }
  state.authentic = true

  function hashed(piece: Buffer): Buffer {
    hash.update(piece)
    return piece
  }
}

/** The prefix is what other modes of CFB call the initialisation vector, which here is zero. */
const decipherFor = ({ algorithm, data }: SessionKey) =>
  createDecipheriv(`aes-${bitsOf({ algorithm })}-cfb`, data, Buffer.alloc(16))

const bitsOf = ({ algorithm }: Pick<SessionKey, 'algorithm'>) =>
  Number(algorithm.slice('aes'.length))

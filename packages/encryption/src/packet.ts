import type { enums } from 'openpgp'
import { type ByteReader, pieces } from './byte-reader.ts'

/** An OpenPGP packet whose body is read as it comes. */
export interface Packet {
  /** Its type; may be one that has no name. */
  readonly tag: enums.packet
  /** Must be read to its end before the next packet. */
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * The next packet of a stream (RFC 9580, 4.2): old and new format, partial and indeterminate lengths.
 *
 * @returns undefined where the stream ends
 * @throws Error for what is no packet
 */
export async function nextPacket(reader: ByteReader): Promise<Packet | undefined> {
  const [header] = await reader.take(1)
  if (header === undefined) return undefined
  if ((header & 0x80) === 0) throw new Error('not an OpenPGP packet')
  const old = (header & 0x40) === 0
  const tag: unknown = old ? (header >> 2) & 0x0f : header & 0x3f
  return { tag: tag as enums.packet, body: old ? oldBody(reader, header & 3) : newBody(reader) }
}

async function* oldBody(reader: ByteReader, lengthType: number): AsyncGenerator<Uint8Array> {
  // Indeterminate: gpg writes compressed packets so, to the end of what they are in.
  if (lengthType === 3) yield* pieces(reader)
  else yield* exactly(reader, await integer(reader, 1 << lengthType))
}

async function* newBody(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (;;) {
    const first = await integer(reader, 1)
    if (first >= 224 && first < 255) {
      yield* exactly(reader, 2 ** (first & 0x1f))
      continue
    }
    const length =
      first < 192
        ? first
        : first < 224
          ? ((first - 192) << 8) + (await integer(reader, 1)) + 192
          : await integer(reader, 4)
    yield* exactly(reader, length)
    return
  }
}

async function* exactly(reader: ByteReader, length: number): AsyncGenerator<Uint8Array> {
  for (let missing = length; missing > 0;) {
    const piece = await reader.next(missing)
    if (piece.length === 0) throw new Error('it ends within a packet')
    yield piece
    missing -= piece.length
  }
}

async function integer(reader: ByteReader, bytes: number): Promise<number> {
  const taken = await reader.take(bytes)
  if (taken.length < bytes) throw new Error('it ends within a packet')
  return Buffer.from(taken).readUIntBE(0, bytes)
}

import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { enums } from 'openpgp'

/** Of a packet whose length nobody knows yet, each piece but the last: 2 to this power, 64 KiB. */
const power = 16

/**
 * The encrypted half of a message: SEIPD version 1 (RFC 9580, 5.13.1) around one packet of literal data,
 * in pieces and flat memory.
 *
 * OpenPGP.js does the same with streams that take a third more time, of which an export has little to spare.
 *
 * @param key of AES-256
 * @param date of the literal data
 */
export const sealedPackets = (
  key: Uint8Array,
  plain: AsyncIterable<Uint8Array>,
  date: Date,
): AsyncGenerator<Uint8Array> =>
  packet(
    enums.packet.symEncryptedIntegrityProtectedData,
    encrypted(key, packet(enums.packet.literalData, literal(plain, date))),
  )

/** Binary, without a file's name, of this second (RFC 9580, 5.9). */
async function* literal(plain: AsyncIterable<Uint8Array>, date: Date) {
  const head = Buffer.from([enums.literal.binary, 0, 0, 0, 0, 0])
  head.writeUInt32BE(Math.floor(date.getTime() / 1000), 2)
  yield head
  yield* plain
}

/** Version, random prefix with its last two bytes repeated, packets, and the MDC over all of them. */
async function* encrypted(key: Uint8Array, packets: AsyncIterable<Uint8Array>) {
  const cipher = createCipheriv('aes-256-cfb', key, Buffer.alloc(16))
  const hash = createHash('sha1')
  const sealed = (bytes: Uint8Array) => {
    hash.update(bytes)
    return cipher.update(bytes)
  }
  yield Uint8Array.of(1)
  const random = randomBytes(16)
  yield sealed(Buffer.concat([random, random.subarray(14)]))
  for await (const piece of packets) yield sealed(piece)
  yield sealed(Uint8Array.of(0xd3, 0x14))
  yield cipher.update(hash.digest())
}

/** A packet with partial body lengths (RFC 9580, 4.2.1.4): the last length says how much is left. */
async function* packet(tag: number, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(0xc0 | tag)
  let full: Buffer | undefined
  for await (const piece of evenly(body)) {
    if (full !== undefined) {
      yield Uint8Array.of(0xe0 | power)
      yield full
    }
    full = piece
  }
  const last = full ?? Buffer.alloc(0)
  const length = Buffer.from([0xff, 0, 0, 0, 0])
  length.writeUInt32BE(last.length, 1)
  yield length
  yield last
}

/** The same bytes in pieces of one size; the last may be shorter. */
async function* evenly(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const size = 2 ** power
  let piece = Buffer.allocUnsafe(size)
  let filled = 0
  for await (const some of bytes) {
    for (let at = 0; at < some.length;) {
      const taken = some.subarray(at, at + size - filled)
      piece.set(taken, filled)
      filled += taken.length
      at += taken.length
      if (filled === size) {
        yield piece
        piece = Buffer.allocUnsafe(size)
        filled = 0
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}

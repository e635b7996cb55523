import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { recipientsOf, sealerFor } from '../src/index.ts'

export const newPassphrase = (): string => randomBytes(24).toString('base64')

export const pieces = (...parts: Uint8Array[]): AsyncIterable<Uint8Array> => Readable.from(parts)

export async function whole(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of stream) all.push(piece)
  return Buffer.concat(all)
}

export async function sealedFor(
  whom: { readonly passphrase?: string; readonly publicKeys?: string },
  plain: Uint8Array | string,
): Promise<Buffer> {
  const { seal } = await sealerFor(await recipientsOf(whom, new Date()))
  return whole(seal(pieces(Buffer.from(plain))))
}

/** Every way to change one byte, cut and lengthen, at the first, the last and some offsets between. */
export function* tamperings(sealed: Buffer, step = 1): Generator<[string, Buffer]> {
  for (let offset = 0; offset < sealed.length; offset += step) {
    const flipped = Buffer.from(sealed)
    flipped[offset] = (flipped[offset] ?? 0) ^ (1 << (offset % 8))
    yield [`bit ${offset % 8} of byte ${offset} flipped`, flipped]
    yield [`cut to ${offset} bytes`, sealed.subarray(0, offset)]
  }
  for (const more of [Buffer.from([0]), Buffer.from([0xd2, 0]), sealed]) {
    yield [`${more.length} bytes appended`, Buffer.concat([sealed, more])]
  }
}

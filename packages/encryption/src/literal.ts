import { pipeline, Readable } from 'node:stream'
import { createInflate, createInflateRaw } from 'node:zlib'
import { enums } from 'openpgp'
import { type ByteReader, byteReader, drain, pieces } from './byte-reader.ts'
import { nextPacket } from './packet.ts'

/**
 * What was sealed, out of the packets around it: literal data, perhaps compressed once (gpg does), and
 * perhaps with inline signatures, which are not looked at.
 *
 * @throws Error for anything else
 */
export async function* literalContent(
  packets: ByteReader,
  compressed = false,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const packet = await nextPacket(packets)
    switch (packet?.tag) {
      case enums.packet.literalData:
        yield* withoutHeader(byteReader(packet.body))
        return
      case enums.packet.compressedData: {
        if (compressed) throw new Error('it is compressed twice')
        const inflated = byteReader(await inflate(byteReader(packet.body)))
        yield* literalContent(inflated, true)
        await drain(inflated)
        return
      }
      case enums.packet.marker:
      case enums.packet.onePassSignature:
        await drain(byteReader(packet.body))
        continue
      default:
        throw new Error(`it holds ${packet === undefined ? 'nothing' : `packet ${packet.tag}`}`)
    }
  }
}

/** Before the data: format, length of a file name, the name, four bytes of date. */
async function* withoutHeader(body: ByteReader): AsyncGenerator<Uint8Array> {
  const [, nameLength] = await body.take(2)
  if (nameLength === undefined) throw new Error('its data has no header')
  const { length } = await body.take(nameLength + 4)
  if (length < nameLength + 4) throw new Error('its data has no header')
  yield* pieces(body)
}

async function inflate(body: ByteReader): Promise<AsyncIterable<Uint8Array>> {
  const [algorithm] = await body.take(1)
  switch (algorithm) {
    case enums.compression.uncompressed:
      return pieces(body)
    case enums.compression.zip:
    case enums.compression.zlib: {
      const inflating = algorithm === enums.compression.zip ? createInflateRaw() : createInflate()
      // Whatever goes wrong before the decompressor destroys it, and so reaches its reader.
      return pipeline(Readable.from(pieces(body)), inflating, () => undefined)
    }
    default:
      throw new Error('it is compressed in another way than ZIP and ZLIB')
  }
}

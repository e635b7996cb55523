import { crc32, deflateSync, inflateSync } from 'node:zlib'

const signatureBytes = 8
const mostColours = 256

/** The same picture with a palette: a page of text has few colours. Takes what Chromium writes: 8 bits, RGB or RGBA. */
export function smallerPng(png: Buffer): Buffer {
  const chunks = chunksOf(png)
  const header = Buffer.from(chunks.find(({ type }) => type === 'IHDR')?.content ?? [])
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const channels = header[9] === 6 ? 4 : 3
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content)
  const pixels = unfiltered(inflateSync(Buffer.concat(packed)), width * channels, height, channels)
  const { palette, indices } = indexed(pixels, channels)
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.of(0), indices.subarray(y * width, (y + 1) * width)]),
  )
  // 8 bits for each pixel, of a palette.
  header.set([8, 3], 8)
  return Buffer.concat([
    png.subarray(0, signatureBytes),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunksOf(png: Buffer) {
  const chunks: { type: string; content: Buffer }[] = []
  for (let at = signatureBytes; at < png.length;) {
    const end = at + 8 + png.readUInt32BE(at)
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      content: png.subarray(at + 8, end),
    })
    at = end + 4
  }
  return chunks
}

/** Each row begins with the number of what was subtracted: w3.org/TR/png-3, section 9. */
function unfiltered(raw: Buffer, stride: number, height: number, channels: number): Buffer {
  const out = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x
      const left = x < channels ? 0 : (out[at - channels] ?? 0)
      const up = y === 0 ? 0 : (out[at - stride] ?? 0)
      const corner = x < channels || y === 0 ? 0 : (out[at - stride - channels] ?? 0)
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
      out[at] = (raw[y * (stride + 1) + 1 + x] ?? 0) + guess
    }
  }
  return out
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs)
  if (a === undefined || b === undefined || c === undefined) return 0
  return a <= b && a <= c ? left : b <= c ? up : corner
}

/** Where there are too many colours, the lowest bits that tell them apart go. */
function indexed(pixels: Buffer, channels: number): { palette: Buffer; indices: Buffer } {
  for (let dropped = 0; ; dropped += 1) {
    const colours = new Map<number, number>()
    const first: number[] = []
    const indices = Buffer.alloc(pixels.length / channels)
    for (let at = 0; at < pixels.length && colours.size <= mostColours; at += channels) {
      const [r = 0, g = 0, b = 0] = pixels.subarray(at, at + 3)
      const key = ((r >> dropped) << 16) | ((g >> dropped) << 8) | (b >> dropped)
      const known = colours.get(key)
      if (known === undefined) first.push(r, g, b)
      if (known === undefined) colours.set(key, colours.size)
      indices[at / channels] = known ?? colours.size - 1
    }
    if (colours.size <= mostColours) return { palette: Buffer.from(first), indices }
  }
}

function chunk(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

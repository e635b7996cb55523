/** Pieces of a byte stream, by number of bytes rather than as they happen to come. */
export interface ByteReader {
  /** Exactly this many bytes, fewer only where the stream ends. */
  readonly take: (bytes: number) => Promise<Uint8Array>
  /** What is at hand, at most this many bytes; empty only where the stream ends. */
  readonly next: (atMost: number) => Promise<Uint8Array>
  /** Stops whatever feeds it. */
  readonly close: () => Promise<void>
}

export function byteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]()
  let held: Uint8Array = new Uint8Array()

  async function next(atMost: number): Promise<Uint8Array> {
    while (held.length === 0) {
      const result = await iterator.next()
      if (result.done === true) return held
      held = result.value
    }
    const piece = held.subarray(0, atMost)
    held = held.subarray(piece.length)
    return piece
  }

  async function take(bytes: number): Promise<Uint8Array> {
    const first = await next(bytes)
    if (first.length === bytes || first.length === 0) return first
    const taken = [first]
    for (let missing = bytes - first.length; missing > 0;) {
      const piece = await next(missing)
      if (piece.length === 0) break
      taken.push(piece)
      missing -= piece.length
    }
    return Buffer.concat(taken)
  }

  return {
    next,
    take,
    close: async () => {
      await iterator.return?.()
    },
  }
}

/** All that is left, as it comes. */
export async function* pieces(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = await reader.next(Infinity)
    if (piece.length === 0) return
    yield piece
  }
}

export async function drain(reader: ByteReader): Promise<void> {
  while ((await reader.next(Infinity)).length > 0);
}

// eslint-disable-next-line @typescript-eslint/require-await -- one piece is a stream, too
export async function* inOnePiece(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece
}

/**
 * Cuts a stream of bytes into streams of `size` bytes; the last one may be shorter. The next part
 * begins when the one before it has been read to its end. An empty stream gives one empty part.
 */
export async function* split(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<AsyncIterable<Uint8Array>> {
  const source = bytes[Symbol.asyncIterator]()
  let rest: Uint8Array | undefined
  try {
    rest = await next()
    do {
      yield part()
    } while (rest !== undefined)
  } finally {
    // Whoever stops reading parts ends what makes the bytes.
    await source.return?.()
  }

  async function* part(): AsyncGenerator<Uint8Array> {
    let room = size
    while (rest !== undefined && room > 0) {
      const piece = rest.subarray(0, room)
      room -= piece.length
      rest = piece.length < rest.length ? rest.subarray(piece.length) : undefined
      yield piece
      rest ??= await next()
    }
  }

  async function next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const step = (await source.next()) as IteratorResult<Uint8Array, undefined>
      if (step.done === true) return undefined
      if (step.value.length > 0) return step.value
    }
  }
}

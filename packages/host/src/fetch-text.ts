/** Bytes: whoever answers with more is not asked for more. */
const most = 256 * 1024

/** @throws Error when there is no answer in time, or another than 2xx, or too long a one */
export async function fetchText(
  url: string,
  milliseconds: number,
  stopped?: AbortSignal,
): Promise<string> {
  const ends = [AbortSignal.timeout(milliseconds), ...(stopped === undefined ? [] : [stopped])]
  const response = await fetch(url, { signal: AbortSignal.any(ends) })
  if (!response.ok) {
    await response.body?.cancel()
    throw new Error(`it answered with ${response.status}`)
  }
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += piece.byteLength
    if (bytes > most) throw new Error('its answer is too long')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

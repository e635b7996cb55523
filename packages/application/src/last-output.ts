import type { Readable } from 'node:stream'
import { masked } from './sandbox.ts'

/** Characters kept of what a program prints. */
const kept = 64 * 1024

/** Reads a stream as fast as it comes, and gives the last of it, secrets masked. */
export function lastOf(stream: Readable, secrets: readonly string[]): () => string {
  const longest = Math.max(0, ...secrets.map(({ length }) => length))
  let text = ''
  stream.setEncoding('utf8').on('data', (piece: string) => {
    // So much more that no secret is cut where the kept part begins.
    text = (text + piece).slice(-(kept + longest))
  })
  return () => masked(text, secrets).slice(-kept)
}

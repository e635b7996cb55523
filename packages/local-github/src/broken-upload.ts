import { once } from 'node:events'
import { Readable } from 'node:stream'
import { slowed } from './broken-answer.ts'
import type { Fault } from './faults.ts'

/** An upload's body that a `hang` or `cut` stops after so many bytes, or that is read slowly. */
export function stoppedContent(content: Readable, fault: Fault | undefined): Readable {
  if (fault?.kind === 'slow') return content.pipe(slowed(fault.bytesPerSecond))
  if (fault?.kind !== 'hang' && fault?.kind !== 'cut') return content
  if (fault.applied === true || fault.afterBytes === undefined) return content
  return Readable.from(upTo(fault.afterBytes, content, fault.kind), { objectMode: false })
}

/** Reads nothing before somebody wants it, so that the upload is known when it stops. */
async function* upTo(limit: number, content: Readable, kind: 'hang' | 'cut') {
  let rest = limit
  for await (const chunk of content as AsyncIterable<Buffer>) {
    yield chunk.subarray(0, rest)
    rest -= chunk.length
    if (rest > 0) continue
    // Destroyed, a request takes its connection along.
    if (kind === 'cut') content.destroy()
    else await once(content, 'close')
    throw new Error(`the upload was stopped after ${limit} bytes`)
  }
}

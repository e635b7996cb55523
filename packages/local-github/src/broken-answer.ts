import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { Duplex, Transform } from 'node:stream'
import type { Fault } from './faults.ts'

/** What an answer's body passes through on its way to a client that is to be let down. */
export function altering(fault: Fault, response: ServerResponse): Duplex[] {
  const at = fault.afterBytes ?? 0
  switch (fault.kind) {
    case 'cut':
      return [
        throughUntil(at, () => {
          closeWhenSent(response)
        }),
      ]
    case 'hang':
      return [throughUntil(at, () => undefined)]
    case 'short':
      return [firstBytes(at)]
    case 'slow':
      return [slowed(fault.bytesPerSecond)]
    case 'damage':
      return [flipped(at)]
    default:
      return []
  }
}

function closeWhenSent(response: ServerResponse): void {
  setImmediate(() => {
    if ((response.socket?.writableLength ?? 0) > 0) closeWhenSent(response)
    else response.destroy()
  })
}

/** Lets so many bytes through, then calls `stop` and takes nothing more: backpressure does the rest. */
function throughUntil(limit: number, stop: () => void): Transform {
  let passed = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const rest = limit - passed
      passed += chunk.length
      if (passed < limit) {
        done(null, chunk)
        return
      }
      this.push(chunk.subarray(0, rest))
      stop()
    },
  })
}

/** Twenty pieces a second. */
export function slowed(bytesPerSecond = 65_536): Duplex {
  const piece = Math.max(1, Math.ceil(bytesPerSecond / 20))
  const slowly = async function* (content: AsyncIterable<Buffer>) {
    for await (const chunk of content) {
      for (let at = 0; at < chunk.length; at += piece) {
        const part = chunk.subarray(at, at + piece)
        yield part
        await wait((1000 * part.length) / bytesPerSecond)
      }
    }
  }
  return Duplex.from(slowly)
}

function firstBytes(limit: number): Transform {
  let passed = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const kept = chunk.subarray(0, Math.max(0, limit - passed))
      passed += chunk.length
      done(null, kept)
    },
  })
}

function flipped(at: number): Transform {
  let passed = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const index = at - passed
      passed += chunk.length
      if (index < 0 || index >= chunk.length) {
        done(null, chunk)
        return
      }
      const damaged = Buffer.from(chunk)
      damaged.writeUInt8(damaged.readUInt8(index) ^ 1, index)
      done(null, damaged)
    },
  })
}

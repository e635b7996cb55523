import { setTimeout as wait } from 'node:timers/promises'
import { Readable, Transform } from 'node:stream'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Answer } from './exchange.ts'
import type { Headers } from './errors.ts'
import type { Fault } from './faults.ts'

/** Lets a request wait, or answers or breaks it before it takes effect; true when it is done with. */
export async function failBefore(
  fault: Fault | undefined,
  response: ServerResponse,
): Promise<boolean> {
  if (fault?.kind === 'delay') await wait(fault.delayMs ?? 1000)
  if (fault === undefined || fault.applied === true) return false
  if (fault.kind === 'status') {
    response.req.resume()
    await transmit(response, statusAnswer(fault), undefined)
    return true
  }
  if (fault.afterBytes !== undefined) return false
  if (fault.kind === 'cut') response.destroy()
  return fault.kind === 'cut' || fault.kind === 'hang'
}

/** An upload's body that a `hang` or `cut` stops after so many bytes. */
export function stoppedContent(content: Readable, fault: Fault | undefined): Readable {
  const stops = fault?.kind === 'hang' || fault?.kind === 'cut'
  if (!stops || fault.applied === true || fault.afterBytes === undefined) return content
  const stopped = content.pipe(
    throughUntil(fault.afterBytes, () => {
      if (fault.kind === 'cut') content.destroy()
    }),
  )
  content.once('close', () => {
    if (!content.readableEnded) stopped.destroy(new Error('the upload ended early'))
  })
  return stopped
}

/** Sends an answer, whole or as the fault wants it. */
export async function transmit(
  response: ServerResponse,
  given: Answer,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'status') return transmit(response, statusAnswer(fault), undefined)
  const { body, headers, status } = sendable(given)
  const broken = fault?.kind === 'hang' || fault?.kind === 'cut'
  if (broken && fault.afterBytes === undefined) {
    if (fault.kind === 'cut') response.destroy()
    return
  }
  response.writeHead(status, { ...headers, ...shortened(headers, fault), ...fault?.headers })
  if (response.req.method === 'HEAD') body.destroy()
  if (response.req.method === 'HEAD' || fault === undefined) {
    return deliver(response.req.method === 'HEAD' ? Readable.from([]) : body, [], response)
  }
  await deliver(body, altering(fault, response), response)
}

async function deliver(
  body: Readable,
  altered: Transform[],
  response: ServerResponse,
): Promise<void> {
  // The client may go away at any time; that is its right, and no failure of this server.
  await pipeline([body, ...altered, response]).catch(() => undefined)
}

function altering(fault: Fault, response: ServerResponse): Transform[] {
  const at = fault.afterBytes ?? 0
  switch (fault.kind) {
    case 'cut':
      return [throughUntil(at, () => setImmediate(() => response.destroy()))]
    case 'hang':
      return [throughUntil(at, () => undefined)]
    case 'short':
      return [firstBytes(at)]
    case 'damage':
      return [flipped(at)]
    default:
      return []
  }
}

function sendable({ status, headers = {}, body, stream }: Answer) {
  if (stream !== undefined) return { status, headers, body: stream }
  if (body === undefined) return { status, headers, body: Readable.from([]) }
  const content = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const typed: Headers = {
    'content-type':
      typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
    'content-length': String(content.length),
    ...headers,
  }
  return { status, headers: typed, body: Readable.from([content], { objectMode: false }) }
}

const statusAnswer = ({ status = 500, headers = {}, body }: Fault): Answer => ({
  status,
  headers,
  body: body ?? { message: 'Server Error' },
})

function shortened(headers: Headers, fault: Fault | undefined): Headers {
  const length = headers['content-length']
  if (fault?.kind !== 'short' || length === undefined) return {}
  return { 'content-length': String(Math.min(Number(length), fault.afterBytes ?? 0)) }
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

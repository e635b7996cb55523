import { setTimeout as wait } from 'node:timers/promises'
import { Readable } from 'node:stream'
import type { Duplex } from 'node:stream'
import type { ServerResponse } from 'node:http'
import { finished, pipeline } from 'node:stream/promises'
import { altering } from './broken-answer.ts'
import type { Answer } from './exchange.ts'
import type { Headers } from './errors.ts'
import type { Fault } from './faults.ts'

/** Tells whoever counts answers that one is on its way. */
export type Answered = (status: number) => void

/** Lets a request wait, or answers or breaks it before it takes effect; true when it is done with. */
export async function failBefore(
  fault: Fault | undefined,
  response: ServerResponse,
  answered: Answered,
): Promise<boolean> {
  if (fault?.kind === 'delay') await wait(fault.delayMs ?? 1000)
  if (fault === undefined || fault.applied === true) return false
  if (fault.kind === 'status') {
    await drained(response.req)
    await transmit(response, statusAnswer(fault), undefined, answered)
    return true
  }
  if (fault.afterBytes !== undefined) return false
  if (fault.kind === 'cut') response.destroy()
  return fault.kind === 'cut' || fault.kind === 'hang'
}

/** Sends an answer, whole or as the fault wants it. */
export async function transmit(
  response: ServerResponse,
  given: Answer,
  fault: Fault | undefined,
  answered: Answered,
): Promise<void> {
  if (response.destroyed) return
  if (fault?.kind === 'status') {
    return transmit(response, statusAnswer(fault), undefined, answered)
  }
  const { body, headers, status } = sendable(given)
  const stops = fault?.kind === 'hang' || fault?.kind === 'cut'
  if (stops && fault.afterBytes === undefined) {
    if (fault.kind === 'cut') response.destroy()
    return
  }
  answered(status)
  response.writeHead(status, { ...headers, ...shortened(headers, fault), ...fault?.headers })
  if (response.req.method === 'HEAD') {
    body.destroy()
    response.end()
    return
  }
  await deliver(body, fault === undefined ? [] : altering(fault, response), response)
}

/** Reads what the client still sends: else it would see a reset instead of the answer. */
export async function drained(content: Readable): Promise<void> {
  if (content.destroyed || content.readableEnded) return
  content.resume()
  await finished(content).catch(() => undefined)
}

async function deliver(body: Readable, altered: Duplex[], response: ServerResponse): Promise<void> {
  // The client may go away at any time; that is its right, and no failure of this server.
  await pipeline([body, ...altered, response]).catch(() => undefined)
}

function sendable({ status, headers = {}, body, stream }: Answer) {
  if (stream !== undefined) return { status, headers, body: stream }
  if (body === undefined) return { status, headers, body: Readable.from([]) }
  const [content, type] = encoded(body)
  const typed = { 'content-type': type, 'content-length': String(content.length), ...headers }
  return { status, headers: typed, body: Readable.from([content], { objectMode: false }) }
}

function encoded(body: unknown): readonly [Buffer, string] {
  if (Buffer.isBuffer(body)) return [body, 'application/octet-stream']
  if (typeof body === 'string') return [Buffer.from(body), 'text/html; charset=utf-8']
  return [Buffer.from(JSON.stringify(body)), 'application/json; charset=utf-8']
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

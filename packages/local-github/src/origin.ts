import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { stoppedContent } from './broken-upload.ts'
import { Refusal } from './errors.ts'
import type { Answer, Arrival, Origin } from './exchange.ts'
import type { FaultBoard } from './faults.ts'
import type { Recorder } from './recorder.ts'
import { failBefore, transmit } from './transmission.ts'

export interface Watch {
  readonly faults: FaultBoard
  readonly recorder: Recorder
}

type Respond = (arrival: Arrival) => Promise<Answer>

export interface OpenOrigin {
  readonly url: string
  /** To be called once, when all addresses are known. */
  serve(respond: Respond): void
  close(): Promise<void>
}

/** One of the three origins: a port of 127.0.0.1 that answers, records and fails as armed. */
export async function openOrigin(origin: Origin, watch: Watch): Promise<OpenOrigin> {
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 })
  const port = await listening(server)
  return {
    url: `http://127.0.0.1:${port}`,
    serve: (respond) => {
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        serve(origin, watch, respond, request, response).catch(() => {
          response.destroy()
        })
      })
    },
    close: () => closed(server),
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}

async function serve(
  origin: Origin,
  { faults, recorder }: Watch,
  respond: Respond,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const {
    pathname: path,
    search,
    searchParams: query,
  } = new URL(`http://local${request.url ?? '/'}`)
  const { method = 'GET', headers } = request
  // The control panel cannot fail: whoever armed a fault for everything must be able to disarm it.
  const fault = path.startsWith('/_local/')
    ? undefined
    : faults.meet({ origin, method, path, search })
  const answered = recorder.record({
    origin,
    method,
    path,
    query: search,
    authorized: headers.authorization !== undefined,
    userAgent: headers['user-agent'] ?? '',
    ...(fault === undefined ? {} : { fault: fault.kind }),
  })
  if (await failBefore(fault, response, answered)) return
  const content = origin === 'upload' ? stoppedContent(request, fault) : request
  const arrival = { origin, method, path, query, headers, content, fault }
  const given = await respond(arrival).catch(refused)
  await transmit(response, given, fault, answered)
}

function refused(error: unknown): Answer {
  if (error instanceof Refusal) {
    return { status: error.status, body: error.body, headers: error.headers }
  }
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { status: 500, body: { message: 'Server Error', cause, status: '500' } }
}

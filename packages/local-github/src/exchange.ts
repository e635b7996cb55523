import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Addresses } from './addresses.ts'
import type { Headers } from './errors.ts'
import type { Fault } from './faults.ts'
import type { Repository } from './repository.ts'
import type { Token } from './tokens.ts'

export type Origin = 'api' | 'upload' | 'asset'

/** A request as it arrived at one of the three origins. */
export interface Arrival {
  readonly origin: Origin
  readonly method: string
  /** Undecoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** Read once, as a stream; a fault may stop it before its end. */
  readonly content: Readable
  /** The fault that this request met, when the room that serves it has to act on it. */
  readonly fault: Fault | undefined
}

/** A request for a repository, by somebody who may make it. */
export interface Call extends Arrival {
  /** The path's variables, decoded. */
  readonly variables: Readonly<Record<string, string>>
  readonly repository: Repository
  readonly token: Token | undefined
  readonly addresses: Addresses
  readonly now: () => Date
}

export interface Answer {
  readonly status: number
  readonly headers?: Headers
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, instead of `body`; its length belongs in `headers`. */
  readonly stream?: Readable
}

export const answer = (status: number, body: unknown, headers: Headers = {}): Answer => ({
  status,
  body,
  headers,
})

export const noContent: Answer = { status: 204 }

/** GitHub's dates: ISO 8601 in UTC, whole seconds. */
export const timestamp = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z')

/** GitHub's global ids are opaque: kind and number in base64 will do. */
export const nodeId = (kind: string, id: number | string): string =>
  Buffer.from(`${kind}:${id}`).toString('base64')

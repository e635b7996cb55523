import type { Fault } from './faults.ts'
import type { Origin } from './exchange.ts'

export interface RecordedRequest {
  readonly origin: Origin
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** With its question mark, or empty. */
  readonly query: string
  /** Whether the request carried an Authorization header. */
  readonly authorized: boolean
  readonly userAgent: string
  /** What was answered; 0 while nothing is, and for good where the connection was cut before. */
  readonly status: number
  /** The kind of the fault that the request met. */
  readonly fault?: Fault['kind']
}

/** Requests in order of arrival, so that a test can say what was sent. */
export class Recorder {
  readonly #requests: RecordedRequest[] = []

  /** @returns what tells the recorder how the request was answered */
  record(request: Omit<RecordedRequest, 'status'>): (status: number) => void {
    const index = this.#requests.push({ ...request, status: 0 }) - 1
    return (status) => {
      this.#requests[index] = { ...request, status }
    }
  }

  requests(): RecordedRequest[] {
    return [...this.#requests]
  }
}

export interface HttpRequest {
  /** A socket of the file system. */
  readonly socket: string
  readonly method: 'GET' | 'POST'
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds. */
  readonly timeout: number
}

export interface HttpAnswer {
  readonly status: number
  /** In lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The first 2 MiB. */
  readonly body: string
}

/** Speaks HTTP/1.1 through a socket; implemented by the host room. */
export type HttpThroughSocket = (request: HttpRequest) => Promise<HttpAnswer>

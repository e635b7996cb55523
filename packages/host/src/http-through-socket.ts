import { request as httpRequest } from 'node:http'

/** Of an answer's body that is kept, in bytes. */
const kept = 2 * 1024 * 1024

interface Request {
  readonly socket: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeout: number
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** HTTP/1.1 through a socket of the file system. @throws Error that names the trouble */
export function httpThroughSocket(order: Request, stopped?: AbortSignal): Promise<Answer> {
  const { socket: socketPath, method, path, headers, body, timeout } = order
  const deadline = AbortSignal.timeout(timeout)
  const signal = stopped === undefined ? deadline : AbortSignal.any([deadline, stopped])
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      reject(deadline.aborted ? new Error(`no answer within ${timeout / 1000} s`) : error)
    }
    const asked = httpRequest(
      { socketPath, method, path, headers: { ...headers, connection: 'close' }, signal },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (piece: string) => {
          if (text.length < kept) text += piece
        })
        answer.once('error', failed).once('end', () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text })
        })
      },
    )
    asked.once('error', failed).end(body)
  })
}

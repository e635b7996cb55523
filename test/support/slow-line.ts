import { EventEmitter, once } from 'node:events'
import { createServer, type Socket, connect } from 'node:net'

/** A line to a server that stands still in the middle of a large answer. */
export interface SlowLine extends AsyncDisposable {
  readonly port: number
  /** Resolves when a connection has brought so many bytes of the answer and stands still. */
  readonly stalled: Promise<void>
  /** Everything flows again, and no connection stalls any more. */
  release(): void
}

/**
 * TCP to 127.0.0.1:`port`, whose first connection that asks `question` stands still after so many bytes
 * of the answer: a pg_dump behind it is certainly in the middle of that table, and is held there.
 */
export async function openSlowLine(
  port: number,
  { question, bytes }: { readonly question: string; readonly bytes: number },
): Promise<SlowLine> {
  const sockets = new Set<Socket>()
  const standstill = new EventEmitter()
  const stalled = once(standstill, 'stalled').then(() => undefined)
  let held: Socket | undefined
  let released = false
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    let answered = -Infinity
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.pipe(upstream)
    client.on('data', (chunk: Buffer) => {
      if (chunk.includes(question)) answered = 0
    })
    upstream.pipe(client)
    upstream.on('data', (chunk: Buffer) => {
      answered += chunk.length
      if (released || held !== undefined || answered <= bytes) return
      held = upstream
      upstream.unpipe(client)
      upstream.pause()
      upstream.once('resume', () => upstream.pipe(client))
      standstill.emit('stalled')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('no port was given')
  return {
    port: address.port,
    stalled,
    release() {
      released = true
      held?.resume()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

interface SlowLink extends AsyncDisposable {
  readonly port: number
}

/** TCP to 127.0.0.1:`port` whose answers, of all connections together, come at most so fast. */
export async function openSlowLink(port: number, bytesPerSecond: number): Promise<SlowLink> {
  const sockets = new Set<Socket>()
  /** When everything that was let through so far has crossed the link, in milliseconds. */
  let busyUntil = 0
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    client.pipe(upstream)
    upstream.on('data', (chunk: Buffer) => {
      busyUntil = Math.max(busyUntil, performance.now()) + (1000 * chunk.length) / bytesPerSecond
      upstream.pause()
      const wait = Math.max(0, busyUntil - performance.now())
      setTimeout(() => {
        if (client.write(chunk)) upstream.resume()
        else client.once('drain', () => upstream.resume())
      }, wait)
    })
    upstream.on('end', () => client.end())
    client.on('close', () => upstream.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('no port was given')
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

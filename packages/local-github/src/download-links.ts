import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** GitHub's links live for minutes; 5 here. */
const lifetime = 5 * 60_000

export interface SignedAsset {
  readonly repository: string
  readonly id: number
}

/** Short-lived links to the third origin: whoever has one may read, without any token. */
export class DownloadLinks {
  readonly #secret = randomBytes(32)
  readonly #origin: string
  readonly #now: () => Date

  constructor(origin: string, now: () => Date) {
    this.#origin = origin
    this.#now = now
  }

  sign(repository: string, id: number): string {
    const path = `/release-assets/${repository}/${id}`
    const expires = String(this.#now().getTime() + lifetime)
    const query = new URLSearchParams({ se: expires, sig: this.#signature(path, expires) })
    return `${this.#origin}${path}?${query.toString()}`
  }

  /** What a link leads to; undefined when it is forged or too old. */
  verify(path: string, query: URLSearchParams): SignedAsset | undefined {
    const expires = query.get('se') ?? ''
    const given = Buffer.from(query.get('sig') ?? '')
    const expected = Buffer.from(this.#signature(path, expires))
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
    if (Number(expires) < this.#now().getTime()) return undefined
    const [, repository, id] = /^\/release-assets\/([^/]+\/[^/]+)\/(\d+)$/.exec(path) ?? []
    return repository === undefined ? undefined : { repository, id: Number(id) }
  }

  #signature(path: string, expires: string): string {
    return createHmac('sha256', this.#secret).update(`${path}\n${expires}`).digest('base64url')
  }
}

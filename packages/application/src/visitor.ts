import { CookieJar } from 'tough-cookie'
import type { HttpThroughSocket } from './http.ts'
import { type Page, pageOf } from './page.ts'

/** One person's browser: follows redirects and keeps cookies, and so its session. */
export interface Visitor {
  /** @param timeout milliseconds for each answer. @throws Error where there is none */
  get(path: string, timeout: number): Promise<Page>
  /** Sends a form. */
  post(path: string, fields: Readonly<Record<string, string>>, timeout: number): Promise<Page>
}

/** As every application is called on the machine where it is developed. */
const origin = 'http://localhost'

const mostRedirects = 10

/** @param socket leads to where the application listens */
export function visitor(http: HttpThroughSocket, socket: string): Visitor {
  const jar = new CookieJar()

  async function ask(url: URL, timeout: number, form?: URLSearchParams, from?: URL): Promise<Page> {
    let at = url
    let body = form?.toString()
    for (let turn = 0; turn <= mostRedirects; turn += 1) {
      const answer = await http({
        socket,
        method: body === undefined ? 'GET' : 'POST',
        path: at.pathname + at.search,
        headers: {
          host: at.host,
          accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
          'user-agent': 'recovery-playbook',
          cookie: await jar.getCookieString(at.href),
          ...(from && { referer: from.href, origin }),
          ...(body !== undefined && {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': String(Buffer.byteLength(body)),
          }),
        },
        ...(body !== undefined && { body }),
        timeout,
      })
      for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) {
        await jar.setCookie(cookie, at.href, { ignoreError: true })
      }
      const location = String(answer.headers.location ?? '')
      if (answer.status < 300 || answer.status > 399 || location === '') {
        return pageOf(answer.status, at.pathname, answer.body)
      }
      const next = new URL(location, at)
      if (next.origin !== origin) throw leadsOut(next)
      // 307 and 308 keep what is sent; every browser makes a GET of the others.
      if (![307, 308].includes(answer.status)) body = undefined
      at = next
    }
    throw new Error(`it redirects more than ${mostRedirects} times, at last to ${at.pathname}`)
  }

  return {
    get: (path, timeout) => ask(new URL(path, origin), timeout),
    post: (path, fields, timeout) => {
      const url = new URL(path, origin)
      return ask(url, timeout, new URLSearchParams(fields), url)
    },
  }
}

const leadsOut = ({ origin: away }: URL) =>
  new Error(
    `it redirects to ${away}, which is not there in a drill` +
      (away === 'https://localhost'
        ? ': switch the redirect to HTTPS off in `drill-env`, as behind a proxy'
        : ''),
  )

import type { Connection } from './connection.ts'
import { percentDecoded } from './uri.ts'

/**
 * Everything in a database URL that must not be seen: the whole URL and the password as written,
 * decoded and encoded, longest first. It also reads what is *not* a valid URL, because an error
 * about that is where a secret escapes.
 */
export function secretsOf(url: string): string[] {
  const written = url.trim()
  const userinfo = /^[^:]*:\/\/(.*)@/s.exec(written)?.[1] ?? ''
  const shortest = /^[^:]*:\/\/([^@/]*)@/.exec(written)?.[1] ?? ''
  const inQuery = [...written.matchAll(/[?&](?:ssl)?password=([^&]*)/g)].map(([, value]) => value)
  const passwords = [afterColon(userinfo), afterColon(shortest), ...inQuery].flatMap(formsOf)
  return longestFirst([url, written, ...passwords])
}

/** The same for a connection that was already read. */
export const secretsIn = ({ environment }: Connection): string[] =>
  longestFirst(formsOf(environment.PGPASSWORD))

/** Puts `***` in the place of each secret. Expects the longest first, as `secretsOf` gives them. */
export const redact = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text)

const afterColon = (userinfo: string) => /:(.*)$/s.exec(userinfo)?.[1]

function formsOf(password: string | undefined): string[] {
  if (password === undefined) return []
  const decoded = percentDecoded(password) ?? password
  return [password, decoded, encodeURIComponent(decoded)]
}

const longestFirst = (secrets: readonly string[]) =>
  [...new Set(secrets.filter((one) => one !== ''))].sort((a, b) => b.length - a.length)

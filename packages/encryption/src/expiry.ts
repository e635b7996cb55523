import type { Key, Subkey } from 'openpgp'

/** Days before its expiry from which a key is warned about: time enough for a new one. */
const warnedDays = 60

/** Milliseconds since 1970; infinite for a key that never expires. */
export async function expiryOf(key: Key | Subkey, now: Date): Promise<number> {
  const expires =
    'mainKey' in key ? await key.getExpirationTime(now) : await key.getExpirationTime()
  return expires instanceof Date ? expires.getTime() : Infinity
}

/** @param what the key, as the subject of the sentence */
export const expiresSoon = (what: string, expires: number, now: Date): string | undefined =>
  expires < now.getTime() + warnedDays * 86_400_000
    ? `${what} expires on ${dateOf(expires)}: prolong it, or give a new one.`
    : undefined

export const dateOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10)

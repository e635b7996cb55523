const day = 24 * 60 * 60 * 1000

/** What `github-authentication-token-expiration` is called in an answer. */
export const expiryHeader = 'github-authentication-token-expiration'

/**
 * GitHub writes `2026-12-04 08:15:00 UTC`, and for some tokens `2026-12-04 08:15:00 +0200`
 * (google/go-github#2649). What cannot be read is no date, and no reason to fail.
 */
export function parseTokenExpiry(text: string | undefined): Date | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:UTC|([+-]\d\d):?(\d\d))$/.exec(text ?? '')
  if (match === null) return undefined
  const [, date = '', time = '', hours = '+00', minutes = '00'] = match
  const expiry = new Date(`${date}T${time}${hours}:${minutes}`)
  return Number.isNaN(expiry.getTime()) ? undefined : expiry
}

/**
 * What to say where somebody has to make a new token within 14 days.
 *
 * @param input the action's input that the token came in
 */
export const expiryWarning = (
  expiry: Date | undefined,
  input: string,
  now: Date,
): string | undefined =>
  expiry === undefined || expiry.getTime() - now.getTime() >= 14 * day
    ? undefined
    : `The token in the input '${input}' expires at ${expiry.toISOString()}, and nothing works with it after that. Make a new one now.`

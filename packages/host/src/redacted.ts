/** The longest first: one may hold another. */
export const redacted = (text: string, secrets: Iterable<string>): string =>
  [...secrets]
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, secret) => left.replaceAll(secret, '***'), text)

/** A value for libpq's `keyword=value`, whatever it holds. */
export const conninfoValue = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

import type { Prerequisites, SqlText } from '@recovery-playbook/postgres'

const providers = ['libc', 'icu', 'builtin'] as const

/** What a dump needs, out of what it names; where it does not name a locale, one that knows Unicode. */
export function prerequisitesOf({ roles, extensions, encoding, locale }: SqlText): Prerequisites {
  const otherwise = encoding.toUpperCase() === 'UTF8' ? 'C.UTF-8' : 'C'
  return {
    roles,
    extensions,
    unseen: { settings: [] },
    server: {
      encoding,
      collation: locale?.collation ?? otherwise,
      ctype: locale?.ctype ?? otherwise,
      localeProvider: providers.find((one) => one === locale?.provider) ?? 'libc',
      locale: locale?.locale ?? null,
    },
  }
}

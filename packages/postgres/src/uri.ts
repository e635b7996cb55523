/** The pieces of a libpq connection URI as they stand in it, still percent-encoded. */
export interface UriPieces {
  readonly user: string | undefined
  readonly password: string | undefined
  readonly hosts: readonly { readonly host: string; readonly port: string }[]
  readonly database: string
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

const scheme = /^postgres(?:ql)?:\/\//

/**
 * Takes a URI apart as libpq does (conninfo_uri_parse in fe-connect.c): the user information ends
 * at the first `@` before the first `/`, a fragment does not exist.
 *
 * @returns undefined, with nothing said about where, if it is no such URI: any excerpt could be
 *   a piece of the password
 */
export function piecesOf(uri: string): UriPieces | undefined {
  if (!scheme.test(uri)) return undefined
  const rest = uri.replace(scheme, '')
  const [, userinfo, authority, path, query] =
    /^(?:([^@/]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest) ?? []
  if (authority === undefined || [authority, path, query].some((one) => one?.includes('@'))) {
    return undefined
  }
  const hosts = authority.split(',').map(hostAndPort)
  const pairs = query?.replace(/(?<=.)&$/s, '') ?? ''
  const parameters = pairs === '' ? [] : pairs.split('&').map(nameAndValue)
  if (!hosts.every(isPresent) || !parameters.every(isPresent)) return undefined
  const colon = userinfo?.indexOf(':') ?? -1
  return {
    user: colon < 0 ? userinfo : userinfo?.slice(0, colon),
    password: colon < 0 ? undefined : userinfo?.slice(colon + 1),
    hosts,
    database: path ?? '',
    parameters,
  }
}

/** Decodes `%xx`, and nothing else: a `+` is a plus sign. Undefined for a malformed sequence or NUL. */
export function percentDecoded(text: string): string | undefined {
  if (text.includes('%00')) return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function hostAndPort(text: string) {
  const [, bracketed, plain, port = ''] =
    /^(?:\[([0-9a-fA-F:.%a-zA-Z]+)\]|([^:[\]]*))(?::(\d{0,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  return host === undefined ? undefined : { host, port }
}

function nameAndValue(text: string): readonly [string, string] | undefined {
  const [name = '', value, ...more] = text.split('=')
  return value === undefined || more.length > 0 ? undefined : [name, value]
}

const isPresent = <T>(one: T | undefined): one is T => one !== undefined

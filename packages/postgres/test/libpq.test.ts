import { expect } from '@jest/globals'
import { libpq } from '../../../test/support/libpq.ts'
import { needs } from '../../../test/support/needs.ts'
import { type Connection, parseConnection } from '../src/index.ts'
import { environmentVariables, refusedParameters, stringParameters } from '../src/libpq.ts'

const real = await libpq()
const withLibpq = needs(real !== undefined, 'libpq 18 comes from PyPI and is called by Python')

withLibpq(
  'every parameter of libpq has its own variable here, goes into a string, or is refused with a reason',
  () => {
    const { parameters = {} } = real ?? {}
    const variables = Object.entries(parameters).filter(
      ([name]) => !refusedParameters.has(name) && !stringParameters.has(name),
    )
    expect(Object.fromEntries(environmentVariables)).toEqual(Object.fromEntries(variables))
  },
)

const spelt = [
  'postgresql://u:p@localhost:5433/d',
  'postgresql://u%40x:p%40%2F%3A%25%20%C3%BC+@localhost/d%20b',
  'postgresql://u:a:b#c?d@localhost/d',
  'postgresql://u:p@[::1]:5432/d',
  'postgresql://u:p@[fe80::1%25eth0]/d',
  'postgresql://u@a,b:5433,[::1]/d?target_session_attrs=read-write&sslmode=disable',
  'postgresql:///d?host=/var/run/postgresql&user=u&password=p%26q',
  'postgresql://u@%2Fvar%2Frun/d',
  'postgresql://u@/d?host=a,b&port=1,2&load_balance_hosts=disable',
  'postgresql://u@h/d?hostaddr=203.0.113.9&sslmode=verify-full&sslrootcert=/etc/ca%20s.pem',
  'postgresql://u@h/d?options=-c%20geqo%3Doff%20-c%20statement_timeout%3D5&connect_timeout=3',
  'postgresql://u@h/d?channel_binding=require&require_auth=scram-sha-256&sslcertmode=disable',
  'postgresql://u@h/d?sslnegotiation=direct&min_protocol_version=3.0&max_protocol_version=3.2',
  'postgres://u@h/d?keepalives=1&keepalives_idle=30&tcp_user_timeout=9000&keepalives_count=%33',
  'postgres://u@h/d?fallback_application_name=a%20b',
  'postgres://u@h/d?ssl=true',
  'postgres://u@h/d?application_name=a',
  'postgres://u@h/d?user=v&dbname=e&host=i&port=7',
]

withLibpq('a URL means here what it means to libpq', () => {
  const readings = real?.read(spelt) ?? []
  expect(spelt.map((url) => settingsOf(parseConnection(url)))).toEqual(readings.map(asVariables))
})

withLibpq(
  'no URL is read otherwise than libpq reads it, and none that libpq refuses is taken',
  () => {
    const urls = Array.from({ length: 20_000 }, (_, seed) => scrambled(seed))
    const readings = real?.read(urls) ?? []
    let taken = 0
    for (const [index, url] of urls.entries()) {
      const connection = accepted(url)
      if (connection === undefined) continue
      taken += 1
      const reading = readings[index] ?? null
      expect({ url, ...settingsOf(connection) }).toEqual({ url, ...asVariables(reading) })
    }
    expect(taken).toBeGreaterThan(1000)
  },
)

function accepted(url: string): Connection | undefined {
  try {
    return parseConnection(url)
  } catch {
    return undefined
  }
}

/** What the URL itself says: without what this suite adds. */
function settingsOf({ environment, parameters }: Connection): Record<string, string> {
  const added = Object.entries({ PGCONNECT_TIMEOUT: '15', PGAPPNAME: 'recovery-playbook' })
  const entries = Object.entries(environment).filter(
    ([name, value]) => !added.some((one) => one[0] === name && one[1] === value),
  )
  return asComparable({ ...Object.fromEntries(entries), ...parameters })
}

function asVariables(reading: Readonly<Record<string, string>> | null): Record<string, string> {
  const entries = Object.entries(reading ?? { refused: 'by libpq' })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => [environmentVariables.get(name) ?? name, value])
  return asComparable(Object.fromEntries(entries) as Record<string, string>)
}

/** An empty port is 5432, and a host elsewhere is reached by TLS. */
function asComparable({ PGPORT = '', PGSSLMODE = 'require', ...others }: Record<string, string>) {
  const ports = PGPORT.split(',').map((port) => port || '5432')
  const same = new Set(ports).size === 1
  return { ...others, PGSSLMODE, PGPORT: same ? (ports[0] ?? '') : ports.join(',') }
}

/** The same text for the same seed: pieces of URLs in an order that makes some sense. */
function scrambled(seed: number): string {
  let state = seed + 1
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
  const one = (choice: string) => choice.split(' ')[next(choice.split(' ').length)] ?? ''
  const some = (choice: string, most: number) =>
    Array.from({ length: next(most + 1) }, () => one(choice)).join('')
  const authority = `${one('h a.b [::1] [ ] %2Ftmp h,i')}${some(':1 : , h [::1] : %20 :99', 2)}`
  const userinfo = `${some('u %40 é % %C3%BC +', 2)}${some(': p a:b # ? % %zz %2F', 3)}`
  const query = some('sslmode=require & = options=-c%20a%3Db host=x ssl=true user=w ? dbname=e', 3)
  return `postgresql://${userinfo}${one('@ @ @ @@ /')}${authority}${one('/ / / ?')}${some('d %20 é / d', 2)}${one('? ? & /')}${query}`
}

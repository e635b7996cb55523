import { expect, test } from '@jest/globals'
import { Failure } from '@recovery-playbook/failure'
import {
  connectionFromVariables,
  parseConnection,
  redact,
  secretsOf,
  troubleOf,
} from '../src/index.ts'

const defaults = { PGCONNECT_TIMEOUT: '15', PGAPPNAME: 'recovery-playbook' }

test.each([
  [
    'postgresql://u:p@localhost:5433/d',
    { PGUSER: 'u', PGPASSWORD: 'p', PGHOST: 'localhost', PGPORT: '5433', PGDATABASE: 'd' },
  ],
  ['postgres://u@localhost/d', { PGUSER: 'u', PGHOST: 'localhost', PGDATABASE: 'd' }],
  [
    'postgresql://u%40x:p%40%2F%3A%25%20%C3%BC+@localhost/d%20b',
    { PGUSER: 'u@x', PGPASSWORD: 'p@/:% ü+', PGHOST: 'localhost', PGDATABASE: 'd b' },
  ],
  [
    'postgresql://u:a:b#c?d@localhost/d',
    { PGUSER: 'u', PGPASSWORD: 'a:b#c?d', PGHOST: 'localhost', PGDATABASE: 'd' },
  ],
  [
    'postgresql://u:p@[::1]:5432/d',
    { PGUSER: 'u', PGPASSWORD: 'p', PGHOST: '::1', PGPORT: '5432', PGDATABASE: 'd' },
  ],
  [
    'postgresql://u@a,b:5433,[::1]/d?target_session_attrs=read-write&sslmode=disable',
    {
      PGUSER: 'u',
      PGHOST: 'a,b,::1',
      PGPORT: '5432,5433,5432',
      PGDATABASE: 'd',
      PGTARGETSESSIONATTRS: 'read-write',
      PGSSLMODE: 'disable',
    },
  ],
  [
    'postgresql:///d?host=/var/run/postgresql&user=u&password=p%26q',
    { PGHOST: '/var/run/postgresql', PGUSER: 'u', PGPASSWORD: 'p&q', PGDATABASE: 'd' },
  ],
  ['postgresql://u@%2Fvar%2Frun/d', { PGUSER: 'u', PGHOST: '/var/run', PGDATABASE: 'd' }],
  [
    'postgresql://u:p@db.example.com/d',
    {
      PGUSER: 'u',
      PGPASSWORD: 'p',
      PGHOST: 'db.example.com',
      PGDATABASE: 'd',
      PGSSLMODE: 'require',
    },
  ],
  [
    'postgresql://u@db.example.com/d?sslmode=verify-full&connect_timeout=3&options=-c%20geqo%3Doff',
    {
      PGUSER: 'u',
      PGHOST: 'db.example.com',
      PGDATABASE: 'd',
      PGSSLMODE: 'verify-full',
      PGCONNECT_TIMEOUT: '3',
      PGOPTIONS: '-c geqo=off',
    },
  ],
  [
    ' postgres://u@postgres/d?ssl=true\n',
    { PGUSER: 'u', PGHOST: 'postgres', PGDATABASE: 'd', PGSSLMODE: 'require' },
  ],
])('%s is read as libpq reads it', (url, environment) => {
  expect(parseConnection(url).environment).toEqual({ ...defaults, ...environment })
})

function failureOf(url: string): Failure {
  try {
    parseConnection(url)
  } catch (error) {
    if (error instanceof Failure) return error
  }
  throw new Error('parseConnection did not fail with a Failure')
}

test.each([
  ['', /not a PostgreSQL URL/],
  ['mysql://u:S3CRET@h/d', /not a PostgreSQL URL/],
  ['postgresql+psycopg://u:S3CRET@h/d', /not a PostgreSQL URL/],
  ['postgresql://u:S3CRET%zz@h/d', /not a PostgreSQL URL/],
  ['postgresql://u:S3CRET%00@h/d', /not a PostgreSQL URL/],
  ['postgresql://u:S3CRET%0A@h/d', /not a PostgreSQL URL/],
  ['postgresql://u:S3CR@ET@h/d', /not a PostgreSQL URL/],
  ['postgresql://u:S3C/RET@h/d', /not a PostgreSQL URL/],
  ['postgresql://u:1/S3CRET?x=S3CRET@h/d', /not a PostgreSQL URL/],
  ['postgresql://u:p@h:S3CRET/d', /not a PostgreSQL URL/],
  ['postgresql://u:p@h:123456/d', /not a PostgreSQL URL/],
  ['postgresql://u:p@[::1/d', /not a PostgreSQL URL/],
  ['postgresql://u:p@h/d?sslmode', /not a PostgreSQL URL/],
  ['postgresql://:S3CRET@h/d', /names no user/],
  ['postgresql://u:S3CRET@h', /names no database/],
  ['postgresql://u:S3CRET@h/', /names no database/],
  ['postgresql://u:S3CRET@h/d?schema=S3CRET', /'schema'/],
  ['postgresql://u:S3CRET@h/d?pgbouncer=true', /'pgbouncer'.*cannot hold a snapshot/],
  ['postgresql://u:S3CRET@h/d?service=S3CRET', /'service'/],
  ['postgresql://u:S3CRET@h/d?__proto__=S3CRET', /'__proto__'/],
  ['postgresql://u:S3CRET@postgres.railway.internal:5432/d', /private network/],
])('%s is refused, and nothing of its secret is repeated', (url, message) => {
  const failure = failureOf(url)
  expect(failure.code).toBe('INPUT_INVALID')
  expect(failure.message).toMatch(message)
  const told = failure.message + failure.hint + (failure.stack ?? '') + String(failure.cause)
  expect(told).not.toMatch(/S3C|RET/)
})

test("a private Railway host's hint names the variable to use", () => {
  expect(failureOf('postgresql://u:p@x.railway.internal/d').hint).toContain('DATABASE_PUBLIC_URL')
})

test('an address alone is elsewhere too, and TLS is required of it', () => {
  const { environment } = parseConnection('postgresql://u@/d?hostaddr=203.0.113.9')
  expect(environment.PGSSLMODE).toBe('require')
})

test('variables PG* are taken as they stand, and nothing else of the environment', () => {
  const given = { PGHOST: 'db.example.com', PGUSER: 'u', PGPASSWORD: '%41 @/', PGDATABASE: 'd' }
  const kept = { PGOPTIONS: '-c geqo=off', PGSSLROOTCERT: '/ca.pem', PGCHANNELBINDING: 'require' }
  expect(
    connectionFromVariables({ ...given, ...kept, PGPORT: '', PATH: '/bin', PGDATA: '/x' }),
  ).toEqual({
    environment: { ...defaults, ...given, ...kept, PGSSLMODE: 'require' },
    database: 'd',
    host: 'db.example.com',
    user: 'u',
  })
})

test.each([
  [{ PGDATABASE: 'd' }, /variables PG\* name no user/],
  [{ PGUSER: 'u' }, /variables PG\* name no database/],
  [{ PGUSER: 'u', PGDATABASE: 'd', PGPASSWORD: 'S3C\nRET' }, /have a PGPASSWORD/],
  [{ PGUSER: 'u', PGDATABASE: 'd', PGSERVICE: 'S3CRET' }, /have a PGSERVICE/],
  [{ PGUSER: 'u', PGDATABASE: 'd', PGHOST: 'x.railway.internal' }, /private network/],
])('variables PG* that cannot be used are named: %j', (variables, message) => {
  const fail = () => connectionFromVariables(variables)
  expect(fail).toThrow(message)
  expect(fail).not.toThrow(/S3C|RET/)
})

test.each([
  ['postgresql://u:a%40b%20c@h/d', ['a%40b%20c', 'a@b c']],
  ['postgresql://u:ü!@h/d', ['ü!', '%C3%BC!']],
  ['postgresql://u@h/d?password=x%26y', ['x%26y', 'x&y']],
  // No valid URL: what looks like a password is masked all the same.
  ['postgresql://u:S3C/R@ET@h/d', ['S3C/R@ET']],
  ['mysql://u:S3CRET@h/d', ['S3CRET']],
])('the secrets of %s are known in every form', (url, forms) => {
  const secrets = secretsOf(url)
  expect(secrets).toEqual(expect.arrayContaining([url, ...forms]))
  expect(redact(`before ${url} ${forms.join(' ')} after`, secrets)).toBe(
    `before *** ${forms.map(() => '***').join(' ')} after`,
  )
})

test('a password that contains another secret is masked whole', () => {
  expect(redact('abcdef', ['abcdef', 'abc'])).toBe('***')
  expect(secretsOf('postgresql://u@h/d')).toEqual(['postgresql://u@h/d'])
})

// Messages of libpq and of the server that a test cannot bring about here.
test.each([
  ['FATAL:  the database system is starting up', true, /starting or stopping/],
  ['FATAL:  the database system is in recovery mode', true, /starting or stopping/],
  ['FATAL:  sorry, too many clients already', true, /max_connections/],
  ['could not translate host name "x" to address: Temporary failure', true, /Check the host/],
  ['connection to server at "x" failed: timeout expired', true, /on Railway: public access/],
  ['server closed the connection unexpectedly', true, /ended the connection/],
  ['connection to server at "2a05::1" failed: Network is unreachable', false, /no IPv6/],
  ['FATAL:  unsupported startup parameter: extra_float_digits', false, /pooled URL/],
  // Of several hosts, what stays is told before what passes.
  ['failed: Connection refused\nFATAL:  password authentication failed', false, /Copy the URL/],
])('%j is a trouble that is known, and whether it passes is %s', (said, passes, hint) => {
  expect(troubleOf(said)).toEqual({ hint: expect.stringMatching(hint), passes })
})

test('an error of a statement is no trouble of the connection', () => {
  expect(troubleOf('ERROR:  relation "t" does not exist')).toBeUndefined()
})

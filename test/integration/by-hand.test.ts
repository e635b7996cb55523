import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { parseConnection } from '@recovery-playbook/postgres'
import { startTestServer, type TestServer } from '../support/postgres.ts'
import { newPassphrase, openScene, type Scene } from '../support/scene.ts'
import { openRelease, type StoredRelease } from '../support/stored-release.ts'

let scene: Scene
let release: StoredRelease
/** RESTORE.md's own commands: what a person copies out of it, block by block. */
let commands: string
let blocks: readonly string[]
let document: string
/** A mirror. */
let disk: string
beforeAll(async () => {
  scene = await openScene()
  // A role that the new server has not: a policy cannot be restored without it.
  await scene.sample.administer(`
    CREATE ROLE tenant;
    GRANT CONNECT ON DATABASE journal TO tenant;
    ALTER ROLE tenant SET work_mem = '7MB'; ALTER DATABASE journal SET work_mem = '8MB';
    CREATE POLICY own ON public.journal_goal FOR SELECT TO tenant USING (true);`)
  disk = join(scene.directory, 'disk')
  release = await openRelease(scene.github, await scene.publish({ mirrors: disk }))
  document = (await release.read('RESTORE.md')).toString('utf8')
  blocks = [...document.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block]) => block ?? '')
  expect(blocks).toHaveLength(6)
  commands = blocks.join('')
})
afterAll(() => scene[Symbol.asyncDispose]())

let server: TestServer
let home: string
beforeEach(async () => {
  server = await startTestServer()
  home = await mkdtemp(join(tmpdir(), 'by-hand-'))
})
afterEach(async () => {
  scene.github.disarm()
  // gpg starts an agent that would stay.
  await promisify(execFile)('gpgconf', ['--homedir', join(home, '.gnupg'), '--kill', 'all'])
  await rm(home, { recursive: true, force: true })
  await server[Symbol.asyncDispose]()
})

interface Person {
  readonly script?: string
  readonly passphrase?: string
}

interface Ending {
  readonly code: number | null
  readonly said: string
  readonly databases: readonly string[]
}

/** Nothing of ours and nothing of this machine's: PATH, an empty HOME, and where the new server is. */
async function follow({ script = commands, passphrase = scene.passphrase }: Person = {}) {
  const folder = join(home, 'work')
  await mkdir(folder)
  await writeFile(join(home, 'script'), script)
  const { PGUSER = '', PGPASSWORD = '' } = server.cluster.superuser.environment
  const bash = spawn('bash', [join(home, 'script')], {
    cwd: folder,
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: home,
      ...{ PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER, PGPASSWORD },
    },
  })
  bash.stdin.on('error', () => undefined)
  bash.stdin.end(`${scene.github.token}\n${passphrase}\n`)
  const code = new Promise<number | null>((resolve) => bash.once('close', resolve))
  const [out, err] = await Promise.all([text(bash.stdout), text(bash.stderr)])
  const databases = await psql(server.cluster.superuser.environment, 'postgres', listDatabases)
  return { code: await code, said: out + err, databases: databases.split('\n') } satisfies Ending
}

const listDatabases = `SELECT datname FROM pg_database WHERE datname !~ '^template'`

async function psql(environment: Readonly<Record<string, string>>, database: string, sql: string) {
  const { stdout } = await promisify(execFile)(
    server.toolchain.psql,
    ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', sql],
    { env: { ...environment }, maxBuffer: 64 * 1024 ** 2 },
  )
  return stdout.trim()
}

/** Every row of every table as text, sorted and hashed by the server; large objects and sequences. */
const everything = `
  SELECT format('%s %s.%s %s', kind, schema, name, content) FROM (
    SELECT relkind AS kind, nspname AS schema, relname AS name,
      query_to_xml(format($$SELECT count(*) AS rows,
        md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE "C")) AS md5
        FROM %I.%I AS t$$, nspname, relname), true, true, '')::text AS content
    FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'm', 'v') AND nspname !~ '^(pg_|information_schema)'
    UNION ALL
    SELECT 'l', 'large object', oid::text, md5(lo_get(oid)) FROM pg_largeobject_metadata
    UNION ALL
    SELECT 'S', schemaname, sequencename, last_value::text FROM pg_sequences
  ) AS thing ORDER BY kind, schema, name`

test('a person with nothing of ours gets every row back by following RESTORE.md word for word', async () => {
  const { code, said, databases } = await follow()
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('.gpg: OK') })
  expect(databases).toContain('restored')

  const { superuserUrl, name } = scene.sample
  const source = await psql(parseConnection(superuserUrl).environment, name, everything)
  const copy = await psql(server.cluster.superuser.environment, 'restored', everything)
  expect(source).toMatch(/^r public\.journal_entry .*<rows>600<\/rows>/ms)
  expect(source).toMatch(/^l large object\.900002 /m)
  expect(copy).toBe(source)
})

test('whoever has nothing left but a copy gets there by what RESTORE.md says about copies', async () => {
  const copying = / {4}(cp -r .*)\n\nthen `(.*)`, `(.*)`, `(.*)`, and go on from `(.*)`/.exec(
    document,
  )
  const [, bring = '', ...more] = copying ?? []
  const begin = [
    'read -r unused',
    bring.replace('DIRECTORY', disk).replace('TAG', release.tag),
    ...more,
  ].join('\n')
  const { code, said, databases } = await follow({
    script: [`${begin}\n`, ...blocks.slice(2)].join(''),
  })
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('.gpg: OK') })
  expect(databases).toContain('restored')
})

test('with globals.sql, a new server gets the roles, and the database its owners and privileges', async () => {
  const restore = `
    psql --no-psqlrc --dbname=postgres --file=globals.sql
    pg_restore --exit-on-error --create --dbname=postgres database.dump
  `
  const { code, said, databases } = await follow({
    script: [...blocks.slice(0, -1), restore].join(''),
  })
  expect({ code, said }).toEqual({ code: 0, said: expect.any(String) })
  expect(databases).toContain(scene.sample.name)
  const owners = `SELECT string_agg(format('%s %s %s', relname, relowner::regrole, relacl), chr(10)
    ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace`
  const { superuserUrl, name } = scene.sample
  const source = await psql(parseConnection(superuserUrl).environment, name, owners)
  expect(source).toMatch(/^journal_entry journal_app /m)
  expect(await psql(server.cluster.superuser.environment, name, owners)).toBe(source)
  const settings = `SELECT array_agg(s ORDER BY s) FROM (
    SELECT unnest(datacl)::text FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT unnest(setconfig) FROM pg_db_role_setting) AS one (s)`
  expect(await psql(server.cluster.superuser.environment, name, settings)).toBe(
    '{=Tc/journal_app,journal_app=CTc/journal_app,tenant=c/journal_app,work_mem=7MB,work_mem=8MB}',
  )
})

test('no secret that the person typed is shown, and none is left in the folder', async () => {
  const { said } = await follow()
  const { stdout } = await promisify(execFile)('grep', ['-rlaF', scene.passphrase, home]).catch(
    () => ({ stdout: '' }),
  )
  expect({ said, found: stdout }).toEqual({ said: expect.any(String), found: '' })
  for (const secret of [scene.passphrase, scene.github.token]) expect(said).not.toContain(secret)
})

/** Loud, and before anything of the backup has reached a database. */
async function expectRefusal(ending: Promise<Ending>, reason: RegExp) {
  const { code, said, databases } = await ending
  expect(said).toMatch(reason)
  expect(code).not.toBe(0)
  expect(databases).toEqual(['postgres'])
  expect(await readdir(join(home, 'work/recovery')).catch(() => [])).not.toContain('database.dump')
}

/** The first download is SHA256SUMS, the second the dump's part. */
const damagedPart = { kind: 'damage', origin: 'asset', path: '/**', afterBytes: 5000 } as const

test('a part that was tampered with is never restored: its checksum says so', async () => {
  scene.github.arm({ ...damagedPart, occurrence: 2 })
  await expectRefusal(follow(), /database\.dump\.zst\.0001\.gpg: FAILED/)
})

test('a part whose checksum was forged as well is never restored: gpg refuses it', async () => {
  scene.github.arm({ ...damagedPart, occurrence: 2 })
  const script = commands.replace('sha256sum -c SHA256SUMS\n', '')
  expect(script).not.toBe(commands)
  await expectRefusal(follow({ script }), /manipulated|decryption failed/i)
})

test('a wrong passphrase restores nothing', async () => {
  await expectRefusal(follow({ passphrase: newPassphrase() }), /decryption failed|bad session key/i)
})

test('a part that is missing ends the recovery at the download', async () => {
  await release.remove('database.dump.zst.0001.gpg')
  await expectRefusal(follow(), /404/)
})

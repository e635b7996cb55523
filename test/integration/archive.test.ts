import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { childProcesses } from '@recovery-playbook/host'
import type { ActionResult } from '@recovery-playbook/local-workflows'
import { findToolchains, isMended } from '@recovery-playbook/postgres'
import { otherMajor } from '../support/majors.ts'
import { needs } from '../support/needs.ts'
import {
  fillSample,
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '../support/postgres.ts'
import { newPassphrase, openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

const processes = childProcesses()
/** The psql of this one may be given SQL text. */
const bin = await otherMajor(17)
const [mended] = await findToolchains(processes, bin ?? '', '/nowhere')
const withMended = needs(mended !== undefined, 'PostgreSQL 17 is not here, and comes from PyPI')

let scene: Scene
let maker: TestServer
let database: TestDatabase
let workspace: string
beforeAll(async () => {
  scene = await openScene({ rows: 100 })
  maker = await startTestServer({}, mended)
  database = await maker.createDatabase({ name: 'journal', owner: 'journal_app' })
  await fillSample(maker, database.owner, { rows: 2000, seed: 1 })
  // What a restore by a role that is no superuser stumbles over.
  await database.administer(`
    CREATE ROLE "the reader"; CREATE ROLE keeper;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO "the reader";
    CREATE SCHEMA kept; CREATE SCHEMA words; ALTER SCHEMA kept OWNER TO journal_app;
    CREATE EXTENSION hstore SCHEMA words;
    CREATE TABLE kept.note (id int PRIMARY KEY, said words.hstore, parent int REFERENCES kept.note);
    INSERT INTO kept.note VALUES (1, 'a=>"it''s; \\\\! $x$ -- not"', NULL), (2, 'b=>2', 1);
    ALTER TABLE kept.note OWNER TO keeper;
    CREATE POLICY own ON kept.note FOR SELECT TO "the reader" USING (id > 0);
    ALTER DEFAULT PRIVILEGES FOR ROLE journal_app GRANT SELECT ON TABLES TO "the reader";
    CREATE FUNCTION kept.twice(x int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT x; SELECT 2 * x; END;
    CREATE FUNCTION kept.odd() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN /* ' */ RETURN '\\!'; END $f$;
    CREATE FUNCTION kept.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION kept.watch();
    COMMENT ON TABLE kept.note IS 'OWNER TO nobody; \\! COPY x FROM stdin;';
    SELECT lo_from_bytea(0, 'large');`)
  workspace = await mkdtemp(join(scene.directory, 'workspace-'))
})
afterAll(async () => {
  await maker[Symbol.asyncDispose]()
  await scene[Symbol.asyncDispose]()
})

const tables = 12
const rows = 2383

/** A person's own commands, in the workspace. */
async function recipe(commands: string, more: Record<string, string> = {}): Promise<void> {
  const home = await mkdtemp(join(scene.directory, 'home-'))
  await chmod(home, 0o700)
  const env = {
    ...database.superuser.environment,
    ...{ PATH: `${bin ?? ''}:${process.env.PATH ?? ''}`, HOME: home, PASSPHRASE: scene.passphrase },
    ...more,
  }
  try {
    await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', `${helpers}\n${commands}`], {
      cwd: workspace,
      env,
    })
  } finally {
    await promisify(execFile)('gpgconf', ['--kill', 'all'], { env })
    await rm(home, { recursive: true, force: true })
  }
}
const helpers = `seal() {
  gpg --batch --quiet --pinentry-mode loopback --passphrase-fd 3 --symmetric --cipher-algo AES256 "$@" 3<<<"$PASSPHRASE"
}`

const drill = (archive: string, inputs: Record<string, string> = {}, PATH?: string) =>
  scene.drill(
    { archive, ...inputs },
    {
      environment: {
        GITHUB_WORKSPACE: workspace,
        PATH: PATH ?? `${bin ?? ''}:${process.env.PATH ?? ''}`,
      },
    },
  )

const stateOf = ({ log }: ActionResult, check: string) =>
  new RegExp(`^(\\S.*?\\S) {2,}${check} {2,}`, 'm').exec(log)?.[1]

/** Everything that can be shown without a fingerprint is shown, and no more is claimed. */
function expectShown(result: ActionResult, ...words: string[]): void {
  expectVerdict(
    result,
    'NOT PROVED',
    `${tables} tables with ${rows} rows`,
    'made without a fingerprint',
    ...words,
  )
  for (const check of [
    'archive',
    'opened',
    'complete',
    'restored',
    'consistent',
    'recovery time',
  ]) {
    expect([check, stateOf(result, check)]).toEqual([check, 'PROVED'])
  }
  for (const check of ['same data', 'data loss', 'age']) {
    expect([check, stateOf(result, check)]).toEqual([check, 'NOT PROVED'])
  }
  expect(result.outputs).toMatchObject({ rows: String(rows), 'recovery-point': '' })
}

const recipes = [
  ['an SQL text', 'pg_dump >a.sql', 'a.sql', 'an SQL text'],
  ['an SQL text of INSERTs', 'pg_dump --inserts --clean --if-exists >i.sql', 'i.sql', 'drop'],
  ['an SQL text with its database', 'pg_dump --create >c.sql', 'c.sql', 'about the database'],
  ['gzip', 'pg_dump | gzip >a.sql.gz', 'a.sql.gz', 'out of gzip'],
  [
    'the old recipe',
    'pg_dump >a.sql; tar -czf a.tar.gz a.sql; seal a.tar.gz',
    'a.tar.gz.gpg',
    'out of OpenPGP, gzip, tar',
  ],
  [
    'a sealed gzip',
    'pg_dump | gzip >s.sql.gz; seal s.sql.gz',
    's.sql.gz.gpg',
    'out of OpenPGP, gzip',
  ],
  ['a sealed SQL text', 'pg_dump >s.sql; seal s.sql', 's.sql.gpg', 'out of OpenPGP'],
  ['an armored one', 'pg_dump >r.sql; seal --armor r.sql', 'r.sql.asc', 'out of OpenPGP armor'],
  [
    'the custom format',
    'pg_dump -Fc >a.dump; seal a.dump',
    'a.dump.gpg',
    'custom format, out of OpenPGP',
  ],
  ['the directory format', 'pg_dump -Fd -f folder', 'folder', 'directory format'],
  [
    'a packed directory',
    'pg_dump -Fd -f packed; tar -czf packed.tgz packed',
    'packed.tgz',
    'directory format, out of gzip, tar',
  ],
  ['the tar format', 'pg_dump -Ft >t.tar', 't.tar', 'tar format'],
  ['the tar format in gzip', 'pg_dump -Ft | gzip >t.tar.gz', 't.tar.gz', 'tar format, out of gzip'],
  ['a name that lies', 'pg_dump -Fc >lie.sql.gpg', 'lie.sql.gpg', 'custom format'],
] as const

for (const [name, commands, archive, words] of recipes) {
  withMended(
    `a backup that was made by hand is restored, and what it cannot show is said: ${name}`,
    async () => {
      await recipe(commands)
      const result = await drill(archive)
      expectShown(result, words, 'extension hstore', '9 foreign keys', 'no network but lo')
      expect(result.log).toMatch(/SKIPPED +left out [^]*watcher/)
      expect(await scene.leftovers()).toEqual([])
    },
  )
}

/** A byte in the middle is another one. */
async function flip(name: string): Promise<void> {
  const bytes = await readFile(join(workspace, name))
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 0x10
  await writeFile(join(workspace, name), bytes)
}

async function halve(name: string): Promise<void> {
  const { size } = await stat(join(workspace, name))
  await truncate(join(workspace, name), Math.floor(size / 2))
}

test.each([
  ['an SQL text', 'pg_dump >half.sql', 'half.sql', 'complete', 'database dump complete'],
  ['gzip', 'pg_dump | gzip >half.gz', 'half.gz', 'opened', 'is damaged'],
  ['gpg', 'pg_dump >h; seal -o half.gpg h', 'half.gpg', 'opened', 'does not authenticate'],
  ['tar', 'pg_dump >h.sql; tar -cf half.tar h.sql', 'half.tar', 'opened', 'cut short'],
  [
    'the custom format',
    'pg_dump -Fc >half.dump',
    'half.dump',
    'complete',
    'cannot read it to its end',
  ],
  ['the tar format', 'pg_dump -Ft >half.pgtar', 'half.pgtar', 'opened', 'cut short'],
])(
  'half of a backup is no backup, however quietly it restores: %s',
  async (_, commands, archive, check, words) => {
    await recipe(commands)
    await halve(archive)
    const result = await drill(archive)
    expectVerdict(result, 'FAILED', words)
    expect(stateOf(result, check)).toBe('FAILED')
    expect(stateOf(result, 'restored')).toBe('NOT PROVED')
    expect(await scene.leftovers()).toEqual([])
  },
)

test.each([
  ['gzip', 'pg_dump | gzip >flip.gz', 'flip.gz', 'is damaged'],
  ['gpg', 'pg_dump >f; seal -o flip.gpg f', 'flip.gpg', 'does not authenticate'],
  ['a compressed custom format', 'pg_dump -Fc >flip.dump', 'flip.dump', 'cannot read it'],
])(
  'a byte that is another one fails the drill before anything is restored: %s',
  async (_, commands, archive, words) => {
    await recipe(commands)
    await flip(archive)
    const result = await drill(archive)
    expectVerdict(result, 'FAILED', words)
    expect(stateOf(result, 'restored')).toBe('NOT PROVED')
  },
)

test('a wrong passphrase is told from damage, and so is none', async () => {
  await recipe('pg_dump -Fc >wrong; seal -o wrong.gpg wrong')
  const wrong = newPassphrase()
  const result = await drill('wrong.gpg', { passphrase: wrong })
  expectVerdict(result, 'NOT PROVED', 'The passphrase does not open', 'gpg --decrypt')
  const none = await drill('wrong.gpg', { passphrase: '' })
  expectVerdict(none, 'NOT PROVED', 'Nothing is held that opens')
  for (const { raw, summary } of [result, none, await drill('wrong.gpg')]) {
    const shown = raw.replaceAll(/^::add-mask::.*$/gm, '') + summary
    for (const secret of [wrong, scene.passphrase]) expect(shown).not.toContain(secret)
  }
})

test('no passphrase is needed for what is not encrypted, and no record is left', async () => {
  await recipe('pg_dump -Fc >open.dump')
  expectShown(await drill('open.dump', { passphrase: '' }), 'custom format')
  const branch = `${scene.github.apiUrl}/repos/${scene.github.repository}/branches/recovery-log`
  const { status } = await fetch(branch, {
    headers: { authorization: `Bearer ${scene.github.token}` },
  })
  expect(status).toBe(404)
})

test('what was encrypted for a public key is opened with the private one', async () => {
  await recipe(`
    gpg --batch --quiet --passphrase '' --quick-generate-key backup@example.test rsa3072 encr never
    gpg --batch --armor --export-secret-keys >key.asc
    pg_dump -Fc >k; gpg --batch --quiet --trust-model always --encrypt --recipient backup@example.test -o key.gpg k`)
  const key = await readFile(join(workspace, 'key.asc'), 'utf8')
  await rm(join(workspace, 'key.asc'))
  expectShown(await drill('key.gpg', { passphrase: '', 'private-key': key }), 'out of OpenPGP')
})

test.each([
  ['leads out', `pg_dump >../out.sql; tar -P -cf evil.tar ../out.sql`, "'../out.sql' leads out"],
  ['is a link', `ln -s /etc/passwd link.sql; tar -cf evil.tar link.sql`, "'link.sql' is a link"],
  ['is one of two', `pg_dump >1.sql; cp 1.sql 2.sql; tar -cf evil.tar 1.sql 2.sql`, '1.sql, 2.sql'],
])('a tar whose member %s is refused by its name', async (_, commands, words) => {
  await recipe(commands)
  expectVerdict(await drill('evil.tar'), 'NOT PROVED', 'evil.tar is not opened', words)
  expect(await scene.leftovers()).toEqual([])
})

withMended('an SQL text that would run programs runs none, and the place is named', async () => {
  const folder = await mkdtemp(join(scene.directory, 'canary-'))
  await chmod(folder, 0o777)
  await recipe('pg_dump >clean.sql')
  const clean = await readFile(join(workspace, 'clean.sql'), 'utf8')
  const attacks = {
    shell: `\\! touch ${folder}/shell`,
    backticks: `\\set x \`touch ${folder}/backticks\``,
    unrestrict: `\\unrestrict \`touch ${folder}/unrestrict\``,
    copy: `\\copy kept.note TO PROGRAM 'touch ${folder}/copy'`,
    output: `SELECT 1 \\g |touch ${folder}/output`,
  }
  for (const [name, attack] of Object.entries(attacks)) {
    const at = clean.indexOf('\n-- Name: note;')
    await writeFile(
      join(workspace, 'evil.sql'),
      `${clean.slice(0, at)}\n${attack}\n${clean.slice(at)}`,
    )
    const result = await drill('evil.sql')
    expectVerdict(result, 'NOT PROVED', 'commands for psql', 'Nothing of it was run')
    expect([name, stateOf(result, 'restored')]).toEqual([name, 'NOT PROVED'])
  }
  const server = `COPY (SELECT 1) TO PROGRAM 'touch ${folder}/server';`
  const last = clean.indexOf('\n-- PostgreSQL database dump complete')
  await writeFile(
    join(workspace, 'evil.sql'),
    `${clean.slice(0, last)}\n\n${server}\n${clean.slice(last)}`,
  )
  expectVerdict(await drill('evil.sql'), 'FAILED', 'psql ended with', 'permission denied')
  for (const name of [...Object.keys(attacks), 'server']) {
    expect([name, existsSync(join(folder, name))]).toEqual([name, false])
  }
  expect(await scene.leftovers()).toEqual([])
  expect(await scene.survivors()).toEqual([])
})

const own = await findToolchains(processes, process.env.PATH ?? '')
const unmended = own.length > 0 && !own.some(({ version }) => isMended(version))
needs(unmended, 'a psql that may be given SQL text is installed on this machine')(
  'a psql that runs what an SQL text names is not given any, and the remedy is named',
  async () => {
    const { pgDump = '' } = own[0] ?? {}
    await using server = await startTestServer()
    const source = await server.createDatabase()
    const { stdout } = await promisify(execFile)(pgDump, [], {
      env: { ...source.superuser.environment },
    })
    await writeFile(join(workspace, 'old.sql'), stdout)
    const result = await drill('old.sql', {}, process.env.PATH ?? '')
    expectVerdict(result, 'NOT PROVED', 'CVE-2026-18408', 'postgresql-client-')
    expect(stateOf(result, 'restored')).toBe('NOT PROVED')
    expectVerdict(await drill('old.sql'), 'NOT PROVED', 'by psql 17')
  },
)

test.each([
  ['recovery-point', 'backup-2026-01-01-x'],
  ['target-url', 'postgresql://a:b@127.0.0.1/c'],
  ['by-hand', 'true'],
  ['self-test', 'true'],
  ['mode', 'proof'],
])('an archive and %s together are refused', async (input, value) => {
  const { exitCode, log } = await drill('a.sql', { [input]: value })
  expect(exitCode).toBe(2)
  expect(log).toContain(`'archive' and '${input}' cannot be given together`)
})

test.each([
  ['nothing.sql', 'There is no file or directory'],
  ['empty', 'it is empty'],
  ['a.zip', 'it begins as zip'],
  ['words.txt', 'does not begin as an SQL dump of pg_dump does'],
  ['all.sql', 'It is of pg_dumpall'],
])('%s is no dump, and the message says what to do', async (name, words) => {
  await recipe(`: >empty; printf 'PK\\3\\4' >a.zip; echo hello >words.txt; pg_dumpall >all.sql`)
  expectVerdict(await drill(name), 'NOT PROVED', words)
})

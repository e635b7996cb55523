import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { childProcesses, unprivilegedIdentity } from '@recovery-playbook/host'
import { otherMajor } from '../../../test/support/majors.ts'
import { needs } from '../../../test/support/needs.ts'
import { startTestServer } from '../../../test/support/postgres.ts'
import { findToolchains, isMended, readSqlText, restoreText, type SqlText } from '../src/index.ts'
import { withBlanks } from '../src/restore/restore-text.ts'

// eslint-disable-next-line @typescript-eslint/require-await -- pieces are a stream
async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = (text: string, size = 1 << 20): Promise<SqlText> => readSqlText(inPieces(text, size))

const dump = (body: string) => `--
-- PostgreSQL database dump
--

\\restrict abc123

-- Dumped from database version 17.11 (Debian)
-- Dumped by pg_dump version 17.11

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
${body}

--
-- PostgreSQL database dump complete
--

\\unrestrict abc123
`

const tricky = `
CREATE SCHEMA kept; CREATE SCHEMA "we""ird";
CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA "we""ird";
COMMENT ON EXTENSION hstore IS 'it''s; \\! no command';
CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS $_$ SELECT '\\! $1 $x$' || $1; $_$;
CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;
SELECT E'\\'; \\! none', 'a\\', U&'\\0041', "\\!", 1 /* \\! /* nested */ ' */, $$ \\! $$; -- \\! ' nor here
ALTER TABLE kept.t OWNER TO "the Owner"; ALTER TABLE kept.u OWNER TO App;
GRANT SELECT, INSERT ON TABLE kept.t TO reader, "wr, iter" WITH GRANT OPTION;
REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT pg_monitor TO watcher;
ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA kept GRANT SELECT ON TABLES TO taker;
CREATE POLICY p ON kept.t AS PERMISSIVE FOR SELECT TO seer USING ((x = 'OWNER TO nobody'));
COPY kept.t (a, b) FROM stdin;
1\tOWNER TO nobody; \\! '
\\N\t\\\\.
\\.
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION f();`

test.each([1, 2, 3, 7, 64])(
  'a text is understood wherever its pieces break: every %i bytes',
  async (size) => {
    expect(await read(dump(tricky), size)).toEqual(await read(dump(tricky)))
  },
)

test('what a text needs is made beforehand, and no string, row or comment is taken for a statement', async () => {
  const text = await read(dump(tricky))
  expect(text).toMatchObject({
    madeBy: 'pg_dump',
    isComplete: true,
    encoding: 'UTF8',
    commands: [],
  })
  expect(text.version).toBe('17.11 (Debian)')
  expect(text.roles).toEqual(
    ['the Owner', 'app', 'reader', 'wr, iter', 'watcher', 'maker', 'taker', 'seer'].sort(),
  )
  expect(text.extensions).toEqual([{ name: 'hstore', version: '', schema: 'we"ird' }])
  expect(text.schemas).toEqual(['we"ird'])
  expect(text.passedOver.map(({ statement }) => statement.slice(0, 24))).toEqual([
    '\\restrict',
    'CREATE SCHEMA "we""ird"',
    'CREATE EXTENSION IF NOT ',
    'COMMENT ON EXTENSION hst',
    'CREATE EVENT TRIGGER wat',
    '\\unrestrict',
  ])
})

test.each([
  ['a string', `SELECT 'abc`],
  ['a string', `SELECT $a$ abc`],
  ['a comment', `SELECT 1; /* abc`],
  ['a statement', `SELECT 1; CREATE TABLE t (`],
  ['the rows of a COPY', `COPY t FROM stdin;\n1\n2`],
])('a text that breaks off in %s is not complete', async (unfinished, body) => {
  const text = dump(body)
  const cut = await read(text.slice(0, text.indexOf(body) + body.length))
  expect(cut).toMatchObject({ isComplete: false, unfinished })
})

test('what follows pg_dump’s last words is no end', async () => {
  const text = `${dump('SELECT 1;')}DROP TABLE t;`
  expect(await read(text)).toMatchObject({ isComplete: false })
})

test.each([
  '\\! touch x',
  'SELECT 1 \\g |cat',
  '\\unrestrict `id`',
  '\\restrict a b',
  "COPY t FROM stdin;\n1\n\\.\n\\copy t TO PROGRAM 'id'",
  "SET standard_conforming_strings = off; SELECT 'a\\'b'; \\! id",
])('a command for psql is seen, and named with its place: %j', async (body) => {
  const text = dump(body)
  const { commands } = await read(text)
  expect(commands).toHaveLength(1)
  const { text: command, at } = commands[0] ?? { text: '', at: 0 }
  expect(text.slice(at)).toMatch(/^\\/)
  expect(body).toContain(command)
})

test.each([1, 3, 1000])(
  'what is passed over leaves every line where it is: in pieces of %i',
  async (size) => {
    const text = 'one;\ntwo\ntwo;\nthree;\n'
    const pieces: Uint8Array[] = []
    const ranges = [
      { from: 0, to: 4 },
      { from: 5, to: 13 },
    ]
    for await (const piece of withBlanks(inPieces(text, size), ranges)) pieces.push(piece)
    expect(Buffer.concat(pieces).toString()).toBe('    \n   \n    \nthree;\n')
  },
)

test.each([
  ['14.23', false],
  ['14.24', true],
  ['15.18', false],
  ['15.19', true],
  ['16.15', true],
  ['17.10', false],
  ['17.11', true],
  ['18.6', true],
  ['18beta1', false],
  ['13.99', false],
  ['19.0', true],
  ['20devel', true],
  ['', false],
])('psql %s may be given a text of somebody else’s: %s', (version, mended) => {
  expect(isMended(version)).toBe(mended)
})

const processes = childProcesses()
const [toolchain] = await findToolchains(processes, (await otherMajor(17)) ?? '', '/nowhere')
needs(toolchain !== undefined, 'PostgreSQL 17 is not here, and comes from PyPI')(
  'psql itself refuses every command, also one that nobody has seen before',
  async () => {
    await using server = await startTestServer({}, toolchain)
    const folder = await mkdtemp(join(tmpdir(), 'restricted-'))
    await chmod(folder, 0o777)
    const attacks = [
      '\\! touch F',
      '\\unrestrict `touch F`',
      '\\set x `touch F`',
      '\\o |touch F',
      'SELECT 1 \\g |touch F',
    ]
    try {
      for (const [index, attack] of attacks.entries()) {
        const text = join(folder, 'text')
        await writeFile(
          text,
          `SELECT 1;\n${attack.replace('F', join(folder, 'made'))}\nSELECT 2;\n`,
        )
        const facts = await read('')
        await using cluster = await startTestServer({}, toolchain)
        const restoring = restoreText({
          cluster: cluster.cluster,
          processes,
          reader: { processes, identity: unprivilegedIdentity() },
          fingerprint: {
            roles: [],
            extensions: [],
            unseen: { settings: [] },
            server: {
              encoding: 'UTF8',
              collation: 'C',
              ctype: 'C',
              localeProvider: 'libc',
              locale: null,
            },
          },
          psql: server.toolchain.psql,
          text,
          passedOver: facts.passedOver,
          schemas: [],
        })
        await expect(restoring).rejects.toMatchObject({
          code: 'RESTORE_FAILED',
          message: expect.stringMatching(/restrict|key/),
        })
        expect([index, await readdir(folder)]).toEqual([index, ['text']])
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)

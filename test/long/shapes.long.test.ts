import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openScene, type Scene } from '../support/scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(async () => {
  await scene[Symbol.asyncDispose]()
})

/** In one transaction for each loop: a table takes locks, and a transaction holds them. */
const shapes: Record<string, { sql: string[]; outputs: Record<string, string> }> = {
  '1000 tables, each with its sequence, index and comment': {
    sql: [
      `DO $$ BEGIN FOR i IN 1..1000 LOOP
        EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, line text)', i);
        EXECUTE format('CREATE INDEX ON t%s (line)', i);
        EXECUTE format('COMMENT ON TABLE t%s IS %L', i, 'the ' || i || 'th');
        EXECUTE format('INSERT INTO t%s (line) SELECT md5(i::text) FROM generate_series(1, 10) AS i', i);
      END LOOP; END $$`,
    ],
    outputs: { tables: '1000', rows: '10000' },
  },
  '300 schemas with a table and a view each': {
    sql: [
      `DO $$ BEGIN FOR i IN 1..300 LOOP
        EXECUTE format('CREATE SCHEMA %I', 'tenant ' || i);
        EXECUTE format('CREATE TABLE %I.users (id int PRIMARY KEY)', 'tenant ' || i);
        EXECUTE format('CREATE VIEW %I.everybody AS SELECT * FROM %1$I.users', 'tenant ' || i);
        EXECUTE format('INSERT INTO %I.users VALUES (%s)', 'tenant ' || i, i);
      END LOOP; END $$`,
    ],
    outputs: { tables: '300', rows: '300' },
  },
  '100,000 large objects': {
    sql: [
      'CREATE TABLE notes (recording oid)',
      ...Array.from(
        { length: 20 },
        (_, batch) => `DO $$ BEGIN FOR i IN 1..5000 LOOP
        PERFORM lo_from_bytea(0, convert_to('object ' || ${batch} * 5000 + i, 'UTF8'));
      END LOOP; END $$`,
      ),
    ],
    outputs: { tables: '1', rows: '0' },
  },
  'a table of 2 GB': {
    sql: [
      'CREATE TABLE big (id bigint PRIMARY KEY, line text, noise bytea)',
      ...Array.from(
        { length: 10 },
        (_, batch) => `INSERT INTO big
          SELECT i, repeat(md5(i::text), 6), decode(repeat(md5((-i)::text) || md5(i::text), 24), 'hex')
          FROM generate_series(${batch} * 200000 + 1, ${batch + 1} * 200000) AS i`,
      ),
    ],
    outputs: { tables: '1', rows: '2000000' },
  },
  'names with quotes, line breaks, blanks, backslashes and emoji': {
    sql: [
      String.raw`CREATE SCHEMA "a""b'c\d; --"; CREATE TABLE "a""b'c\d; --"."t" (x int)`,
      `CREATE TYPE "mood\n🌿" AS ENUM ('gl''ad', 'sad\n', '😀')`,
      `CREATE TABLE "line\nbreak" ("col\numn" int PRIMARY KEY, "💾 ""x""" "mood\n🌿", "$1" text DEFAULT E'\\n')`,
      `CREATE INDEX "in\ndex" ON "line\nbreak" ("💾 ""x""")`,
      `INSERT INTO "line\nbreak" SELECT i, '😀' FROM generate_series(1, 50) AS i`,
      `CREATE VIEW " " AS SELECT * FROM "line\nbreak"`,
      `CREATE FUNCTION "fn\n()"() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      `CREATE SEQUENCE "se'q\\uence" START 7; SELECT nextval('"se''q\\uence"')`,
      String.raw`COMMENT ON TABLE "line
break" IS E'\\! echo pwned\n\\q'`,
      `CREATE TABLE "::set-output name=verdict::PROVED" ("##[error]" int)`,
    ],
    outputs: { tables: '3', rows: '50' },
  },
}

test.each(Object.entries(shapes))('%s: exported and proved', async (_, { sql, outputs }) => {
  const database = await scene.sample.server.createDatabase()
  for (const statement of sql) await database.execute(statement)
  const inputs = { name: database.name, 'database-url': database.url }
  const exported = await scene.exportRelease(inputs)
  expect(exported).toMatchObject({ exitCode: 0, outputs })
  const drilled = await scene.drill({ name: database.name })
  expect(drilled).toMatchObject({ exitCode: 0, outputs: { ...outputs, verdict: 'PROVED' } })
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '../../../test/support/postgres.ts'
import { openSession } from '../src/index.ts'
import { inertSql } from '../src/inert-sql.ts'
import { literal } from '../src/sql.ts'
import { type Scratch, scratch } from './round-trip.ts'

let server: TestServer
let database: TestDatabase
let place: Scratch
beforeAll(async () => {
  server = await startTestServer()
  database = await server.createDatabase()
  place = await scratch()
})
afterAll(async () => {
  await place[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const open = () => openSession(server.toolchain.psql, database.owner, server.processes)
const canary = () => join(place.directory, 'pwned')

const commands = {
  'a command': '\\! touch CANARY',
  'a command behind a string': "'a\\' \\! touch CANARY\n'",
  'a command behind a name': `"a\\" \\! touch CANARY\n`,
  'a command behind a dollar quote': '$a$ " $a$ \\! touch CANARY\n"',
  'a command behind a number and a dollar quote': '1$a$ " $a$ \\! touch CANARY\n"',
  'a command behind half a dollar quote': '$a$ $b$ \\! touch CANARY\n$b$',
  'a command behind a comment': `-- '\n\\! touch CANARY\n--'`,
  'a command in a comment of two ends': `/* " */ \\! touch CANARY\n--"`,
  'a command behind a line that ends at a NUL': `'\0' "\n' \\! touch CANARY\n"`,
  'a variable': ':DBNAME',
  'a quoted variable': `:'DBNAME'`,
  'a string without an end': "'",
}

for (const [what, text] of Object.entries(commands)) {
  test(`${what}, where a value was to stand, is not executed by psql`, async () => {
    await using session = await open()
    const sql = `SELECT ${text.replace('CANARY', canary())}`
    await expect(session.execute(sql)).rejects.toMatchObject({ code: 'QUERY_FAILED' })
    expect(existsSync(canary())).toBe(false)
  })
}

const values = ["\\! x ' \\'", '\\', "\\'", "''\\''", '\\\\', ':DBNAME', '$a$', '--', '/*', '\n\\q']

test('a value with a backslash arrives as it is', async () => {
  await using session = await open()
  for (const value of values) {
    expect(await session.query(`SELECT ${literal(value)} AS value`)).toEqual([{ value }])
    const name = `"${value.replaceAll('"', '""')}"`
    expect(await session.query(`SELECT 1 AS ${name}`)).toEqual([{ [value]: 1 }])
  }
})

test('a function that changes how strings are read turns no value into a command', async () => {
  await using session = await open()
  await session.execute('SET standard_conforming_strings = off; SET escape_string_warning = off')
  for (const value of [...values, `\\'; \\! touch ${canary()}\n--`]) {
    expect(await session.query(`SELECT ${literal(value)} AS value`)).toEqual([{ value }])
  }
  expect(existsSync(canary())).toBe(false)
})

test('what needs no change is sent as it is', () => {
  const sql = `SELECT a::text, 'it''s', "a\\b", E'\\\\x', $q$\\$q$, "x"[1 : 2] FROM t -- \\ comment\n`
  expect(inertSql(sql)).toBe(sql)
})

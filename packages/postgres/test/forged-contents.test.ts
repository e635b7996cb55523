import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startTestServer, type TestServer } from '../../../test/support/postgres.ts'
import { describeServer, inspectTarget, openSession, restoreTarget } from '../src/index.ts'
import { backUp, restore, scratch } from './round-trip.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

/** Its contents list a view, whose definition has become another statement of the same length. */
async function forgedArchive(archive: string, folder: string) {
  const database = await server.createDatabase()
  await database.execute(`CREATE VIEW harmless AS SELECT '${'x'.repeat(200)}'::text AS t`)
  const fingerprint = await backUp(server, database, archive)
  const bytes = await readFile(archive, 'latin1')
  const [definition = ''] = /CREATE VIEW public\.harmless AS[^;]*;/.exec(bytes) ?? []
  const forged = `COPY (SELECT 1) TO PROGRAM 'touch ${folder}/program';`
  expect(definition.length).toBeGreaterThan(forged.length)
  await writeFile(archive, bytes.replace(definition, forged.padEnd(definition.length)), 'latin1')
  const { stdout } = await promisify(execFile)(server.toolchain.pgRestore, ['--list', archive])
  expect(stdout).toMatch(/ VIEW public harmless /)
  return fingerprint
}

test('an entry that lists as a view and runs a program, runs none', async () => {
  await using place = await scratch()
  await promisify(execFile)('chmod', ['777', place.directory])
  const fingerprint = await forgedArchive(place.archive, place.directory)
  const failed = {
    code: 'RESTORE_FAILED',
    message: expect.stringContaining('pg_execute_server_program'),
  }
  await expect(restore(server, fingerprint, place.archive)).rejects.toMatchObject(failed)

  await using other = await startTestServer()
  const { toolchain, processes } = other
  const { superuser: connection } = await other.createDatabase()
  await using session = await openSession(toolchain.psql, connection, processes)
  const target = await inspectTarget(session, await describeServer(session), fingerprint)
  const order = { toolchain, processes, connection, target, fingerprint }
  const restoring = restoreTarget({ ...order, archive: place.archive, jobs: 2 })
  await expect(restoring).rejects.toMatchObject({ code: 'RESTORE_FAILED' })
  expect(await readdir(place.directory)).toEqual(['database.dump'])
})

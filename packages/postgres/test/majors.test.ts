import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { childProcesses } from '@recovery-playbook/host'
import { otherMajor } from '../../../test/support/majors.ts'
import { needs } from '../../../test/support/needs.ts'
import { fillSample, newestServer, startTestServer } from '../../../test/support/postgres.ts'
import {
  beginFingerprint,
  compareFingerprints,
  dumpDatabase,
  dumpGlobals,
  dumpSchema,
  exportSnapshot,
  findToolchains,
  parseConnection,
  takeFingerprint,
  type Toolchain,
} from '../src/index.ts'
import { restore, scratch } from './round-trip.ts'

const processes = childProcesses()

async function toolchains(): Promise<Map<number, Toolchain>> {
  const own = await newestServer(processes)
  const others = await Promise.all(([14, 16, 17, 18] as const).map(otherMajor))
  const found = await Promise.all(
    others.map(async (bin) => (await findToolchains(processes, bin ?? '', '/nowhere'))[0]),
  )
  const known = [...found, own].filter((one) => one !== undefined)
  return new Map(known.map((one) => [one.major, one]))
}

const majors = await toolchains()
const of = (major: number) =>
  needs(majors.has(major), `PostgreSQL ${major} is not here, and comes from PyPI`)

/** What a careful administrator gives an application's role, and a backup must survive. */
const timeouts = (major: number) => ({
  statement_timeout: '50ms',
  lock_timeout: '50ms',
  idle_in_transaction_session_timeout: '100ms',
  idle_session_timeout: '100ms',
  ...(major >= 17 && { transaction_timeout: '200ms' }),
})

for (const major of [14, 15, 16, 17, 18]) {
  of(major)(
    `a role whose every timeout is short is backed up and restored by PostgreSQL ${major}`,
    async () => {
      const toolchain = majors.get(major)
      await using server = await startTestServer({}, toolchain)
      const sample = await server.createDatabase()
      await fillSample(server, sample.owner, { rows: 8000, seed: 3 })
      for (const [name, value] of Object.entries(timeouts(major))) {
        await sample.administer(`ALTER ROLE ${sample.owner.user} SET ${name} = '${value}';
          ALTER DATABASE ${sample.name} SET ${name} = '${value}'`)
      }
      const connection = parseConnection(`${sample.url}?options=-c%20statement_timeout%3D40`)
      await using place = await scratch()
      await using archive = await open(place.archive, 'w')
      await using snapshot = await exportSnapshot(server.toolchain.psql, connection, processes)
      await delay(500)
      const order = { toolchain: server.toolchain, connection, snapshot, processes }
      await using describing = await beginFingerprint({ ...order, sessions: 1 })
      // A slow upload: pg_dump waits in the middle of a table.
      const upload = processes.start({
        program: '/bin/sh',
        arguments: ['-c', 'head --bytes 1000000; sleep 0.6; cat'],
        environment: { PATH: '/usr/bin:/bin' },
        output: archive,
      })
      await dumpDatabase(order, upload).succeeded
      expect(await upload.ending).toMatchObject({ code: 0 })
      const fingerprint = await describing.finish()

      await using restored = await restore(server, fingerprint, place.archive)
      const { superuser } = restored
      const came = await takeFingerprint({
        ...order,
        snapshot: undefined,
        connection: superuser,
        sessions: 1,
      })
      expect(compareFingerprints(fingerprint, came)).toEqual([])
    },
  )
}

for (const major of [14, 15, 16, 17, 18]) {
  of(major)(
    `the roles are dumped for one whose every timeout is a millisecond, by PostgreSQL ${major}`,
    async () => {
      await using server = await startTestServer({}, majors.get(major))
      const sample = await server.createDatabase()
      await sample.administer(`DO $$ BEGIN FOR i IN 1 .. 3000 LOOP
        EXECUTE format('CREATE ROLE %I', 'many ' || i); END LOOP; END $$`)
      for (const name of Object.keys(timeouts(major))) {
        await sample.administer(`ALTER ROLE ${sample.owner.user} SET ${name} = '1ms'`)
      }
      const connection = parseConnection(`${sample.url}?options=-c%20work_mem%3D8MB`)
      const globals = await dumpGlobals({ ...server, connection })
      expect(globals.match(/^CREATE ROLE "many/gm)).toHaveLength(3000)
    },
  )
}

of(14)('an older pg_dump is refused by the server, and the failure names the remedy', async () => {
  await using server = await startTestServer({}, majors.get(18))
  const { owner: connection } = await server.createDatabase()
  const toolchain = majors.get(14) ?? server.toolchain
  await expect(dumpSchema({ toolchain, connection, processes })).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    message: expect.stringMatching(/server version: 18.*pg_dump version: 14/s),
    hint: expect.stringContaining("client of the server's major"),
  })
})

of(18)('any psql opens a session with a server of any major', async () => {
  for (const [client, server] of [
    [14, 18],
    [18, 14],
  ] as const) {
    await using running = await startTestServer({}, majors.get(server))
    const { owner } = await running.createDatabase()
    const psql = majors.get(client)?.psql ?? ''
    await using snapshot = await exportSnapshot(psql, owner, processes)
    expect({ psql: dirname(psql), id: snapshot.id }).toMatchObject({ id: expect.any(String) })
  }
})

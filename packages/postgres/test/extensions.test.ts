import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { childProcesses } from '@recovery-playbook/host'
import { isRoot, needs } from '../../../test/support/needs.ts'
import { newestServer, startTestServer, type TestServer } from '../../../test/support/postgres.ts'
import { openSession } from '../src/index.ts'
import { debianPackages } from '../src/toolchain.ts'
import { packageOfExtension, provideExtensions } from '../src/restore/extension-packages.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

test('an extension is named with the package that has it', () => {
  expect(packageOfExtension('vector', 15)).toBe('postgresql-15-pgvector')
  expect(packageOfExtension('postgis_topology', 16)).toBe('postgresql-16-postgis-3')
  expect(packageOfExtension('pg_repack', 14)).toBe('postgresql-14-pg-repack')
  expect(packageOfExtension('plpython3u', 15)).toBe('postgresql-15-plpython3')
  expect(packageOfExtension('pg_graphql', 15)).toBeUndefined()
})

test.each(['x-', '-x', 'a b', 'a;b', '../x', 'x+', 'X', '__proto__', 'a=1'])(
  'a hostile name, %p, is never handed to apt',
  (name) => {
    expect(packageOfExtension(name, 15)).toBeUndefined()
  },
)

const searchPath = process.env.PATH ?? ''

/** That apt can install beside the server of the tests, and that this machine lacks. */
const small = 'prefix'
const { major, directory } = (await newestServer(childProcesses())) ?? { major: 0, directory: '' }
const smallPackage = `postgresql-${major}-${small}`
const candidate = await promisify(execFile)('apt-cache', ['policy', smallPackage]).then(
  ({ stdout }) => stdout.includes('Installed: (none)') && !stdout.includes('Candidate: (none)'),
  () => false,
)

needs(
  isRoot && candidate && directory.startsWith(debianPackages),
  `apt has no ${smallPackage} for the server of this machine, or it is installed already`,
)(
  'an extension that this machine lacks is installed, and then it is there',
  async () => {
    await using session = await openSession(
      server.toolchain.psql,
      server.cluster.superuser,
      server.processes,
    )
    const wanted = [{ name: small, version: '1.2.0', schema: 'public' }]
    const installer = { processes: server.processes, searchPath, root: isRoot }
    try {
      const installed = await provideExtensions(session, major, wanted, installer)
      expect(installed).toEqual([smallPackage])
      await session.execute(`CREATE EXTENSION ${small} SCHEMA public`)
    } finally {
      await promisify(execFile)('apt-get', ['--yes', 'purge', smallPackage])
    }
  },
  180_000,
)

test('what no package has is named, with the image that has it, and the backup is not blamed', async () => {
  await using session = await openSession(
    server.toolchain.psql,
    server.cluster.superuser,
    server.processes,
  )
  const wanted = [{ name: 'pg_graphql', version: '1.5.0', schema: 'public' }]
  await expect(
    provideExtensions(session, major, wanted, {
      processes: server.processes,
      searchPath,
      root: isRoot,
    }),
  ).rejects.toMatchObject({
    code: 'EXTENSION_MISSING',
    message: expect.stringContaining('pg_graphql 1.5.0'),
    hint: expect.stringContaining('supabase/postgres'),
  })
})

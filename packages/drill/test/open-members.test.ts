import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import type { Fingerprint } from '@recovery-playbook/postgres'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import {
  compressText,
  type Manifest,
  type MemberName,
  partBytesFor,
  renderSealedHalf,
  storeMember,
} from '@recovery-playbook/archive'
import { openerFor, recipientsOf, sealerFor } from '@recovery-playbook/encryption'
import { childProcesses } from '@recovery-playbook/host'
import { openMembers, type RecoveryPoint } from '../src/index.ts'

const passphrase = 'kLq0vX3w9sR7tB1nZc5yHd2mQe8u+f4J'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(`${tmpdir()}/members-`)
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const described: Fingerprint = {
  algorithm: 'any',
  server: {
    ...{ major: 15, version: '15.18', encoding: 'UTF8', collation: 'C', ctype: 'C' },
    ...{ localeProvider: 'libc', locale: null, database: 'journal' },
  },
  ...{ extensions: [], roles: ['app', 'Two Words'], tables: [], sequences: [], schema: '' },
  largeObjects: { count: '0', hash: '0' },
  unseen: { invalidIndexes: [], unvalidatedConstraints: [], unpopulatedViews: [], settings: [] },
}

/** A recovery point of a database in which `app` owns something. */
async function recoveryPoint(texts: { readonly 'globals.sql'?: string }): Promise<RecoveryPoint> {
  const assets = new Map<string, Uint8Array>()
  const { seal } = await sealerFor(await recipientsOf({ passphrase }, new Date()))
  const store = async (name: MemberName, text: string) =>
    storeMember({
      ...{ name, seal, content: await compressText(text), partBytes: partBytesFor(0), parallel: 1 },
      scratch: directory,
      sink: {
        upload: async (part, content) => {
          const bytes = content instanceof Uint8Array ? content : await readFile(content.path)
          assets.set(part, bytes)
        },
      },
    })
  const members = [await store('database.dump', 'a dump')]
  for (const [name, text] of Object.entries(texts)) {
    members.push(await store(name as MemberName, text))
  }
  const tag = 'backup-2026-11-24-database'
  const manifest = { tag, members } as unknown as Omit<Manifest, 'format'>
  const half = renderSealedHalf({ manifest, fingerprint: described })
  const sealedHalf = await store('fingerprint.json', half)
  const receive: RecoveryPoint['release']['receive'] = (name, take) =>
    take(Readable.from([assets.get(name) ?? new Uint8Array()]))
  return {
    manifest: { ...manifest, format: 1, members: [...members, sealedHalf] },
    release: { receive },
  } as unknown as RecoveryPoint
}

const open = async (point: RecoveryPoint, held = passphrase) =>
  openMembers(point, {
    opener: openerFor({ passphrases: [held] }),
    directory,
    processes: childProcesses(),
    searchPath: process.env.PATH ?? '',
    jobs: 1,
    info: () => undefined,
  })

test('a wrong passphrase is what is told, and the dump has stopped coming when it is', async () => {
  const point = await recoveryPoint({})
  let came = 0
  async function* slowly(bytes: AsyncIterable<Uint8Array>) {
    for await (const piece of bytes) {
      for (const byte of piece) {
        await after(1)
        came += 1
        yield Uint8Array.of(byte)
      }
    }
  }
  const release: RecoveryPoint['release'] = {
    ...point.release,
    receive: (name, take) =>
      point.release.receive(name, (bytes) =>
        take(name.startsWith('database.dump') ? slowly(bytes) : bytes),
      ),
  }
  await expect(open({ ...point, release }, 'another one')).rejects.toMatchObject({
    code: 'CANNOT_OPEN',
  })
  const before = came
  await after(50)
  expect(came).toBe(before)
  expect(before).toBeLessThan(point.manifest.members[0]?.parts[0]?.bytes ?? 0)
})

const globals = '\nCREATE ROLE app;\nCREATE ROLE "Two Words";\nALTER ROLE app WITH LOGIN;\n'

test('roles that are all there open without a word', async () => {
  const { fingerprint } = await open(await recoveryPoint({ 'globals.sql': globals }))
  expect(fingerprint.roles).toEqual(['app', 'Two Words'])
})

test('a role that nobody could make again on the day is noticed', async () => {
  const without = globals.replace('CREATE ROLE "Two Words";\n', '')
  await expect(open(await recoveryPoint({ 'globals.sql': without }))).rejects.toMatchObject({
    code: 'RECOVERY_POINT_INCOMPLETE',
    message: 'globals.sql of backup-2026-11-24-database does not make these roles: Two Words.',
  })
})

test('a recovery point from before there was a globals.sql still opens', async () => {
  const { fingerprint } = await open(await recoveryPoint({}))
  expect(fingerprint.roles).toHaveLength(2)
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { githubClient } from '@recovery-playbook/host'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import {
  happened,
  type HistoryRow,
  logBranch,
  type Proof,
  proved,
  readHistory,
  readProof,
  writeLog,
} from '../src/index.ts'
import { keeperOf } from './keeper.ts'

let directory: string
let github: LocalGithub
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-'))
  github = await startLocalGithub({ directory })
})
afterEach(async () => {
  await github.close()
  await rm(directory, { recursive: true, force: true })
})

const repository = { owner: 'acme', repo: 'journal' }
const request = () => githubClient(github.token, github.apiUrl)
const keeper = () => keeperOf(github)

const proof: Proof = {
  recoveryPoint: 'backup-2026-11-24-database',
  database: 'default',
  manifest: 'a'.repeat(64),
  snapshotAt: '2026-11-24T03:17:00.000Z',
  verdict: 'PROVED',
  scenario: 'database-restore',
  run: { id: 1, attempt: 1 },
  recordedAt: '2026-11-24T04:00:00.000Z',
  seconds: 70,
  promised: { recoverySeconds: 1800, dataLossSeconds: 86_400 },
  recoverySeconds: 65.12,
  dataLossSeconds: null,
  ageSeconds: 600,
  phases: [{ title: 'Restore', seconds: 60 }],
  sealedBytes: 100,
}
const { recoveryPoint, snapshotAt, recordedAt, run } = proof
const exported = (tag = recoveryPoint): HistoryRow => ({
  kind: 'export',
  ...{ recoveryPoint: tag, snapshotAt, recordedAt, run },
})

const write = async (record: Proof, sign?: (bytes: Uint8Array) => Promise<string>) => {
  await writeLog(keeper(), [await proved(record, sign)], 'A drill')
}
const read = (...more: [verify?: Parameters<typeof readProof>[3], scenario?: Proof['scenario']]) =>
  readProof(request(), repository, recoveryPoint, ...more)
const store = (path: string, text: string) =>
  writeLog(keeper(), [() => Promise.resolve({ [path]: text })], 'By hand')

test('what a drill recorded is read again, by the promise and the measure', async () => {
  await write(proof)
  expect(await read()).toEqual({ format: 2, ...proof })
})

test('a record of the version before is still a proof', async () => {
  const { recoveryPoint, database, manifest, snapshotAt, verdict, run, recordedAt } = proof
  const old = { recoveryPoint, database, manifest, snapshotAt, verdict, run, recordedAt }
  const text = JSON.stringify({ format: 1, ...old, recoverySeconds: 12.5, sealedBytes: null })
  await store(`proofs/${recoveryPoint}.json`, text)
  expect(await read()).toMatchObject({
    ...old,
    scenario: 'database-restore',
    seconds: 12.5,
    recoverySeconds: null,
  })
})

test.each([
  ['of a later version', JSON.stringify({ ...proof, format: 3 })],
  ['with a field too many', JSON.stringify({ ...proof, format: 2, note: 'x' })],
  ['that is no JSON', 'PROVED'],
])('a record %s proves nothing', async (_, text) => {
  await store(`proofs/${recoveryPoint}.json`, text)
  await expect(read()).rejects.toMatchObject({ code: 'NOT_PROVED' })
})

test('each scenario has a record of its own', async () => {
  await write(proof)
  await write({ ...proof, scenario: 'catastrophe', verdict: 'FAILED' })
  expect((await read()).verdict).toBe('PROVED')
  expect((await read(undefined, 'catastrophe')).verdict).toBe('FAILED')
  await expect(read(undefined, 'code-rollback')).rejects.toMatchObject({ code: 'NOT_PROVED' })
})

test('where a signature is demanded, a record without one is refused, and one with one is shown whole', async () => {
  const verify = (bytes: Uint8Array, signature: Uint8Array) => {
    const text = Buffer.from(bytes).toString()
    expect(Buffer.from(signature).toString()).toBe(`signed: ${text}`)
    return Promise.resolve()
  }
  await write(proof)
  await expect(read(verify)).rejects.toMatchObject({ code: 'SIGNATURE_REFUSED' })
  await write(proof, (bytes) => Promise.resolve(`signed: ${Buffer.from(bytes).toString()}`))
  expect(await read(verify)).toMatchObject({ verdict: 'PROVED' })
})

test('a record, its signature and its row are one commit: none is seen without the others', async () => {
  const record = await proved(proof, () => Promise.resolve('signed'))
  const row = happened('default', exported())
  await writeLog(keeper(), [record, row], 'PROVED')
  const { data } = await request()('GET /repos/{owner}/{repo}/commits/{ref}', {
    ...repository,
    ref: logBranch,
  })
  expect(data.parents).toEqual([])
  expect(await readHistory(request(), repository, 'default')).toEqual([exported()])
})

test('of writers at the same time none loses its row', async () => {
  await store('begun', 'yes')
  const tags = ['a', 'b', 'c', 'd']
  await Promise.all(
    tags.map((tag) => writeLog(keeper(), [happened('default', exported(tag))], tag)),
  )
  const rows = await readHistory(request(), repository, 'default')
  expect(rows.map((row) => row.recoveryPoint).sort()).toEqual(tags)
})

test('the history keeps the last 500 rows, and the last two drills of each scenario', async () => {
  const drill = (recoveryPoint: string) =>
    happened('default', {
      ...exported(recoveryPoint),
      ...{ kind: 'drill', scenario: 'catastrophe', verdict: 'PROVED' },
      ...{ recoverySeconds: 1, dataLossSeconds: 1, ageSeconds: 1 },
    })
  const rows510 = Array.from({ length: 510 }, (_, index) =>
    happened('default', exported(String(index))),
  )
  await writeLog(keeper(), [drill('old'), drill('before'), drill('last'), ...rows510], 'Many')
  const rows = await readHistory(request(), repository, 'default')
  expect(rows).toHaveLength(502)
  expect(rows.slice(0, 3).map(({ recoveryPoint }) => recoveryPoint)).toEqual([
    ...['before', 'last', '10'],
  ])
})

test('a history that cannot be read is not written over', async () => {
  const later = '{"format":2,"rows":[]}'
  await store('history/default.json', later)
  const row = happened('default', exported())
  await expect(writeLog(keeper(), [row], 'x')).rejects.toMatchObject({
    code: 'NOT_PROVED',
  })
  await expect(readHistory(request(), repository, 'default')).rejects.toThrow('cannot be read')
})

test.each(['a/b', '../main', '.', 'ü b', 'a%2Fb'])(
  'a database that is called %j has a history of its own',
  async (name) => {
    await writeLog(keeper(), [happened(name, exported())], 'x')
    expect(await readHistory(request(), repository, name)).toHaveLength(1)
    expect(await readHistory(request(), repository, 'default')).toEqual([])
  },
)

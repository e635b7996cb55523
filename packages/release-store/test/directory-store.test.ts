import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { isRoot, needs } from '../../../test/support/needs.ts'
import { directoryStore, prepareDirectory, type ReleaseStore } from '../src/index.ts'

const now = () => new Date('2026-11-24T12:00:00Z')
const tag = 'backup-2026-11-24-database'

let root: string
let store: ReleaseStore
beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'directory-store-')), 'store')
  await prepareDirectory(root)
  store = directoryStore(root, { now })
})
afterEach(async () => {
  await rm(join(root, '..'), { recursive: true, force: true })
})

async function publish(name = tag): Promise<string> {
  const draft = await store.draft(name, name)
  await draft.upload('a.gpg', Buffer.from('sealed'))
  await draft.upload('SHA256SUMS', Buffer.from('sums'))
  await draft.publish('notes')
  return join(root, 'releases', name)
}

test('a recovery point is a folder of files: nothing but a file manager is needed to take it away', async () => {
  const folder = await publish()
  expect((await readdir(folder)).filter((name) => !name.startsWith('.')).sort()).toEqual([
    ...['SHA256SUMS', 'a.gpg'],
  ])
  expect(await readFile(join(folder, 'a.gpg'), 'utf8')).toBe('sealed')
  expect(await readdir(join(root, 'drafts'))).toEqual([])
})

test('nobody but the owner can read the backups of a shared disk', async () => {
  const folder = await publish()
  expect((await stat(folder)).mode & 0o077).toBe(0)
  expect((await stat(join(folder, 'a.gpg'))).mode & 0o077).toBe(0)
})

test.each(['../a.gpg', '..', '.', '.hidden', 'a/b', 'a\\b', '/etc/passwd', '', 'a\0b', 'a\nb'])(
  'no name leads out of the store: %j is refused as an asset and as a tag',
  async (name) => {
    const draft = await store.draft(tag, tag)
    await expect(draft.upload(name, Buffer.from('x'))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
    await expect(store.draft(name, name)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    const removal = { isRecoveryPoint: () => true, pruneTag: false }
    await expect(store.remove(name, removal)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect(await readdir(join(root, '..'))).toEqual(['store'])
  },
)

test('a tag in any language is a folder', async () => {
  await publish('backup-2026-11-24-vor-übertragung-数据')
  expect((await store.published()).map((release) => release.tag)).toEqual([
    'backup-2026-11-24-vor-übertragung-数据',
  ])
})

test('the directory where a disk should be mounted is not taken for an empty store', async () => {
  const unmounted = directoryStore(join(root, '..'), { now })
  for (const use of [
    () => unmounted.published(),
    () => unmounted.staleDrafts(),
    () => unmounted.draft(tag, tag),
  ]) {
    await expect(use()).rejects.toMatchObject({
      code: 'STORE_UNUSABLE',
      message: expect.stringContaining('is no store of recovery points'),
      hint: expect.stringContaining('Is the disk mounted'),
    })
  }
})

test('a directory with somebody’s files in it is never made a store', async () => {
  const home = join(root, '..', 'home')
  await mkdir(home)
  await writeFile(join(home, 'thesis.txt'), 'ten years')
  await expect(prepareDirectory(home)).rejects.toMatchObject({
    code: 'STORE_UNUSABLE',
    message: expect.stringContaining('holds other files'),
  })
  expect(await readdir(home)).toEqual(['thesis.txt'])
})

test('preparing a store a second time loses nothing', async () => {
  await publish()
  await prepareDirectory(root)
  expect(await store.published()).toHaveLength(1)
})

test('a store of another version is left alone', async () => {
  await writeFile(join(root, 'recovery-playbook-store.json'), '{"format":2}')
  await expect(store.published()).rejects.toMatchObject({
    message: expect.stringContaining('another version'),
  })
})

test('a folder that somebody put among the recovery points is said, not passed over', async () => {
  await mkdir(join(root, 'releases', 'backup-by-hand'))
  await expect(store.published()).rejects.toMatchObject({
    code: 'STORE_UNUSABLE',
    message: expect.stringContaining('backup-by-hand'),
  })
})

test('a bit that flips on the disk before publishing keeps the backup from being published', async () => {
  const draft = await store.draft(tag, tag)
  await draft.upload('a.gpg', Buffer.from('sealed'))
  const [folder = ''] = await readdir(join(root, 'drafts'))
  await writeFile(join(root, 'drafts', folder, 'a.gpg'), 'sealeD')
  await expect(draft.publish('')).rejects.toMatchObject({
    code: 'UPLOAD_FAILED',
    message: expect.stringMatching(/^a\.gpg was not stored: its stored digest is/),
  })
  expect(await store.published()).toEqual([])
})

test('a part that was cut on the disk shows its true size, so that a drill finds it', async () => {
  const folder = await publish()
  await writeFile(join(folder, 'a.gpg'), 'sea')
  const [release] = await store.published()
  expect(release?.assets.find(({ name }) => name === 'a.gpg')?.bytes).toBe(3)
})

test('RESTORE.md names files where they will be, not where the draft was', async () => {
  const draft = await store.draft(tag, tag)
  const { url } = await draft.upload('a.gpg', Buffer.from('sealed'))
  await draft.publish('')
  expect(await readFile(new URL(url), 'utf8')).toBe('sealed')
})

test('a run that is killed in the middle of a part leaves nothing that a restore could see', async () => {
  const child = fork(new URL('./killed-export.ts', import.meta.url), [root], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  await once(child, 'message')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await readdir(join(root, 'drafts'))).toHaveLength(1)
  expect(await store.published()).toEqual([])
  const run = { repository: 'acme/journal', id: 8, attempt: 1 }
  const later = directoryStore(root, { now, run, isOver: () => Promise.resolve(true) })
  const [stale] = await later.staleDrafts()
  await stale?.remove()
  expect(await readdir(join(root, 'drafts'))).toEqual([])
})

test('without anybody to ask, a draft is swept only when nothing was written to it for 6 hours', async () => {
  const run = { repository: 'acme/journal', id: 7, attempt: 1 }
  await directoryStore(root, { now, run }).draft(tag, tag)
  const later = directoryStore(root, { now, run: { ...run, id: 8 } })
  expect(await later.staleDrafts()).toEqual([])
  const [folder = ''] = await readdir(join(root, 'drafts'))
  const old = new Date(Date.now() - 6.1 * 3_600_000)
  await utimes(join(root, 'drafts', folder, '.draft.txt'), old, old)
  expect(await later.staleDrafts()).toEqual([])
  await utimes(join(root, 'drafts', folder), old, old)
  expect(await later.staleDrafts()).toMatchObject([{ tag, madeBy: run }])
})

const execute = promisify(execFile)
const withSmallDisk = needs(isRoot, 'only root can mount a small disk')

withSmallDisk('a full disk is called full, and publishes nothing', async () => {
  const disk = join(root, '..', 'disk')
  await mkdir(disk)
  await execute('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'small-disk', disk])
  try {
    await prepareDirectory(disk)
    const full = directoryStore(disk, { now })
    const draft = await full.draft(tag, tag)
    await expect(draft.upload('a.gpg', Buffer.alloc(2 * 1024 ** 2, 1))).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining('a.gpg'),
    })
    expect(await full.published()).toEqual([])
  } finally {
    await execute('umount', [disk])
  }
})

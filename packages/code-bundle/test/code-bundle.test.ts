import { execFileSync } from 'node:child_process'
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { childProcesses } from '@recovery-playbook/host'
import { bundleCode, cloneBundle } from '../src/index.ts'

let root: string
let directory: string
let order: Parameters<typeof cloneBundle>[0]
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'code-'))
  directory = join(root, 'work')
  const home = await mkdtemp(join(root, 'home-'))
  order = { searchPath: process.env.PATH ?? '', processes: childProcesses(), home }
  git(root, 'init', '-q', '-b', 'main', directory)
  await commit('first', { 'manage.py': 'print(1)\n' })
})
afterEach(() => rm(root, { recursive: true, force: true }))

const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
const git = (at: string, ...words: string[]) =>
  execFileSync('git', [...identity, '-C', at, ...words], { encoding: 'utf8', stdio: 'pipe' }).trim()

async function commit(message: string, files: Record<string, string>): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  git(directory, 'add', '.')
  git(directory, 'commit', '-q', '-m', message)
  return git(directory, 'rev-parse', 'HEAD')
}

const head = () => git(directory, 'rev-parse', 'HEAD')

test('with nothing but the bundle there is the code, its history, its branches and its tags', async () => {
  git(directory, 'tag', '-a', '-m', 'Backup before', 'backup-2026-11-24-x')
  git(directory, 'branch', 'other')
  const second = await commit('second', { 'manage.py': 'print(2)\n' })
  const { path, lacks } = await bundleCode({ ...order, directory, commit: second })
  expect(lacks).toEqual([])
  await rm(directory, { recursive: true })
  const into = join(root, 'clone')
  await cloneBundle(order, { bundle: path, commit: second, into })
  expect(await readFile(join(into, 'manage.py'), 'utf8')).toBe('print(2)\n')
  expect(git(into, 'log', '--format=%s').split('\n')).toEqual(['second', 'first'])
  expect(git(into, 'tag')).toBe('backup-2026-11-24-x')
  expect(git(into, 'branch', '-r')).toContain('origin/other')
  expect(await readdir(order.home)).toEqual(['code.bundle'])
})

test('a checkout without its history, as actions/checkout makes it, is refused with what to do', async () => {
  await commit('second', { 'a.txt': 'a' })
  const shallow = join(root, 'shallow')
  git(root, 'clone', '-q', '--depth=1', `file://${directory}`, shallow)
  await expect(bundleCode({ ...order, directory: shallow, commit: head() })).rejects.toMatchObject({
    code: 'CODE_INCOMPLETE',
    message: expect.stringContaining('lacks its history'),
    hint: expect.stringContaining('fetch-depth: 0'),
  })
})

test('another commit than the run’s, and a folder without code, are refused', async () => {
  const before = head()
  await commit('second', { 'a.txt': 'a' })
  await expect(bundleCode({ ...order, directory, commit: before })).rejects.toThrow(before)
  const empty = await mkdtemp(join(root, 'empty-'))
  await expect(bundleCode({ ...order, directory: empty, commit: before })).rejects.toMatchObject({
    hint: expect.stringContaining('actions/checkout'),
  })
})

test('what a bundle cannot hold is said: submodules and LFS', async () => {
  const files = { '.gitmodules': '', '.gitattributes': '*.png filter=lfs\n' }
  const { lacks } = await bundleCode({
    ...order,
    directory,
    commit: await commit('second', files),
  })
  expect(lacks).toEqual([expect.stringContaining('submodules'), expect.stringContaining('LFS')])
})

test.each(['a commit that is not in it', 'a cut file', 'an altered object'])(
  'a bundle with %s is of no use, and that is said',
  async (what) => {
    const { path } = await bundleCode({ ...order, directory, commit: head() })
    const { length } = await readFile(path)
    if (what === 'a cut file') await truncate(path, length - 30)
    if (what === 'an altered object') {
      const bytes = await readFile(path)
      bytes[length - 40] = (bytes[length - 40] ?? 0) ^ 255
      await writeFile(path, bytes)
    }
    const other = what === 'a commit that is not in it' ? 'a'.repeat(40) : head()
    const cloning = { bundle: path, commit: other, into: join(root, 'clone') }
    await expect(cloneBundle(order, cloning)).rejects.toMatchObject({ code: 'CODE_INCOMPLETE' })
  },
)

test('nothing that the repository’s own configuration names is run', async () => {
  const canary = join(root, 'pwned')
  await appendFile(
    join(directory, '.git/config'),
    `[core]\n\tfsmonitor = touch ${canary}\n\thooksPath = ${root}\n[pager]\n\tlog = touch ${canary}\n`,
  )
  await bundleCode({ ...order, directory, commit: head() })
  await expect(readFile(canary)).rejects.toThrow('ENOENT')
})

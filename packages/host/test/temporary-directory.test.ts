import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { temporaryDirectory } from '../src/index.ts'

let parent: string
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'temporary-'))
})
afterAll(async () => {
  await rm(parent, { recursive: true, force: true })
})

test('restored data is gone from the disk when the drill ends, whatever ended it', async () => {
  const drill = async () => {
    await using directory = await temporaryDirectory(parent)
    await writeFile(join(directory.path, 'database.dump'), 'rows')
    throw new Error('the drill failed')
  }
  await expect(drill()).rejects.toThrow('the drill failed')
  expect(await readdir(parent)).toEqual([])
})

test('cleaning up follows no link out of the directory', async () => {
  const other = await mkdtemp(join(tmpdir(), 'other-'))
  await writeFile(join(other, 'kept'), '')
  {
    await using directory = await temporaryDirectory(parent)
    await symlink(other, join(directory.path, 'link'))
  }
  expect(await readdir(other)).toEqual(['kept'])
  await rm(other, { recursive: true })
})

test('nobody else can list what a drill restored', async () => {
  await using directory = await temporaryDirectory(parent)
  const { mode } = await stat(directory.path)
  expect(mode & 0o066).toBe(0)
})

test('two drills at once do not share a directory', async () => {
  await using one = await temporaryDirectory(parent)
  await using two = await temporaryDirectory(parent)
  expect(one.path).not.toBe(two.path)
})

/** Another process makes one, and lives until its standard input ends or it is killed. */
async function drillElsewhere() {
  const program = `
    const { temporaryDirectory } = await import(${JSON.stringify(import.meta.resolve('../src/index.ts'))})
    console.log((await temporaryDirectory(${JSON.stringify(parent)})).path)
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [path] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await once(child, 'close')
  }
  return { path: path.trim(), end }
}

test('what a killed drill has restored is removed by the next run', async () => {
  const killed = await drillElsewhere()
  await writeFile(join(killed.path, 'database.dump'), 'rows')
  await killed.end('SIGKILL')
  expect(await readdir(killed.path)).toContain('database.dump')
  await using next = await temporaryDirectory(parent)
  expect(await readdir(parent)).toEqual([basename(next.path)])
})

test('a drill that still runs, and what somebody else left, is not touched', async () => {
  const running = await drillElsewhere()
  const foreign = join(parent, 'recovery-of-photos')
  await mkdir(foreign)
  {
    await using next = await temporaryDirectory(parent)
    const all = [next.path, running.path, 'recovery-of-photos'].map((path) => basename(path))
    expect((await readdir(parent)).sort()).toEqual(all.sort())
  }
  await running.end('SIGKILL')
  await rm(foreign, { recursive: true })
})

test('a number that another process has by now does not keep it', async () => {
  const left = await mkdtemp(join(parent, 'recovery-'))
  const owner = { pid: process.pid, started: '1', boot: 'another boot', namespace: 'pid:[1]' }
  await writeFile(join(left, '.owner'), JSON.stringify(owner))
  await using next = await temporaryDirectory(parent)
  expect(await readdir(parent)).not.toContain(basename(left))
  const own = JSON.parse(await readFile(join(next.path, '.owner'), 'utf8')) as object
  await mkdir(left)
  await writeFile(join(left, '.owner'), JSON.stringify({ ...own, started: '1' }))
  await using last = await temporaryDirectory(parent)
  const all = [next.path, last.path].map((path) => basename(path))
  expect((await readdir(parent)).sort()).toEqual(all.sort())
})

test('a killed drill’s directory of sockets goes with it, and nothing else that a note may name', async () => {
  const sockets = `/tmp/pg-${randomBytes(6).toString('hex')}`
  const link = `/tmp/pg-${randomBytes(6).toString('hex')}`
  const precious = await mkdtemp(join(tmpdir(), 'precious-'))
  await mkdir(sockets)
  await symlink(precious, link)
  const killed = await drillElsewhere()
  for (const [name, noted] of Object.entries({ a: sockets, b: link, c: precious })) {
    await writeFile(join(killed.path, `${name}.elsewhere`), noted)
  }
  await writeFile(join(precious, 'kept'), '')
  {
    await using running = await temporaryDirectory(parent)
    expect(await stat(sockets)).toBeDefined()
    expect(running.path).not.toBe(killed.path)
  }
  await killed.end('SIGKILL')
  await using next = await temporaryDirectory(parent)
  expect(await readdir(parent)).toEqual([basename(next.path)])
  await expect(stat(sockets)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await readdir(precious)).toEqual(['kept'])
  await rm(link)
  await rm(precious, { recursive: true })
})

import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

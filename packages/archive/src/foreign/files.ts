import { constants } from 'node:fs'
import { copyFile, mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { headBytes, type Kind, kindOf } from './kind.ts'
import { notOpened } from './refusals.ts'

export async function kindAt(path: string): Promise<Kind | 'directory'> {
  await using file = await open(path)
  if ((await file.stat()).isDirectory()) return 'directory'
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(headBytes), position: 0 })
  return kindOf(buffer.subarray(0, bytesRead))
}

/** Copies, so that nobody changes what is being restored; a file system that can shares the blocks. */
export async function copyFiles(pairs: readonly (readonly [string, string])[]): Promise<void> {
  for (const [from, to] of pairs) {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  }
}

/**
 * @throws Failure CANNOT_OPEN for a directory that pg_dump did not make, or that holds links
 */
export async function copyDirectory(from: string, to: string, name: string): Promise<string> {
  const entries = await readdir(from, { withFileTypes: true })
  const strange = entries.find((entry) => !entry.isFile())
  if (strange !== undefined) {
    throw notOpened(
      name,
      `'${strange.name}' in it is no ordinary file`,
      'Give a directory as `pg_dump --format=directory` makes it, with nothing else in it.',
    )
  }
  if (!entries.some((entry) => entry.name === 'toc.dat')) {
    throw notOpened(
      name,
      'the directory has no toc.dat',
      'Give one file, or a directory as `pg_dump --format=directory` makes it.',
    )
  }
  await mkdir(to, { mode: 0o700 })
  await copyFiles(entries.map((entry) => [join(from, entry.name), join(to, entry.name)]))
  return to
}

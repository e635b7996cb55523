import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '@recovery-playbook/failure'

/** Longest name of a file, in bytes, on every file system in use; `.part` has to fit, too. */
const longestName = 240

/**
 * A tag's or an asset's name as one name in a directory: letters and digits of every language, and not
 * one that leads elsewhere, hides, or is the store's own.
 *
 * @throws Failure INPUT_INVALID
 */
export function fileName(name: string): string {
  const plain = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u.test(name)
  if (plain && Buffer.byteLength(name) <= longestName) return name
  throw new Failure('INPUT_INVALID', `'${name}' cannot be the name of a file in a store.`, {
    hint: 'Names have letters, digits, dots, hyphens and underscores, and begin with a letter or digit.',
  })
}

/** Whole and on the disk, or not there at all; a crash leaves at most a `.part` that nobody reads. */
export async function writeDurably(
  path: string,
  content: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const part = join(dirname(path), `.${path.slice(dirname(path).length + 1)}.part`)
  const file = await open(part, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(part, path)
  await syncDirectory(dirname(path))
}

/** A new name is on the disk only when its directory is. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

export interface Found {
  readonly bytes: number
  readonly sha256: string
}

/** What a file has, read back to its last byte. */
export async function readBack(path: string): Promise<Found> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(piece)
    bytes += piece.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** The files that people see; what begins with a dot is the store's own. */
export const visibleFiles = async (directory: string): Promise<string[]> =>
  (await readdir(directory)).filter((name) => !name.startsWith('.')).sort()

export const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')

export const codeOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | undefined)?.code

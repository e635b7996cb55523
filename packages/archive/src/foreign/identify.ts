import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@recovery-playbook/failure'
import { kindAt } from './files.ts'

/** Which archive it was that was looked at. */
export interface Identified {
  readonly kind: string
  readonly bytes: number
  /** Of a directory: of what `sha256sum *` prints in it. */
  readonly sha256: string
}

/** @throws Failure INPUT_INVALID where there is nothing of that name */
export async function identify(path: string, name: string): Promise<Identified> {
  const found = await stat(path).catch((cause: unknown) => {
    throw nothingThere(name, cause)
  })
  if (found.isFile()) return { ...(await digest(path)), kind: await kindAt(path) }
  if (!found.isDirectory()) throw nothingThere(name)
  const hash = createHash('sha256')
  let total = 0
  const entries = await readdir(path, { withFileTypes: true })
  const files = entries.filter((one) => one.isFile()).map((one) => one.name)
  for (const file of files.sort()) {
    const { sha256, bytes } = await digest(join(path, file))
    hash.update(`${sha256}  ${file}\n`)
    total += bytes
  }
  return { kind: 'directory', bytes: total, sha256: hash.digest('hex') }
}

async function digest(path: string) {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(piece)
    bytes += piece.length
  }
  return { sha256: hash.digest('hex'), bytes }
}

const nothingThere = (name: string, cause?: unknown) =>
  new Failure('INPUT_INVALID', `There is no file or directory '${name}', which 'archive' names.`, {
    hint: 'Name it as it lies in the workspace; an earlier step has to put it there, such as actions/checkout, or `gh release download`.',
    cause,
  })

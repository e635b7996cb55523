import { createReadStream, createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Failure, messageOf } from '@recovery-playbook/failure'
import type { PartOpener } from '../read-part.ts'
import { withoutArmor } from './armor.ts'
import { copyDirectory, copyFiles, kindAt } from './files.ts'
import { type Kind } from './kind.ts'
import { broken, notOpened } from './refusals.ts'
import { withinRoom } from './room.ts'
import { unpackTar } from './unpack-tar.ts'

/** A dump of PostgreSQL that somebody made by hand, out of everything that it was packed in. */
export interface ForeignDump {
  /** pg_dump's own: plain, custom, tar and directory. */
  readonly format: 'text' | 'custom' | 'tar' | 'directory'
  /** In the private directory. */
  readonly path: string
  /** What it was packed in, the outermost first. */
  readonly layers: readonly string[]
}

export interface Unpacking {
  /** A file, or a directory of pg_dump's directory format. */
  readonly path: string
  /** For messages. */
  readonly name: string
  readonly opener: PartOpener
  /** A private directory. */
  readonly directory: string
}

/** Nobody packs more than this by hand; each layer of a hostile one takes a file. */
const mostLayers = 4

/**
 * Takes layer after layer off, each into a file of its own that nothing reads before it is whole and,
 * where it was encrypted, authentic.
 *
 * @throws Failure CANNOT_OPEN for what is not understood, refused, or not ours to open; PART_DAMAGED;
 *   DISK_FULL
 */
export async function unpack(order: Unpacking): Promise<ForeignDump> {
  const { name, directory } = order
  const layers: string[] = []
  let path = order.path
  for (;;) {
    const kind = await kindAt(path)
    const next = join(directory, `layer-${layers.length}`)
    if (kind === 'directory') {
      return { format: 'directory', path: await copyDirectory(path, next, name), layers }
    }
    if (kind === 'text' || kind === 'custom') {
      return { format: kind, path: await ours(order, path, next), layers }
    }
    if (layers.length === mostLayers) throw notOpened(name, 'it is packed too often', byHand)
    const packed = kind === 'tar' ? await unpackTar({ path, name, directory, into: next }) : 'file'
    if (packed === 'tar') return { format: 'tar', path: await ours(order, path, next), layers }
    layers.push(kind)
    if (kind !== 'tar') await unpackFile(kind, { ...order, path }, next)
    if (path !== order.path) await rm(path)
    if (packed === 'directory') return { format: 'directory', path: next, layers }
    path = next
  }
}

const byHand = 'Unpack it by hand, and give the dump itself.'

async function ours(order: Unpacking, path: string, next: string): Promise<string> {
  if (path !== order.path) return path
  await copyFiles([[path, next]])
  return next
}

async function unpackFile(kind: Kind, order: Unpacking, next: string): Promise<void> {
  const { path, name, directory, opener } = order
  const source = withinRoom(createReadStream(path), directory)
  switch (kind) {
    case 'OpenPGP':
    case 'OpenPGP armor':
      await opener
        .openInto(kind === 'OpenPGP' ? source : withoutArmor(source), next, name)
        .catch((error: unknown) => {
          throw sealedTrouble(name, error)
        })
      return
    case 'gzip':
      await gunzip(source, path, next).catch((error: unknown) => {
        throw error instanceof Failure || !isOfZlib(error) ? error : broken(name, error)
      })
      return
    default:
      throw notOpened(
        name,
        `it begins as ${kind === 'nothing' ? 'nothing at all: it is empty' : kind}`,
        'Dumps of pg_dump are read (SQL, custom, tar, directory), packed with gzip, tar or OpenPGP, or in none of them. Unpack anything else by hand.',
      )
  }
}

async function gunzip(source: AsyncIterable<Uint8Array>, path: string, next: string) {
  const inflating = createGunzip()
  await pipeline(Readable.from(source), inflating, createWriteStream(next, { mode: 0o600 }))
  await using file = await open(path)
  // What follows its end is passed over in silence: part of the dump, where a byte in between is lost.
  if (inflating.bytesWritten < (await file.stat()).size) {
    throw Object.assign(new Error('something follows the end of gzip’s data'), { code: 'Z_DATA' })
  }
}

const isOfZlib = (error: unknown) =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  String(error.code).startsWith('Z_')

/** The opener speaks of recovery points, whose digests are known: here is none. */
function sealedTrouble(name: string, error: unknown): unknown {
  if (!(error instanceof Failure)) return broken(name, error)
  const { code, message, cause } = error
  const hint = sealedHints[code]
  return hint === undefined
    ? error
    : new Failure(code, message, { hint, cause: cause ?? messageOf(error) })
}

const sealedHints: Readonly<Record<string, string>> = {
  CANNOT_OPEN:
    'Give the passphrase or private key that it was made for; where it is no wrong one, its first bytes are damaged. What `gpg --cipher-algo AES256` makes with an MDC is opened; anything else open by hand with `gpg --decrypt`, and give the opened file.',
  PART_DAMAGED:
    'What is held opens it, and its content is not what was sealed: nothing of it is used. Look for another copy.',
}

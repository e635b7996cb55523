import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { broken, notOpened } from './refusals.ts'
import { withinRoom } from './room.ts'
import { RefusedMember, type TarMember, tarMembers } from './tar.ts'

interface TarUnpacking {
  readonly path: string
  readonly name: string
  readonly directory: string
  /** What is made: a file or a directory. */
  readonly into: string
}

/**
 * Takes the one dump out of a tar: a file, or a directory of pg_dump's directory format.
 *
 * @returns 'tar' where it is itself what pg_dump makes, and nothing was taken out
 * @throws Failure CANNOT_OPEN where there is not exactly one, or a member is refused; PART_DAMAGED
 */
export async function unpackTar(order: TarUnpacking): Promise<'tar' | 'file' | 'directory'> {
  const { path, name, into } = order
  await using file = await open(path)
  const members = await tarMembers(file).catch((error: unknown) => {
    throw error instanceof RefusedMember
      ? notOpened(name, error.message, 'Nothing was taken out of it. Find out who made it so.')
      : broken(name, error)
  })
  // pg_restore wants it first, too.
  if (members[0]?.name === 'toc.dat' && members.some((one) => one.name === 'restore.sql')) {
    return 'tar'
  }
  const contents = members.filter((one) => basename(one.name) === 'toc.dat')
  const [only, ...others] = contents.length > 0 ? contents : members
  if (only === undefined || others.length > 0) throw notOne(name, contents, members)
  if (contents.length === 0) {
    await takeOut(order, only, into)
    return 'file'
  }
  const home = dirname(only.name)
  const strangers = members.filter((one) => dirname(one.name) !== home)
  if (strangers.length > 0) throw notOne(name, [], members)
  await mkdir(into, { mode: 0o700 })
  for (const member of members) await takeOut(order, member, join(into, basename(member.name)))
  return 'directory'
}

async function takeOut(
  { path, directory }: TarUnpacking,
  { offset, bytes }: TarMember,
  into: string,
): Promise<void> {
  const place = createWriteStream(into, { flags: 'wx', mode: 0o600 })
  // The end is included, and a member may be empty.
  const source =
    bytes === 0
      ? Readable.from([])
      : createReadStream(path, { start: offset, end: offset + bytes - 1 })
  await pipeline(withinRoom(source as AsyncIterable<Buffer>, directory), place)
}

function notOne(name: string, contents: readonly TarMember[], members: readonly TarMember[]) {
  const found = (contents.length > 1 ? contents : members).map((one) => one.name)
  const shown =
    found.slice(0, 5).join(', ') + (found.length > 5 ? ` and ${found.length - 5} more` : '')
  return notOpened(
    name,
    `its tar has to hold exactly one dump, and holds ${found.length} files: ${shown || 'none'}`,
    'Unpack it by hand, and give the dump that is meant.',
  )
}

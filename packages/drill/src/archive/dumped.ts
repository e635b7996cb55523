import { chown, readdir } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { ForeignDump } from '@recovery-playbook/archive'
import { Failure } from '@recovery-playbook/failure'
import { readArchiveHead, readSqlText, type SqlText } from '@recovery-playbook/postgres'
import type { Identity } from '@recovery-playbook/processes'

/** What a dump says of itself; nobody vouches for it. */
export interface Origin {
  readonly major: number | 'newest'
  /** '15.18 (Debian …)', or that it does not say. */
  readonly version: string
  readonly madeAt: string | undefined
  /** Of an SQL text: what was read in it. */
  readonly text: SqlText | undefined
}

/**
 * Reads the head of an archive, and all of an SQL text, and runs nothing of either.
 *
 * @throws Failure NOT_PROVED for a text that pg_dump did not make
 */
export async function originOf({ format, path }: ForeignDump): Promise<Origin> {
  if (format === 'text') {
    const text = await readSqlText(createReadStream(path) as AsyncIterable<Buffer>)
    if (text.madeBy !== 'pg_dump') throw notOfPgDump(text)
    return { ...versionIn(text.version), madeAt: undefined, text }
  }
  const contents = format === 'directory' ? join(path, 'toc.dat') : path
  const { version, madeAt } = await readArchiveHead(contents, format === 'tar')
  return { ...versionIn(version), madeAt, text: undefined }
}

function versionIn(version: string | undefined): Pick<Origin, 'major' | 'version'> {
  const [major] = /^\d+/.exec(version ?? '') ?? []
  return major === undefined || version === undefined
    ? { major: 'newest', version: 'a version that it does not say, so the newest here is taken' }
    : { major: Number(major), version }
}

/** Lets the programs that run as somebody else read what was unpacked. */
export async function handOver({ path, format }: ForeignDump, identity: Identity | undefined) {
  if (identity === undefined) return
  const files = format === 'directory' ? (await readdir(path)).map((name) => join(path, name)) : []
  for (const one of [path, ...files]) await chown(one, identity.uid, identity.gid)
}

const notOfPgDump = ({ madeBy }: SqlText) =>
  madeBy === 'pg_dumpall'
    ? new Failure('NOT_PROVED', 'It is of pg_dumpall: roles and all databases of a server.', {
        hint: 'Only dumps of one database are drilled. Make one with pg_dump for each database.',
      })
    : new Failure('NOT_PROVED', 'It is text, and does not begin as an SQL dump of pg_dump does.', {
        hint: 'Give a file that pg_dump made; where it is damaged at its beginning, look for another copy.',
      })
